"""Daily Papers by its API: which days to read, and every page of a day as one digest.

It does not keep what it read, nor decide what is new.
"""

import math
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from itertools import chain

from bot.fetch import Fetcher, FetchError
from bot.process.aside import aside
from bot.rules.parts import Part
from bot.sources.in_turn import in_turn
from bot.sources.source import Batch, Failed
from feeds.digests import DigestError, parse_digest
from feeds.paper import Digest

PAGE = 100
"""Papers asked for at once, the API's most; it may give fewer on any page."""
MAX_PAGES = 50
"""Of one day; the longest recorded has 82 papers."""
AT_ONCE = 60
"""Days asked for in a round, at most, unless `lookback` has more."""
TRIES = 3
"""Of one page of the past. A live round tries once: the next one is soon."""
_DAY = timedelta(days=1)
_NEVER = datetime.min.replace(tzinfo=UTC)


def days_to_read(parts: Mapping[str, Part], now: datetime, lookback: timedelta) -> list[date]:
    """The days to ask for, never one after today in UTC (the API answers 400 to that).

    Every day of `lookback`, oldest first, since lists fill up late and votes rise. Before these, every day since the
    first one known that is not final: a day is final once it was read when `lookback` had passed since its start. Of
    many, the newest come first, AT_ONCE in a round (contract: The clock may be wrong).
    """
    today = now.astimezone(UTC).date()
    start = today - math.ceil(lookback / _DAY) * _DAY
    known = {day: part for name, part in parts.items() if (day := _as_day(name))}
    earlier = _days(min(known, default=start), start)
    missed = [day for day in earlier if not _is_final(day, known.get(day), lookback)]
    regular = _days(start, today + _DAY)
    room = max(AT_ONCE - len(regular), 0)
    return missed[len(missed) - min(room, len(missed)) :] + regular


def longest_ago_first(days: Sequence[date], parts: Mapping[str, Part]) -> list[date]:
    """In which order to ask: where a server wants us to stay away after some, the others come first next time."""
    return sorted(days, key=lambda day: part.read_at if (part := parts.get(day.isoformat())) else _NEVER)


class HuggingFaceSource:
    """Daily Papers at `url` (scheme and host). A part is a day of the list, named `2026-01-31`."""

    kind = "huggingface"

    def __init__(self, name: str, url: str, lookback: timedelta, fetcher: Fetcher) -> None:
        self.name = name
        self._url = url.rstrip("/") + "/api/daily_papers"
        self.settled = lookback
        self._fetcher = fetcher

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        """Every day that is due; it ends early where the server is gone or wants us to stay away."""
        days = longest_ago_first(days_to_read(parts, now, self.settled), parts)
        async for outcome in in_turn(days, self._live):
            yield outcome

    def past_days(self, since: date, until: date) -> list[date]:
        """Every day of a span: lists of Sundays exist."""
        return _days(since, until + _DAY)

    async def read_past(self, day: date) -> Batch | Failed:
        """A day of the past; a broken page is asked for again."""
        outcome = await self._outcome(day, TRIES)
        return replace(outcome, past=True) if isinstance(outcome, Batch) else outcome

    async def aclose(self) -> None:
        """Close connections."""
        await self._fetcher.aclose()

    async def _live(self, day: date) -> AsyncIterator[Batch | Failed]:
        yield await self._outcome(day)

    async def _outcome(self, day: date, tries: int = 1) -> Batch | Failed:
        try:
            return Batch(day.isoformat(), await self._read(day, tries))
        except DigestError as error:
            return Failed(day.isoformat(), str(error))
        except FetchError as error:
            if _is_over(error) and not error.late:
                return Failed("", f"from {day} on: {error.reason}", error.retry_after)
            return Failed(day.isoformat(), error.reason, late=error.late)

    async def _read(self, day: date, tries: int) -> Digest:
        pages: list[Digest] = []
        seen: set[object] = set()
        for number in range(MAX_PAGES):
            page = _unseen(await self._page(day, number, tries), seen)
            if not page.papers and not page.skipped:
                break
            pages.append(page)
        papers = chain.from_iterable(page.papers for page in pages)
        return Digest(
            papers=tuple(replace(paper, announced=paper.announced or day) for paper in papers),
            skipped=tuple(chain.from_iterable(page.skipped for page in pages)),
            day=day,
        )

    async def _page(self, day: date, number: int, tries: int) -> Digest:
        for _ in range(tries - 1):
            try:
                return await self._ask(day, number)
            except DigestError:
                continue
            except FetchError as error:
                if _is_over(error):
                    raise
        return await self._ask(day, number)

    async def _ask(self, day: date, number: int) -> Digest:
        answer = await self._fetcher.get(self._url, {"date": day.isoformat(), "limit": PAGE, "p": number})
        return await aside(parse_digest, answer.body, self.kind)


def _is_over(error: FetchError) -> bool:
    """Whether another request would fare no better, or is not wanted."""
    return error.no_answer or error.retry_after is not None or error.status == HTTPStatus.TOO_MANY_REQUESTS


def _unseen(page: Digest, seen: set[object]) -> Digest:
    """What earlier pages of the day did not give: a server may ignore `p`, and the list may shift between requests."""
    papers = tuple(paper for paper in page.papers if paper.id not in seen)
    skipped = tuple(item for item in page.skipped if item not in seen)
    seen.update(paper.id for paper in papers)
    seen.update(skipped)
    return Digest(papers, skipped, page.day)


def _as_day(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _days(start: date, end: date) -> list[date]:
    return [start + n * _DAY for n in range((end - start).days)]


def _is_final(day: date, part: Part | None, lookback: timedelta) -> bool:
    return part is not None and part.read_at >= datetime.combine(day, time(), UTC) + lookback
