"""arXiv: its daily announcements, and its API for the days that were missed."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.rules.health import Silence
from bot.rules.shapes import AS_TUPLE, Url
from bot.sources.kind import SourceKind, SourceTable, Surroundings
from bot.sources.source import Source

SECONDS = 3.0
"""Between two requests, whatever they ask for and whichever source asks (info.arxiv.org/help/api/tou)."""


def _category(value: str) -> str:
    if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?", value):
        raise ValueError(f"{value!r} is no arXiv category; write one like cs.CL, or an archive like math")
    return value


Category = Annotated[str, AfterValidator(_category)]


class Arxiv(SourceTable):
    """A source of kind `arxiv`."""

    kind: Literal["arxiv"]
    url: Url = "https://rss.arxiv.org"
    api_url: Url = "https://export.arxiv.org/api/query"
    categories: Annotated[tuple[Category, ...], AS_TUPLE, Field(min_length=1)]


def _open(around: Surroundings, table: Arxiv) -> Source:
    from bot.fetch import Fetcher
    from bot.sources.arxiv.source import ArxivSource
    from bot.sources.pace import Pace

    pace = around.share("arxiv pace", lambda: Pace(SECONDS))
    fetcher = Fetcher(around.contact, [table.url, table.api_url], around.way)
    return ArxivSource(table.name, table.url, table.api_url, table.categories, fetcher, pace)


async def _check(around: Surroundings, table: Arxiv) -> str:
    from bot.sources.asked import asked
    from feeds.digests import parse_digest

    async with asked(around, table.url) as fetcher:
        parse_digest((await fetcher.get(f"{table.url}/rss/{'+'.join(table.categories)}")).body, "arxiv-feed")
    return "answers"


# Built at midnight US Eastern, at times late; a fresh answer is not asked for again.
# A day that was missed may be a hundred pages, three seconds apart at the least.
KIND = SourceKind("arxiv", Arxiv, "20 * * * *", Silence.LISTS, _open, _check, patience=900.0, has_past=True)
