"""`try` and `search`: a query asked of the stored papers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.store import papers
from feeds.match import Matches, Reason, match
from feeds.paper import Paper
from feeds.query import Query


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


def search(connection: Connection, query: Query, now: datetime, days: int | None = None) -> list[Found]:
    """The papers that the query matches, newest first; of the last `days` alone if given."""
    since = now.date() - timedelta(days=days) if days is not None else None
    archive = [paper for _, paper in papers.every(connection, since)]
    matches = match({"": query}, archive, now)
    return [Found(paper, _words(matches, paper)) for paper in reversed(matches[""])]


def weeks(found: Sequence[Found], now: datetime, days: int) -> list[tuple[date, int]]:
    """How many papers in each week (its Monday) of the span, oldest first, empty weeks too."""
    counts = Counter(_monday(one.paper.announced) for one in found if one.paper.announced)
    week, last = _monday(now.date() - timedelta(days=days)), _monday(now.date())
    table = []
    while week <= last:
        table.append((week, counts[week]))
        week += timedelta(days=7)
    return table


def _words(matches: Matches[str], paper: Paper) -> tuple[str, ...]:
    """As they stand in the paper, each once, whatever its case."""
    found: dict[str, str] = {}
    for reason in matches.reasons("", paper):
        word = _text(paper, reason)
        found.setdefault(word.casefold(), word)
    return tuple(found.values())


def _text(paper: Paper, reason: Reason) -> str:
    text = {"title": paper.title, "abstract": paper.abstract}.get(reason.field)
    return " ".join(text[reason.start : reason.end].split()) if text else reason.term


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
