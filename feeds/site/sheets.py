"""How a long list of papers is cut into sheets, each a page of its own. Knows no paper and no page."""

from collections.abc import Iterable
from dataclasses import dataclass

from feeds.paper import Paper

Order = str
"""`new`: newest first, in the order of feeds; `votes`; or `library:NAME`, what is nearest to it first."""
ORDERS: tuple[Order, ...] = ("new", "votes")
"""Those that every server has."""
LIBRARY = "library:"
AT_MOST = 100
"""Papers on one page."""
OLDER = 40
"""Papers on each older sheet of what is newest first; its own page has up to twice as many, and days as headings."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The papers from the place `start` up to `stop` of a list of `total`."""

    start: int
    stop: int
    total: int
    number: int = 0
    """Stands in its address; 0: it is the list's own page."""
    next: int | None = None
    """The one that goes on."""
    back: int | None = None
    """The one before it. None of what is newest first: that changes with new papers."""

    @property
    def left(self) -> int:
        """Papers after it."""
        return self.total - self.stop

    @property
    def oldest(self) -> tuple[int, int]:
        """Its papers' places counted from the oldest, 1 the first: new papers change neither."""
        return self.total - self.stop + 1, self.total - self.start


def sheets(total: int, order: Order) -> list[Sheet]:
    """The whole list in sheets: one at least, the list's own first.

    Newest first, older sheets are whole and counted from the oldest paper, so new papers change none of them; the
    list's own holds the rest. Else every vote or paper may change all, so they are counted from the top.
    """
    return _by_age(total) if order == "new" else _from_the_top(total)


def sheet(total: int, order: Order, number: int) -> Sheet | None:
    """The one of that number; None where there is none."""
    return next((one for one in sheets(total, order) if one.number == number), None)


def _by_age(total: int) -> list[Sheet]:
    count = max(0, total - OLDER) // OLDER
    first = Sheet(0, total - count * OLDER, total, next=count or None)
    starts = ((number, total - number * OLDER) for number in range(count, 0, -1))
    return [first, *(Sheet(start, start + OLDER, total, number, number - 1 or None) for number, start in starts)]


def _from_the_top(total: int) -> list[Sheet]:
    starts = range(0, total, AT_MOST) or range(1)
    last = len(starts)
    return [
        Sheet(
            start,
            min(start + AT_MOST, total),
            total,
            number if number > 1 else 0,
            number + 1 if number < last else None,
            (number - 1 if number > 2 else 0) if number > 1 else None,
        )
        for number, start in enumerate(starts, 1)
    ]


def by_votes(papers: Iterable[Paper]) -> list[Paper]:
    """Most votes first; papers with as many stay in the order given, which is that of feeds (feeds.render)."""
    return sorted(papers, key=lambda paper: paper.votes or 0, reverse=True)
