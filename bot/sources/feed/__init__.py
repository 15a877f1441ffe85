"""Any RSS or Atom feed."""

from datetime import timedelta
from typing import Literal

from bot.rules.health import Silence
from bot.rules.shapes import Address
from bot.sources.kind import SourceKind, SourceTable, Surroundings
from bot.sources.source import Source


class AnyFeed(SourceTable):
    """A source of kind `feed`."""

    kind: Literal["feed"]
    url: Address


def _open(around: Surroundings, table: AnyFeed) -> Source:
    from bot.fetch import Fetcher
    from bot.sources.feed.source import FeedSource

    return FeedSource(table.name, table.url, Fetcher(around.contact, [table.url], around.way))


async def _check(around: Surroundings, table: AnyFeed) -> str:
    from bot.sources.asked import asked
    from bot.sources.feed.source import parse_feed

    async with asked(around, table.url) as fetcher:
        answer = await fetcher.get(table.url)
        parse_feed(answer.body, answer.url)
    return "answers"


KIND = SourceKind("feed", AnyFeed, timedelta(hours=1), Silence.OWN_GAPS, _open, _check)
