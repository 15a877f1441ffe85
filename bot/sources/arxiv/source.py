"""arXiv: the day's announcements from its feed, and from its API the days that were missed.

The feed holds one batch, the current one: what it gave is remembered day by day. Decides nothing about alerts.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.fetch import Fetcher, FetchError
from bot.process.aside import aside
from bot.rules.parts import Part
from bot.sources.arxiv import days as calendar
from bot.sources.arxiv.api import ArxivApi
from bot.sources.changed import Reading, fresh_at_most, get_changed, unread
from bot.sources.pace import Pace
from bot.sources.source import Batch, Failed
from feeds.digests import DigestError, parse_digest
from feeds.paper import Digest, Paper

FEED = "feed"
"""The part that remembers the feed's validators."""
LATE_FEED = timedelta(hours=1)
"""How long a feed of an earlier day is taken for fresh."""
FULL = 2000
"""Entries that the feed gives at most (arXiv/arxiv-feed): one with as many may lack some."""


class ArxivSource:
    """The announcements of `categories`. A part is a day of announcement, named `2026-01-31`, and `feed`."""

    kind = "arxiv"
    settled = calendar.SETTLED
    """How long after a day its papers may still come."""

    def __init__(
        self, name: str, url: str, api_url: str, categories: Sequence[str], fetcher: Fetcher, pace: Pace
    ) -> None:
        self.name = name
        self._url = f"{url.rstrip('/')}/rss/{'+'.join(categories)}"
        self._api = ArxivApi(api_url, categories, fetcher, pace)
        self._fetcher = fetcher
        self._pace = pace

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        """Days that were missed, oldest first, then what the feed has now."""
        if not calendar.days_known(parts):  # from today on nothing is missed, even if the feed cannot be read today
            yield Batch(calendar.eastern_day(now).isoformat(), Digest(()), calendar.OPEN)
        listed = await self._listed(parts, now)
        if not _is_sent_away(listed):
            known = calendar.days_known(parts) | _day_of(listed, now)
            async for outcome in self._missed(known, _announced(listed), now):
                yield outcome
        for outcome in listed:
            yield outcome

    def past_days(self, since: date, until: date) -> list[date]:
        """The days of a span that may have a list."""
        return calendar.weekdays(since, until)

    async def read_past(self, day: date) -> Batch | Failed:
        """What a day announced, as far as the API can tell: by when it was submitted."""
        try:
            digest = await self._api.between(*calendar.submitted_between(day))
        except (FetchError, DigestError) as error:
            return unread(day.isoformat(), error)
        return Batch(day.isoformat(), _dated(digest, day, day), past=True)

    async def aclose(self) -> None:
        """Close connections."""
        await self._fetcher.aclose()

    async def _listed(self, parts: Mapping[str, Part], now: datetime) -> list[Batch | Failed]:
        """What the feed gives that is new, and what to remember of it."""
        try:
            async with self._pace.turn():
                reading = await get_changed(self._fetcher, self._url, parts.get(FEED), now)
            if reading.body is None:
                return [_remembered(reading, max(calendar.days_known(parts), default=None), now)]
            digest = await aside(parse_digest, reading.body, "arxiv-feed")
        except (FetchError, DigestError) as error:
            return [unread(FEED, error)]
        return _outcomes(reading, digest, calendar.days_known(parts), now)

    async def _missed(
        self, known: Mapping[date, Part], listed: Collection[str], now: datetime
    ) -> AsyncIterator[Batch | Failed]:
        days = calendar.days_missed(known, now)[-calendar.AT_ONCE :]
        for day in days:
            start, end = calendar.submitted_between(day)
            if day == days[0]:  # with what was held back before, but nothing from before our time
                start = calendar.submitted_between(max(min(known), calendar.weekdays_back(day, calendar.LATE)))[0]
            if day == days[-1]:  # with what the feed should have given since, and did not
                end = now
            try:
                digest = await self._api.between(start, end)
            except (FetchError, DigestError) as error:
                failed = unread(day.isoformat(), error)
                yield failed
                if not failed.part:
                    return
                continue
            left = tuple(paper for paper in digest.papers if paper.id not in listed)
            dated = _dated(replace(digest, papers=left), day, calendar.eastern_day(now))
            yield Batch(day.isoformat(), dated, calendar.FROM_API, fills_gap=True)


def _outcomes(reading: Reading, digest: Digest, known: Mapping[date, Part], now: datetime) -> list[Batch | Failed]:
    day = digest.day or calendar.eastern_day(now)
    part = day.isoformat()
    if not reading.is_whole or len(digest.papers) >= FULL:
        reason = "the feed was cut off" if not reading.is_whole else f"the feed is full at {FULL:,} papers"
        return [Batch(part, digest, calendar.OPEN), Failed(part, f"{reason}: some of the day are missing")]
    if digest.papers:
        return [Batch(part, digest, calendar.LISTED), _remembered(reading, day, now)]
    if calendar.is_weekday(day):  # a holiday, or not yet built: it must not end the day, nor count as fresh
        return [] if day in known else [Batch(part, digest, calendar.OPEN)]
    return [_remembered(reading, day, now)]


def _remembered(reading: Reading, day: date | None, now: datetime) -> Batch:
    """The feed's validators. One that is not yet of today may be late, whatever its max-age (until midnight) says."""
    late = day != calendar.eastern_day(now)
    return Batch(FEED, Digest(()), fresh_at_most(reading.stamp, now + LATE_FEED) if late else reading.stamp)


def _is_sent_away(listed: Sequence[Batch | Failed]) -> bool:
    return any(isinstance(one, Failed) and not one.part for one in listed)


def _day_of(listed: Sequence[Batch | Failed], now: datetime) -> dict[date, Part]:
    """The day that the feed is of, as it will be known when it is stored."""
    batches = (one for one in listed if isinstance(one, Batch))
    return calendar.days_known({one.part: Part(one.part, one.stamp, now) for one in batches})


def _announced(listed: Sequence[Batch | Failed]) -> set[str]:
    """What the feed announces itself; a replacement in it may be of a paper that was new on a missed day."""
    papers = (paper for one in listed if isinstance(one, Batch) for paper in one.digest.papers)
    return {paper.id for paper in papers if not paper.replaced}


def _dated(digest: Digest, first: date, last: date) -> Digest:
    """Each paper with the day that announced it: by its submission, within the days that are asked for."""

    def day_of(paper: Paper) -> date:
        day = calendar.announced_on(paper.published) if paper.published else first
        return min(max(day, first), last)

    return replace(digest, papers=tuple(replace(paper, announced=day_of(paper)) for paper in digest.papers))
