"""`try`: what a query would have sent, how many a week, and what other spellings of it would."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.commands.found import Found, found_by
from bot.commands.opening import CLOCK, configured, guarded, show
from bot.store.archive.look import Look, look
from feeds.match import match
from feeds.query import Query, parse_query
from feeds.query.spellings import spellings

_BAR = 40


@guarded
def command(path: Path, *, verbose: bool, query: str, days: int, as_json: bool) -> int:
    """2: a bad query."""
    parsed = parse_query(query)
    config = configured(path, verbose=verbose, secrets=False)
    with look(config.database) as archive:
        told = backtest(archive, parsed, CLOCK.now(), days)
    show(told.as_json(), text_of(told), as_json=as_json)
    return 0


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a query would have sent, how much a week, and what other spellings of it would."""

    query: Query
    days: int
    found: list[Found]
    weeks: list[tuple[date, int]]
    """Monday -> papers, oldest first, empty weeks too."""
    others: list[tuple[str, str, int]]
    """(what changes, the query spelled so, papers)."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "query": str(self.query),
            "days": self.days,
            "papers": [one.as_json() for one in self.found],
            "weeks": [{"week": str(week), "papers": count} for week, count in self.weeks],
            "spellings": [{"change": change, "query": query, "papers": n} for change, query, n in self.others],
        }


def backtest(archive: Look, query: Query, now: datetime, days: int) -> Backtest:
    """What the query would have sent of the papers announced in the last `days`."""
    since = now.date() - timedelta(days=days)
    papers = archive.announced_since(since)
    others = spellings(query)
    matches = match({str(one): one for one in (query, *(other for _, other in others))}, papers, now)
    found = found_by(matches, str(query))
    counts = [(change, str(other), len(matches[str(other)])) for change, other in others]
    return Backtest(query, days, found, _weeks(found, since, now.date()), counts)


def text_of(told: Backtest) -> str:
    """The papers, a bar for each week, and what other spellings would have sent."""
    most = max((count for _, count in told.weeks), default=0)
    bars = [f"{week}  {count:4}  {_bar(count, most)}".rstrip() for week, count in told.weeks]
    rate = len(told.found) * 7 / told.days
    sentence = f"{len(told.found)} papers in {told.days} days, {rate:.1f} a week, match {told.query}"
    others = [f"{count:6}  {query}  ({change})" for change, query, count in told.others]
    table = ["", "other spellings", *others] if others else []
    return "\n".join([*(one.line() for one in told.found), "", "week of      papers", *bars, *table, "", sentence])


def _bar(count: int, most: int) -> str:
    return "█" * round(_BAR * count / most) if most else ""


def _weeks(found: Sequence[Found], since: date, until: date) -> list[tuple[date, int]]:
    counts = Counter(_monday(one.paper.announced) for one in found if one.paper.announced)
    count = (_monday(until) - _monday(since)).days // 7 + 1
    mondays = [_monday(since) + timedelta(weeks=week) for week in range(count)]
    return [(monday, counts[monday]) for monday in mondays]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
