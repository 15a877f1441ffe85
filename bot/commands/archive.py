"""`try` and `search`: queries asked of the stored papers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from sqlite3 import Connection
from typing import Any

from bot.store.archive import codec, paper_rows
from feeds.match import Matches, Reason, match
from feeds.paper import Paper
from feeds.query import Query
from feeds.query.spellings import spellings


@dataclass(frozen=True, slots=True)
class Found:
    """A paper and the words that made it match."""

    paper: Paper
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "key": self.paper.key,
            "title": self.paper.title,
            "announced": str(self.paper.announced),
            "votes": self.paper.votes,
            "url": self.paper.links.get("abstract", ""),
            "words": list(self.words),
        }


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


def search(connection: Connection, query: Query, now: datetime) -> list[Found]:
    """Every stored paper that the query matches, newest first."""
    archive = [codec.from_row(row) for row in paper_rows.announced_since(connection, date.min)]
    return _found(match({str(query): query}, archive, now), str(query))


def backtest(connection: Connection, query: Query, now: datetime, days: int) -> Backtest:
    """What the query would have sent of the papers announced in the last `days`."""
    since = now.date() - timedelta(days=days)
    archive = [codec.from_row(row) for row in paper_rows.announced_since(connection, since)]
    others = spellings(query)
    matches = match({str(one): one for one in (query, *(other for _, other in others))}, archive, now)
    found = _found(matches, str(query))
    counts = [(change, str(other), len(matches[str(other)])) for change, other in others]
    return Backtest(query, days, found, _weeks(found, since, now.date()), counts)


def _found(matches: Matches[str], key: str) -> list[Found]:
    return [Found(paper, _words(matches, key, paper)) for paper in reversed(matches[key])]


def _weeks(found: Sequence[Found], since: date, until: date) -> list[tuple[date, int]]:
    counts = Counter(_monday(one.paper.announced) for one in found if one.paper.announced)
    count = (_monday(until) - _monday(since)).days // 7 + 1
    mondays = [_monday(since) + timedelta(weeks=week) for week in range(count)]
    return [(monday, counts[monday]) for monday in mondays]


def _words(matches: Matches[str], key: str, paper: Paper) -> tuple[str, ...]:
    """As they stand in the paper, each once, whatever its case."""
    found: dict[str, str] = {}
    for reason in matches.reasons(key, paper):
        word = _text(paper, reason)
        found.setdefault(word.casefold(), word)
    return tuple(found.values())


def _text(paper: Paper, reason: Reason) -> str:
    text = {"title": paper.title, "abstract": paper.abstract}.get(reason.field)
    return " ".join(text[reason.start : reason.end].split()) if text else reason.term


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
