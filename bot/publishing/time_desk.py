"""Makes the pages of days, weeks and months that are written as files.

Reads files of ours and writes none: bot.publishing.site asks the store, writes, and notes what was written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from markupsafe import Markup

from bot.publishing.files import Mark, stamp_of
from bot.publishing.made import Again, Made, Place, mark_of
from bot.publishing.standing import Standing
from bot.store.archive import codec
from bot.store.archive.paper_rows import DayState, PaperRow
from bot.store.archive.published import File
from feeds.site import (
    LOOK,
    SPANS,
    Listed,
    Period,
    Sheet,
    Site,
    Span,
    Stretch,
    Times,
    path_of,
    period_path,
    root_of,
    sheets,
    time_page,
)

YOUNG = timedelta(days=8)
"""So long after its last day a page is made anew daily: the votes of a week are read again (`lookback`)."""
_OF_TIMES = "../"
"""From the folder of a time's page to the start page's."""
_OLD = 49
"""Characters of what 1.0.0 noted."""
REMEMBERED = 2_000
"""Papers put into lists anew that are remembered for others; about 3 KB each."""


@dataclass(frozen=True, slots=True)
class _Due:
    """What the pages of a time are made from."""

    times: Times
    stamp: str
    until: float | None
    sheets: Sequence[tuple[str, Sheet]]
    """With their paths."""


class TimeDesk:
    """For one round.

    `days` are those on which papers were announced, in their order, `today` one of UTC, `shared` what all are made of.
    """

    def __init__(self, site: Site, standing: Standing, days: Mapping[date, DayState], today: date, shared: str) -> None:
        self._site = site
        self._standing = standing
        self._today = today
        self._tomorrow = (datetime.combine(today, time(tzinfo=UTC)) + timedelta(days=1)).timestamp()
        self._shared = stamp_of(LOOK, shared)
        self._cards: dict[str, Markup] = {}
        """Papers that were put into a list anew, by their mark there."""
        self._days = days
        self._all = {one.times.period: one for span in SPANS for one in self._of(span)}
        self._adopted = {file.path: file for one in self._all.values() for file in self._of_before(one)}

    @property
    def newest(self) -> Period | None:
        """The newest day; None of an empty archive."""
        return Period.around(max(self._days), "day") if self._days else None

    def paths(self) -> set[str]:
        """Every page that there should be."""
        return {path for one in self._all.values() for path, _ in one.sheets}

    def adopted(self) -> Iterable[File]:
        """Pages that stand as an earlier version wrote them, as they are to be noted from now on."""
        return self._adopted.values()

    def due(self) -> list[Period]:
        """The times whose pages are not as they should be: those of the same papers one after another."""
        noted = self._standing.noted
        some = [
            period
            for period, one in self._all.items()
            if not all(noted(path).startswith(f"{one.stamp} ") or path in self._adopted for path, _ in one.sheets)
        ]
        return sorted(some, key=lambda period: period.last)

    def _of_before(self, one: _Due) -> Iterator[File]:
        """Those pages of a time that stand, noted as 1.0.0 did: by two hashes, the first of all its days."""
        files = [self._standing.known[path] for path, _ in one.sheets if path in self._standing.known]
        if files := [file for file in files if len(file.stamp) == _OLD]:
            period = one.times.period
            days = [state for day, state in self._days.items() if period.first <= day <= period.last]
            before = f"{stamp_of(self._shared, one.times, days)} "
            for file in files:
                if self._standing.noted(file.path).startswith(before):
                    yield file._replace(stamp=f"{one.stamp} {file.stamp.removeprefix(before)}")

    def pages(self, period: Period, rows: Iterable[PaperRow]) -> tuple[dict[str, Made], list[File]]:
        """The pages of a time that differ, by path, and those that stand. `rows` are its papers."""
        due, papers, dated = self._all[period], codec.by_votes(rows), period.span != "day"
        before = {**self._cards, **self._standing.pieces(path for path, _ in due.sheets)}
        made: dict[str, Made] = {}
        right: list[File] = []
        for path, one in due.sheets:
            root, some = root_of(path), papers[one.start : one.stop]
            made_for = _made_for(root, dated=dated)
            marks = [mark_of(row, made_for) for row in some]
            facts = stamp_of(self._shared, due.times, one, marks)
            mark = Mark(f"{due.stamp} {facts}", until=due.until)
            if self._standing.stamp(path).endswith(facts):
                right.append(self._standing.known[path]._replace(stamp=mark.stamp, until=mark.until))
                continue
            listed = [
                self._listed(row, Place(None, root, mark, dated), before) for row, mark in zip(some, marks, strict=True)
            ]
            made[path] = Made(time_page(self._site, due.times, Stretch(listed, one, "votes"), root), mark)
        return made, right

    def front(self, rows: Iterable[PaperRow], before: Mapping[str, Markup]) -> tuple[Times | None, Stretch]:
        """The newest day as the start page has it. `rows` are its papers, `before` what stands there."""
        if self.newest is None:
            return None, Stretch((), Sheet(0, 0, 0), "votes")
        papers = codec.by_votes(rows)
        one = sheets(len(papers), "votes")[0]
        # The newest day's own page may just have been made.
        front, day = (partial(_place, root, _made_for(root, dated=False)) for root in ("", _OF_TIMES))
        listed = [self._on_front(row, front(row), day(row), before) for row in papers[: one.stop]]
        return self._all[self.newest].times, Stretch(listed, one, "votes")

    def _on_front(self, row: PaperRow, here: Place, there: Place, before: Mapping[str, Markup]) -> Listed:
        made = None if here.mark in before else self._cards.get(there.mark)
        return Again(row).moved(here, there.root, made) if made else Again(row).listed(here, before)

    def _listed(self, row: PaperRow, place: Place, before: Mapping[str, Markup]) -> Listed:
        """A paper in the list of a time; the others that it lies in show the same of it."""
        one = Again(row).listed(place, before)
        if place.mark not in before:
            if len(self._cards) >= REMEMBERED:
                self._cards.clear()
            self._cards[place.mark] = one.html
        return one

    @property
    def front_mark(self) -> Mark:
        """What the newest day on the start page is made from."""
        one = self._all[self.newest] if self.newest else None
        return Mark(one.stamp, until=one.until) if one else Mark("")

    def _of(self, span: Span) -> Iterator[_Due]:
        """The times of one length, the oldest first."""
        states = _by_period(self._days, span)
        some = list(states)
        for before, period, after in zip([None, *some], some, [*some[1:], None], strict=False):
            # Plain words: an archive of years has many times, and most are as they were.
            total, newest = states[period]
            around = " ".join(one.first.isoformat() if one else "-" for one in (before, after))
            stamp = f"{self._shared} {around} {total} {newest}"
            yield _Due(Times(period, before, after), stamp, self._until(period), _sheets(period, total))

    def _until(self, period: Period) -> float | None:
        """When its votes are to be looked at again, in Unix seconds."""
        return None if period.last < self._today - YOUNG else self._tomorrow


def _sheets(period: Period, total: int) -> Sequence[tuple[str, Sheet]]:
    path = period_path(period)
    return [(path_of(path, one.number, "votes", "votes"), one) for one in sheets(total, "votes")]


def _by_period(days: Mapping[date, DayState], span: Span) -> dict[Period, DayState]:
    """What tells whether pages of a time are as they should be. The days are in their order."""
    found: dict[Period, DayState] = {}
    period, last = None, date.min
    for day, state in days.items():
        if period is None or day > last:
            period = Period.around(day, span)
            last = period.last
            found[period] = state
        else:
            papers, page = found[period]
            found[period] = DayState(papers + state.papers, max(page, state.page))
    return found


def _made_for(root: str, *, dated: bool) -> str:
    """What all papers of a list are made from, but for themselves."""
    return stamp_of(LOOK, root, dated)


def _place(root: str, made_for: str, row: PaperRow) -> Place:
    return Place(None, root, mark_of(row, made_for))
