"""From due papers to messages: packed and rendered as they are now, and frozen from then on. No network, no clock."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from bot.channels import Hit, Item, Packed, Payload
from bot.store.archive import codec
from bot.store.archive.paper_rows import PaperRow
from feeds.match import Reason, match
from feeds.paper import Paper
from feeds.query import QueryError, parse_query


@dataclass(frozen=True, slots=True)
class Ready:
    """A packed message and the JSON that is stored of it."""

    packed: Packed
    text: str


def ready(packed: Packed) -> Ready:
    """As it is stored."""
    return Ready(packed, json.dumps(packed.payload))


@dataclass(frozen=True, slots=True)
class Rules:
    """How a lane packs, waits and paces: by its channel and the configuration, all pure but the new id."""

    pack: Callable[[str, str, list[Item]], list[Ready]]
    """(mode, heading, items) -> messages."""
    held: Callable[[str, datetime], float | None]
    """(quiet, now) -> the end of the quiet hours that now falls into."""
    interval: Callable[[str], float]
    """Address -> seconds between two messages."""
    new_delivery: Callable[[datetime], str]
    """A new delivery id, for a message first claimed at that moment."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing to do before this moment (Unix seconds)."""

    until: float


@dataclass(frozen=True, slots=True)
class Frozen:
    """A message just made and claimed."""

    id: int
    delivery: str
    payload: Payload
    papers: int


class _Due(NamedTuple):
    id: int
    mode: str
    quiet: str
    heading: str


_DUE = f"""
    select due.id, mode, quiet, heading, {", ".join(f"paper.{column}" for column in PaperRow._fields)}
    from due join paper on paper.id = due.paper_id
    where destination_id = ? and message_id is null and due_at <= ? order by due.place, due.id
"""  # noqa: S608  (of our own words)
_HITS = "select alert, query from hit where due_id = ? order by created, alert"
_MESSAGE = """
    insert into message (destination_id, delivery, payload, created, state, attempts, first_tried)
    values (?, ?, ?, ?, ?, ?, ?)
"""


def freeze(raw: sqlite3.Connection, lane: int, now: datetime, rules: Rules, not_before: float) -> Frozen | Hold | None:
    """Make and claim the lane's next message, once the lane may go on; None: nothing is due.

    A digest of several messages is made whole; the first is claimed.
    """
    waiting, held_until = _waiting(raw, lane, now, rules)
    if not waiting:
        return Hold(held_until) if held_until is not None else None
    if not_before > now.timestamp():
        return Hold(not_before)
    items = [_item(raw, one, paper, now) for one, paper in waiting]
    heading = " · ".join(dict.fromkeys(one.heading for one, _ in waiting))
    left = iter([one.id for one, _ in waiting])
    first, *others = rules.pack(waiting[0][0].mode, heading, items)
    claimed = _insert(raw, lane, first, left, now, rules, first_tried=now.timestamp())
    for one in others:
        _insert(raw, lane, one, left, now, rules)
    return claimed


def _insert(
    raw: sqlite3.Connection,
    lane: int,
    one: Ready,
    left: Iterator[int],
    now: datetime,
    rules: Rules,
    first_tried: float | None = None,
) -> Frozen:
    delivery, state = rules.new_delivery(now), "pending" if first_tried is None else "sending"
    values = (lane, delivery, one.text, now.timestamp(), state, int(first_tried is not None), first_tried)
    added = raw.execute(_MESSAGE, values).lastrowid
    assert added is not None
    for _ in range(one.packed.count):
        raw.execute("update due set message_id = ? where id = ?", (added, next(left)))
    return Frozen(added, delivery, one.packed.payload, one.packed.count)


def _waiting(
    raw: sqlite3.Connection, lane: int, now: datetime, rules: Rules
) -> tuple[list[tuple[_Due, PaperRow]], float | None]:
    """What the next message carries: the first due paper, or all that share its digest; else when the first may go."""
    together: list[tuple[_Due, PaperRow]] = []
    ends: dict[str, float | None] = {}
    for row in raw.execute(_DUE, (lane, now.timestamp())):
        one = _Due(*row[:4])
        if one.quiet not in ends:
            ends[one.quiet] = rules.held(one.quiet, now)
        if ends[one.quiet] is not None or (together and one.mode != together[0][0].mode):
            continue
        together.append((one, PaperRow(*row[4:])))
        if one.mode == "each":
            break
    return together, min((end for end in ends.values() if end is not None), default=None)


def _item(raw: sqlite3.Connection, one: _Due, row: PaperRow, now: datetime) -> Item:
    hits: Iterable[tuple[str, str]] = raw.execute(_HITS, (one.id,))
    hour = now.replace(minute=0, second=0, microsecond=0)
    return Item(_paper(row), tuple(Hit(alert, _reasons(query, row, hour)) for alert, query in hits))


@lru_cache(maxsize=256)
def _paper(row: PaperRow) -> Paper:
    return codec.from_row(row)


@lru_cache(maxsize=2048)
def _reasons(query: str, row: PaperRow, hour: datetime) -> tuple[Reason, ...]:
    """The words found in the paper as it is now; none if its text has changed since it matched.

    Kept, since one paper goes to many destinations by few queries; age is counted in days.
    """
    try:
        parsed = parse_query(query)
    except QueryError:  # written by an older version
        return ()
    paper = _paper(row)
    matches = match({query: parsed}, [paper], hour)
    return matches.reasons(query, paper) if matches[query] else ()
