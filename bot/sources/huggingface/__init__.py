"""Hugging Face Daily Papers, by its API."""

from datetime import timedelta
from typing import Literal

from bot.rules.health import Silence
from bot.rules.shapes import Duration, Url
from bot.sources.kind import SourceKind, SourceTable, Surroundings
from bot.sources.source import Source


class HuggingFace(SourceTable):
    """A source of kind `huggingface`."""

    kind: Literal["huggingface"]
    url: Url = "https://huggingface.co"
    lookback: Duration = timedelta(days=7)


def _open(around: Surroundings, table: HuggingFace) -> Source:
    from bot.fetch import Fetcher
    from bot.sources.huggingface.source import HuggingFaceSource

    return HuggingFaceSource(table.name, table.url, table.lookback, Fetcher(around.contact, [table.url], around.way))


async def _check(around: Surroundings, table: HuggingFace) -> str:
    from bot.sources.asked import asked
    from feeds.digests import parse_digest

    async with asked(around, table.url) as fetcher:
        parse_digest((await fetcher.get(f"{table.url}/api/daily_papers", {"limit": 1})).body, "huggingface")
    return "answers"


KIND = SourceKind("huggingface", HuggingFace, "*/30 * * * *", Silence.LISTS, _open, _check, has_past=True)
