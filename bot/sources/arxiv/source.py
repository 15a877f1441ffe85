"""arXiv: the day's announcements from its feed, and from its API the days that were missed.

The feed holds one batch, the current one: what it gave is remembered day by day. Decides nothing about alerts.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from statistics import median_low

from bot.fetch import Fetcher, FetchError
from bot.process.aside import aside
from bot.rules.parts import Part
from bot.sources.arxiv import days as calendar
from bot.sources.arxiv.api import ArxivApi
from bot.sources.changed import Reading, fresh_at_most, get_changed, unread
from bot.sources.in_turn import in_turn
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
        """Days that were missed, oldest first, then what the feed has now; a day is read as far as the API gives it."""
        if not calendar.days_known(parts):  # from today on nothing is missed, even if the feed cannot be read today
            yield Batch(calendar.eastern_day(now).isoformat(), Digest(()), calendar.OPEN)
        listed, sent_away = await self._listed(parts, now)
        if not sent_away:
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
        pages, error = await self._pages(*calendar.submitted_between(day))
        if error:
            return _unread(day, error)
        return Batch(day.isoformat(), _dated(_oldest_first(pages), day, day), past=True)

    async def aclose(self) -> None:
        """Close connections."""
        await self._fetcher.aclose()

    async def _listed(self, parts: Mapping[str, Part], now: datetime) -> tuple[list[Batch | Failed], bool]:
        """What the feed gives that is new, and what to remember of it; and whether arXiv wants us to stay away."""
        try:
            async with self._pace.turn():
                reading = await get_changed(self._fetcher, self._url, parts.get(FEED), now)
            if reading.body is None:
                return [_remembered(reading, max(calendar.days_known(parts), default=None), now)], False
            digest = await aside(parse_digest, reading.body, "arxiv-feed")
        except (FetchError, DigestError) as error:
            failed = unread(FEED, error)
            is_gone = isinstance(error, FetchError) and error.no_answer  # the API is another server
            return [failed], not failed.part and not is_gone
        return _outcomes(reading, digest, calendar.days_known(parts), now), False

    async def _missed(
        self, known: Mapping[date, Part], listed: Collection[str], now: datetime
    ) -> AsyncIterator[Batch | Failed]:
        days = calendar.days_missed(known, now)[-calendar.AT_ONCE :]

        async def ask(day: date) -> AsyncIterator[Batch | Failed]:
            start, end = calendar.submitted_between(day)
            if day == days[0]:  # with what was held back before, but nothing from before our time
                start = calendar.submitted_between(max(min(known), calendar.weekdays_back(day, calendar.LATE)))[0]
            if day == days[-1]:  # with what the feed should have given since, and did not
                end = now
            if down_to := calendar.read_down_to(known.get(day)):
                end = min(end, down_to + timedelta(minutes=1))  # the API's times are minutes
            pages, error = await self._pages(start, end)
            digest = _oldest_first(pages)
            left = tuple(paper for paper in digest.papers if paper.id not in listed)
            dated = _dated(replace(digest, papers=left), day, calendar.eastern_day(now))
            stamp = _down_to(pages) if error else calendar.read_to_its_end(day, known.get(day), now)
            if stamp:
                yield Batch(day.isoformat(), dated, stamp, fills_gap=True)
            if error:
                yield _unread(day, error)

        async for outcome in in_turn(days, ask):
            yield outcome

    async def _pages(self, start: datetime, end: datetime) -> tuple[list[Digest], FetchError | DigestError | None]:
        """What was submitted between two moments, newest first; where that is not all of it, why."""
        pages: list[Digest] = []
        try:
            async for page in self._api.pages(start, end):
                pages.append(page)  # noqa: PERF401  (what came before an error counts)
        except (FetchError, DigestError) as error:
            return pages, error
        return pages, None


def _oldest_first(pages: Sequence[Digest]) -> Digest:
    papers = [paper for page in pages for paper in page.papers]
    return Digest(tuple(reversed(papers)), tuple(chain.from_iterable(page.skipped for page in pages)))


def _down_to(pages: Sequence[Digest]) -> str:
    """What to remember of a day of which these pages are read; empty: nothing.

    The last page counts by its middle: one odd date in it must leave nothing out.
    """
    for page in reversed(pages):
        if times := [paper.published for paper in page.papers if paper.published]:
            return calendar.open_down_to(median_low(times))
    return ""


def _unread(day: date, error: FetchError | DigestError) -> Failed:
    """A day that could not be read, or not to its end."""
    if isinstance(error, FetchError) and error.late:
        return Failed(day.isoformat(), error.reason, late=True)
    return unread(day.isoformat(), error)


def _outcomes(reading: Reading, digest: Digest, known: Mapping[date, Part], now: datetime) -> list[Batch | Failed]:
    today = calendar.eastern_day(now)
    if digest.day and calendar.is_absurd(digest.day, known, today):
        digest = _dated_anew(digest, today)
    day = digest.day or today
    part = day.isoformat()
    if not reading.is_whole or len(digest.papers) >= FULL:
        reason = "the feed was cut off" if not reading.is_whole else f"the feed is full at {FULL:,} papers"
        return [Batch(part, digest, calendar.OPEN), Failed(part, f"{reason}: some of the day are missing")]
    if digest.papers:
        return [Batch(part, digest, calendar.LISTED), _remembered(reading, day, now)]
    if calendar.is_weekday(day):  # a holiday, or not yet built: it must not end the day, nor count as fresh
        return [] if day in known else [Batch(part, digest, calendar.OPEN)]
    return [_remembered(reading, day, now)]


def _dated_anew(digest: Digest, day: date) -> Digest:
    """A feed that stands under a date which no feed of now can have."""
    return replace(digest, papers=tuple(replace(paper, announced=day) for paper in digest.papers), day=day)


def _remembered(reading: Reading, day: date | None, now: datetime) -> Batch:
    """The feed's validators. One that is not yet of today may be late, whatever its max-age (until midnight) says."""
    late = day != calendar.eastern_day(now)
    return Batch(FEED, Digest(()), fresh_at_most(reading.stamp, now + LATE_FEED) if late else reading.stamp)


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
