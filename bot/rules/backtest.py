"""What a query would have sent: the same for `try` and for who asks in a chat. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from bot.rules.found import EMPTY, IS_EMPTY, Found, found_by
from bot.rules.words import counted
from feeds.match import Near, match
from feeds.paper import Paper
from feeds.query import Query
from feeds.query.spellings import spellings
from feeds.weeks import Covered, Week, rate, weeks_of


class Archive(Protocol):
    """The papers that there are."""

    def announced_since(self, day: date) -> Sequence[Paper]:
        """Those from a day on, oldest first."""

    def ends(self) -> tuple[date, date] | None:
        """The first day announced that it has, and the newest; None of an empty one."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a query would have sent, how much a week, and what other spellings of it would."""

    query: Query
    since: date
    days: int
    """As asked: from `since` until now."""
    ends: tuple[date, date] | None
    """The first and the newest day that the archive has; None of an empty one."""
    covered: Covered | None
    """What it covers of the days asked for."""
    found: list[Found]
    others: list[tuple[str, str, int]]
    """(what changes, the query spelled so, papers)."""
    lacks: tuple[str, ...] = ()
    """What it compares papers with that is not there (bot.store.archive.near)."""

    @property
    def counted_days(self) -> int:
        """Days that count for the rate: of the first and the last day asked for, together one."""
        return max(self.covered.days - (self.covered.first == self.since), 1) if self.covered else 0

    @property
    def weekly(self) -> float:
        """Papers a week."""
        return rate(len(self.found), self.counted_days)

    @property
    def weeks(self) -> tuple[Week, ...]:
        """Oldest first, empty ones too; none before the archive began."""
        days = [one.paper.announced for one in self.found if one.paper.announced]
        shown = self.covered
        return weeks_of(days, shown.last, shown.days // 7 + 2, shown.first) if shown else ()

    @property
    def note(self) -> str:
        """What one should know of the archive to read the numbers; or nothing."""
        if self.lacks:
            return f"{self.lacks[0]}: until then it matches nothing"
        if self.ends is None:
            return EMPTY
        if self.covered is None:
            return f"the newest paper of the archive is of {self.ends[1]}"
        if self.counted_days >= self.days:
            return ""
        told = counted(self.counted_days, "day")
        return f"the archive covers {told} of them: {self.covered.first} to {self.covered.last}"

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        shown = self.covered
        return {
            "query": str(self.query),
            "days": self.days,
            "covered": shown and {"since": str(shown.first), "until": str(shown.last), "days": self.counted_days},
            "a_week": round(self.weekly, 2),
            "note": self.note,
            "papers": [one.as_json() for one in self.found],
            "weeks": [{"week": str(week.monday), "papers": week.papers} for week in self.weeks],
            "spellings": [{"change": change, "query": query, "papers": n} for change, query, n in self.others],
        }


def backtest(
    archive: Archive,
    query: Query,
    now: datetime,
    days: int,
    near: Near | None = None,
    lacks: tuple[str, ...] = (),
) -> Backtest:
    """What the query would have sent of the papers announced in the last `days`."""
    since = now.date() - timedelta(days=days)
    papers, ends = archive.announced_since(since), archive.ends()
    covered = Covered.asked(*ends, since, now.date()) if ends else None
    others = spellings(query)
    matches = match({str(one): one for one in (query, *(other for _, other in others))}, papers, now, near)
    counts = [(change, str(other), len(matches[str(other)])) for change, other in others]
    return Backtest(query, since, days, ends, covered, found_by(matches, str(query)), counts, lacks)


def brought(told: Backtest) -> str:
    """What it would have brought, to who may subscribe to it."""
    papers, days = counted(len(told.found), "paper"), counted(told.days, "day")
    rate = f", {told.weekly:.1f} a week" if told.covered else ""
    known = told.note if told.note != EMPTY else IS_EMPTY  # what to do about it is the operator's affair
    note = f" ({known})" if known else ""
    return f"In {days} it would have brought {papers}{rate}{note}."


def in_words(told: Backtest) -> str:
    """What it comes to."""
    papers = counted(len(told.found), "paper")
    verb = "matches" if len(told.found) == 1 else "match"
    weekly = f", {told.weekly:.1f} a week," if told.covered else ""
    note = f" ({told.note})" if told.note else ""
    return f"{papers} in {counted(told.days, 'day')}{weekly} {verb} {told.query}{note}"
