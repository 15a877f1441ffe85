"""Any RSS or Atom feed. It keeps no entries and follows no links of theirs."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.fetch import Fetcher, FetchError
from bot.process.aside import aside
from bot.rules.parts import Part
from bot.sources.changed import Reading, get_changed, unread
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
            yield await aside(_batch, reading, now.astimezone(UTC).date())
        except (FetchError, DigestError) as error:
            yield unread(PART, error)

    async def aclose(self) -> None:
        """Close connections."""
        await self._fetcher.aclose()


def parse_feed(body: bytes, address: str = "", charset: str = "") -> Digest:
    """The entries of a feed, arXiv's own kinds too. Raises DigestError if it is none; of a web page it says whose."""
    return parse_digest(body, _kind(body, address, charset), address=address, charset=charset)


def _kind(body: bytes, address: str, charset: str) -> str:
    kind = sniff(body, address=address, charset=charset)
    if kind not in _FEEDS:
        raise DigestError("the answer is no RSS or Atom feed")
    return kind


def _batch(reading: Reading, today: date) -> Batch:
    """What was read, as a batch. arXiv's announcements have a day of their own, however late they are read."""
    if reading.body is None:
        return Batch(PART, Digest(()), reading.stamp)
    kind = _kind(reading.body, reading.address, reading.charset)
    digest = parse_digest(reading.body, kind, address=reading.address, charset=reading.charset)
    stamp = reading.stamp if reading.is_whole else ""
    return Batch(PART, _not_in_the_future(digest, today), stamp, read_before=reading.known and kind == "feed")


def _not_in_the_future(digest: Digest, today: date) -> Digest:
    """A feed may announce tomorrow's issue; it counts from the day it is seen (contract: Announced)."""
    papers = (replace(paper, announced=paper.announced and min(paper.announced, today)) for paper in digest.papers)
    return replace(digest, papers=tuple(papers), day=digest.day and min(digest.day, today))
