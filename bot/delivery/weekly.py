"""Round-ups for weekly mails: one reading of the archive for all who get one on a day, and of it only what is told.

A week ends the day before, in UTC: the day that a mail goes is not over.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock

from bot.process.unswept import unswept
from bot.rules.manners import Manner
from bot.store.archive.look import Look, look
from bot.store.archive.near import Near
from bot.store.database import Database
from bot.store.engine import StoreError
from bot.store.subscriptions.weekly import weekly_queries
from feeds.match import match
from feeds.paper import Paper
from feeds.query import Query, QueryError, parse_query
from feeds.roundup import Comparison, NewWord, Risen, Roundup, Window

log = logging.getLogger(__name__)
_READ = 28
"""Days whose papers are in memory at once."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a reading found."""

    window: Window
    risen: Sequence[Risen]
    new: Sequence[NewWord]
    days: Mapping[str, Sequence[date]]
    """When the papers of each query were announced."""


class Weekly:
    """Reads the archive by itself, beside those who write: to be asked on a thread that may wait."""

    def __init__(self, database: Database, near: Near) -> None:
        self._database, self._near = database, near
        self._lock = Lock()
        self._told: _Told | None = None

    def roundup(self, asked: Sequence[Manner], now: datetime) -> Roundup | None:
        """Of the week before, for who gets a weekly digest of these; None where there is nothing to compare with."""
        with self._lock:
            try:
                told = self._known(asked, now)
            except StoreError as error:
                log.warning("a mail goes without its round-up: %s", error)
                return None
        if told is None:
            return None
        courses = [told.window.course(one.title, told.days[one.query]) for one in asked if one.query in told.days]
        return Roundup(told.window, told.risen, told.new, courses)

    def _known(self, asked: Sequence[Manner], now: datetime) -> _Told | None:
        last = now.date() - _DAY
        told = self._told if self._told and self._told.window.last == last else None
        missing = {one.query for one in asked if not told or one.query not in told.days}
        if told is None or any(_parsed(one) for one in missing):
            with unswept, look(self._database) as archive:
                self._told = told = _read(archive, missing, last, now, self._near, told)
        return told


def _read(archive: Look, missing: set[str], last: date, now: datetime, near: Near, told: _Told | None) -> _Told | None:
    """The whole archive for words, where they are not known; thirteen weeks for queries."""
    ends = archive.ends()
    if ends is None or not (window := Window(last, ends[0])).days:
        return None
    parsed = ((one, _parsed(one)) for one in {*weekly_queries(archive.raw), *missing})
    queries = {text: query for text, query in parsed if query}
    near.learn(queries.values())
    days: dict[str, list[date]] = {text: [] for text in queries}
    week = archive.announced_within(window.first, window.last)
    _note(days, queries, week, now, near)
    words = None if told else Comparison(window, week)
    for some in _back(archive, window.since, window.first - _DAY):
        _note(days, queries, some, now, near)
        if words:
            words.before(some)
    if words is None:
        assert told is not None
        return _Told(window, told.risen, told.new, days)
    if words.is_fair:
        for some in _back(archive, window.covered, window.since - _DAY):
            words.older(some)
    return _Told(window, words.risen(), words.new(), days)


def _back(archive: Look, first: date, last: date) -> Iterator[list[Paper]]:
    """The papers of these days, some at a time, newest first."""
    while last >= first:
        begin = max(first, last - timedelta(days=_READ - 1))
        yield archive.announced_within(begin, last)
        last = begin - _DAY


def _note(
    days: Mapping[str, list[date]], queries: Mapping[str, Query], some: Sequence[Paper], now: datetime, near: Near
) -> None:
    found = match(queries, some, now, near)
    for text in found.hits():
        days[text] += [one.announced for one in found[text] if one.announced]


def _parsed(text: str) -> Query | None:
    """None of what has no course: `age` is of the moment, and what an older version wrote may be no query any more."""
    try:
        query = parse_query(text)
    except QueryError:
        return None
    return None if query.compares("age") else query
