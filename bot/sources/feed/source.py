"""Any RSS or Atom feed. It keeps no entries and follows no links of theirs."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.fetch import Fetcher, FetchError
from bot.process.aside import aside
from bot.rules.parts import Part
from bot.sources.changed import get_changed, unread
from bot.sources.source import Batch, Failed
from feeds.digests import DigestError, parse_digest, sniff
from feeds.paper import Digest

PART = "feed"
_FEEDS = {"feed", "arxiv-feed", "arxiv-api"}


class FeedSource:
    """The feed at `url`. Its one part remembers its validators."""

    kind = "feed"

    def __init__(self, name: str, url: str, fetcher: Fetcher) -> None:
        self.name = name
        self._url = url
        self._fetcher = fetcher

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        """The feed as it is, if it changed. One that was cut off is taken as it is, and asked for again."""
        try:
            reading = await get_changed(self._fetcher, self._url, parts.get(PART), now)
            digest = await aside(parse_feed, reading.body) if reading.body is not None else Digest(())
        except (FetchError, DigestError) as error:
            yield unread(PART, error)
            return
        stamp = reading.stamp if reading.is_whole or reading.body is None else ""
        yield Batch(PART, _not_in_the_future(digest, now.astimezone(UTC).date()), stamp)

    async def aclose(self) -> None:
        """Close connections."""
        await self._fetcher.aclose()


def parse_feed(body: bytes) -> Digest:
    """The entries of a feed, arXiv's own kinds too. Raises DigestError if it is none."""
    kind = sniff(body)
    if kind not in _FEEDS:
        raise DigestError("the answer is no RSS or Atom feed")
    return parse_digest(body, kind)


def _not_in_the_future(digest: Digest, today: date) -> Digest:
    """A feed may announce tomorrow's issue; it counts from the day it is seen (contract: Announced)."""
    papers = (replace(paper, announced=paper.announced and min(paper.announced, today)) for paper in digest.papers)
    return replace(digest, papers=tuple(papers), day=digest.day and min(digest.day, today))
