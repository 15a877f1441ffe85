"""`try`: what a query would have sent, how many a week, and what other spellings of it would."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.found import EMPTY, Found, found_by
from bot.commands.opening import CLOCK, configured, guarded, show
from bot.rules.words import counted
from bot.store.archive.look import Look, look
from feeds.match import match
from feeds.query import Query, parse_query
from feeds.query.spellings import spellings
from feeds.weeks import Covered, Week, rate, weeks_of

if TYPE_CHECKING:
    from bot.terminal.screen import Screen

_BAR = 40


@guarded
def command(path: Path, *, verbose: bool, query: str, days: int, as_json: bool) -> int:
    """2: a bad query."""
    parsed = parse_query(query)
    config = configured(path, verbose=verbose, secrets=False)
    with look(config.database) as archive:
        told = backtest(archive, parsed, CLOCK.now(), days)

    def drawn(screen: "Screen") -> None:
        from bot.commands.drawn.backtest import backtest_page

        backtest_page(screen, told.found, told.weeks, told.others, in_words(told))

    show(told.as_json(), text_of(told), as_json=as_json, drawn=drawn)
    return 0


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


def backtest(archive: Look, query: Query, now: datetime, days: int) -> Backtest:
    """What the query would have sent of the papers announced in the last `days`."""
    since = now.date() - timedelta(days=days)
    papers, ends = archive.announced_since(since), archive.ends()
    covered = Covered.asked(*ends, since, now.date()) if ends else None
    others = spellings(query)
    matches = match({str(one): one for one in (query, *(other for _, other in others))}, papers, now)
    counts = [(change, str(other), len(matches[str(other)])) for change, other in others]
    return Backtest(query, since, days, ends, covered, found_by(matches, str(query)), counts)


def text_of(told: Backtest) -> str:
    """The papers, a bar for each week, and what other spellings would have sent."""
    most = max((week.papers for week in told.weeks), default=0)
    bars = [f"{week.monday}  {week.papers:4}  {_bar(week.papers, most)}".rstrip() for week in told.weeks]
    plot = ["week of      papers", *bars] if bars else []
    others = [f"{count:6}  {query}  ({change})" for change, query, count in told.others]
    table = ["", "other spellings", *others] if others else []
    return "\n".join([*(one.line() for one in told.found), "", *plot, *table, "", in_words(told)])


def in_words(told: Backtest) -> str:
    """What it comes to."""
    papers = counted(len(told.found), "paper")
    verb = "matches" if len(told.found) == 1 else "match"
    weekly = f", {told.weekly:.1f} a week," if told.covered else ""
    note = f" ({told.note})" if told.note else ""
    return f"{papers} in {counted(told.days, 'day')}{weekly} {verb} {told.query}{note}"


def _bar(count: int, most: int) -> str:
    return "█" * round(_BAR * count / most) if most else ""
