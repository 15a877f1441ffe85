"""What a round-up says. Reads nothing and counts no word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from feeds.weeks import rate

BEFORE = 12
"""Weeks that a week is compared with."""
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Window:
    """A week by its last day, and as much of the twelve before it as an archive covers."""

    last: date
    covered: date
    """The first day announced that the archive has."""

    @property
    def first(self) -> date:
        """The week's first day."""
        return self.last - timedelta(days=_WEEK - 1)

    @property
    def since(self) -> date:
        """The first day of what the week is compared with."""
        return max(self.first - timedelta(weeks=BEFORE), self.covered)

    @property
    def days(self) -> int:
        """Days before the week, of twelve weeks, that the archive covers."""
        return max((self.first - self.since).days, 0)

    @property
    def weeks(self) -> int:
        """Weeks to show: those, a begun one too, and the week itself."""
        return -(-self.days // _WEEK) + 1

    def course(self, query: str, days: Iterable[date]) -> "Course":
        """A query's, of the days on which its papers were announced; others than the window's do not count."""
        papers = [0] * self.weeks
        for day in days:
            if min(self.since, self.first) <= day <= self.last:
                papers[-1 - (self.last - day).days // _WEEK] += 1
        return Course(query, tuple(papers), self.days)


@dataclass(frozen=True, slots=True)
class Course:
    """Papers a week of one query."""

    query: str
    papers: tuple[int, ...]
    """Oldest week first; the last is the week told of."""
    days: int
    """That the archive covers of the weeks before it."""

    @property
    def now(self) -> int:
        """Papers of the week."""
        return self.papers[-1]

    @property
    def usual(self) -> float:
        """Papers a week before it."""
        return rate(sum(self.papers[:-1]), self.days)


@dataclass(frozen=True, slots=True)
class Risen:
    """A word, or two side by side, in far more papers than usual."""

    words: str
    papers: int
    usual: float
    """Papers a week before."""


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word that no paper of the archive had before."""

    word: str
    papers: int


@dataclass(frozen=True, slots=True)
class Roundup:
    """A whole one."""

    window: Window
    risen: Sequence[Risen] = ()
    new: Sequence[NewWord] = ()
    courses: Sequence[Course] = ()
