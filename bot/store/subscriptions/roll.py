"""The queries of all who call, in memory: a million of them in half a gigabyte, followed by what changed.

Whoever matches once streams them from the store instead, and keeps none.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.store.engine import Door, driver
from bot.store.noted import note, noted
from bot.store.subscriptions import rows
from bot.store.subscriptions.calling import Match
from feeds.match import Batch, Near, Subscriptions
from feeds.paper import Paper
from feeds.query import VERSION, Query, QueryError, parse_query
from feeds.query.compiled import NEAR

AT_ONCE = 10_000
"""Rows read in one transaction."""


class Coded(NamedTuple):
    """A query in its compiled form, and whose it is."""

    id: int
    lane: int
    numbers: int
    calls: int
    change: int
    code: str


def coded(connection: Door, after: int, *, numbers: bool = False) -> list[Coded]:
    """The queries of those who call, by their number, from behind one on; or only those that ask for numbers."""
    statement = _NUMBERS if numbers else _CALLING
    return [Coded(*row) for row in driver(connection).execute(statement, (after, AT_ONCE))]


def behind(connection: Door) -> list[Coded]:
    """The queries of those who are still to be asked for stored papers."""
    return [Coded(*row) for row in driver(connection).execute(_BEHIND)]


def since(connection: Door) -> str | None:
    """From which day on they are."""
    row = driver(connection).execute("select min(behind) from subscription where behind is not null").fetchone()
    return row[0] if row else None


def asking(some: Sequence[Coded], wanted: frozenset[str]) -> frozenset[int]:
    """Those of them that compare with any of these."""
    return frozenset(one.id for one in some if _compares(one.code, wanted)) if wanted else frozenset()


def fall_behind(connection: Door, wanted: frozenset[str], day: str) -> None:
    """Those that compare with any of these are to be asked again for what was announced from a day on."""
    raw = driver(connection)
    rows = raw.execute(_COMPARING, (f"%\t{NEAR}%",))
    those = [number for number, code in rows if _compares(code, wanted)]
    raw.executemany(_FALLS_BEHIND, [(day, number, day) for number in those])


def _compares(code: str, wanted: frozenset[str]) -> bool:
    return not wanted.isdisjoint(Query.stored("", code).near)


def caught_up(connection: Door, ids: Sequence[int]) -> None:
    """They were asked for all that was stored."""
    driver(connection).executemany("update subscription set behind = null where id = ?", [(one,) for one in ids])


def newest(connection: Door) -> int:
    """The number of the last change."""
    return rows.last_change(connection)


def changed(connection: Door, last: int) -> list[Coded]:
    """What changed since the change of that number, those who no longer call among them."""
    return [Coded(*row) for row in driver(connection).execute(_CHANGED, (last,))]


def matches_in(batch: Batch, some: Sequence[Coded]) -> list[Match]:
    """Those that match something."""
    found = batch.stream([one.code for one in some])
    return [Match(one.lane, one.id, bits) for one, bits in zip(some, found, strict=True) if bits]


class Roll:
    """All queries, in memory."""

    def __init__(self) -> None:
        self._all: Subscriptions[int] = Subscriptions()
        self._numbers: Subscriptions[int] = Subscriptions()
        self._lane_of = array("q")
        self.change = -1
        """The number of the last change that it knows; -1: it knows nothing."""

    def add(self, some: Sequence[Coded]) -> None:
        """Take these in."""
        for one in some:
            self._lane_of.extend([0] * (one.id + 1 - len(self._lane_of)))
            self._lane_of[one.id] = one.lane
            self._set(self._all, one, wanted=bool(one.calls))
            self._set(self._numbers, one, wanted=bool(one.calls and one.numbers))

    def matches(self, batch: Batch, *, numbers: bool) -> list[Match]:
        """Those that match something in a batch."""
        queries = self._numbers if numbers else self._all
        lane_of = self._lane_of
        return [Match(lane_of[one], one, bits) for one, bits in queries.bits_in(batch).items() if bits]

    def _set(self, queries: Subscriptions[int], one: Coded, *, wanted: bool) -> None:
        if wanted:
            queries[one.id] = Query.stored("", one.code)  # its text is the store's
        elif one.id in queries:
            del queries[one.id]


def compile_again(connection: Door, after: int) -> int | None:
    """Compile some queries anew that another version of the language compiled. Where to go on; None: all are."""
    raw = driver(connection)
    found = raw.execute(_STALE, (after, VERSION, AT_ONCE // 10)).fetchall()
    number, made = rows.next_change(connection) if found else 0, []
    for row, text in found:
        try:
            query = parse_query(text)
            made.append((query.compiled, rows.asks_numbers(query), VERSION, False, number, row))
        except QueryError:  # an earlier version took it
            made.append(("", False, VERSION, True, number, row))
    raw.executemany(_COMPILED, made)
    return found[-1][0] if found else None


def language(connection: Door) -> int:
    """The version of the language that compiled all of them."""
    return int(noted(connection, _LANGUAGE) or 0)


def all_compiled(connection: Door) -> None:
    """They are of this version."""
    note(connection, _LANGUAGE, str(VERSION))


def pieces(found: list[Match], size: int) -> Iterator[list[Match]]:
    """In the order of their lanes, so many papers at once; no lane is parted."""
    found.sort()
    piece: list[Match] = []
    papers = 0
    for one in found:
        if papers >= size and one.lane != piece[-1].lane:
            yield piece
            piece, papers = [], 0
        piece.append(one)
        papers += one.bits.bit_count()
    if piece:
        yield piece


def before(papers: Sequence[Paper | None], near: Near | None = None) -> tuple[Batch, list[int]]:
    """The papers as they were, of those that were there; and the place of each."""
    places = [place for place, one in enumerate(papers) if one is not None]
    return Batch([one for one in papers if one is not None], near=near), places


_COLUMNS = "id, destination_id, numbers, ended is null and not paused, changed, code"
_CALLING = f"""
    select {_COLUMNS} from subscription where id > ? and ended is null and not paused order by id limit ?
"""  # noqa: S608  (of our own words)
_NUMBERS = f"""
    select {_COLUMNS} from subscription indexed by subscription_numbers
    where numbers and id > ? and ended is null and not paused order by id limit ?
"""  # noqa: S608  (of our own words)
_BEHIND = f"select {_COLUMNS} from subscription where behind is not null and ended is null and not paused order by id"  # noqa: S608
_CHANGED = f"select {_COLUMNS} from subscription where changed > ?"  # noqa: S608  (of our own words)
_COMPARING = "select id, code from subscription where code like ? and ended is null and not paused"
_FALLS_BEHIND = "update subscription set behind = ? where id = ? and (behind is null or behind > ?)"
_STALE = """
    select id, query from subscription where id > ? and version <> ? and ended is null order by id limit ?
"""
_COMPILED = """
    update subscription set code = ?, numbers = ?, version = ?, paused = (paused or ?), changed = ? where id = ?
"""
_LANGUAGE = "language"
