"""Subscriptions that are made, changed and ended one by one or by the thousand: everybody's but the file's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.rules.destinations import Destination
from bot.store.engine import Door, driver
from bot.store.outbox import lanes
from bot.store.subscriptions import rows, waiting
from bot.store.subscriptions.rows import COLUMNS, FILE, Kept, Subscription

Make = Callable[[int, Kept | None], Subscription]
"""What somebody wants, by its lane and by what stands there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription that is to be made, or changed where it stands."""

    to: Destination
    query: str
    make: Make


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of some."""

    new: int
    changed: int


def take(connection: Connection, some: Sequence[Wanted], origin: str, now: datetime) -> Taken:
    """Make them, or change those that stand: destination and query name one. Of two of a name the later counts."""
    lane_of = lanes.of(connection, [one.to for one in some])
    kept = {
        (row.destination_id, row.query): row for row in rows.of_lanes(connection, lane_of.values()) if _is_ours(row)
    }
    new: dict[tuple[int, str], Subscription] = {}
    changed: dict[int, Subscription] = {}
    for one in some:
        lane = lane_of[one.to]
        row = kept.get((lane, one.query))
        said = one.make(lane, row)
        if row is None:
            new[lane, one.query] = said
        elif row.keys != said.keys:
            changed[row.id] = said
    rows.change(connection, changed, now)
    rows.insert(connection, list(new.values()), origin, now, behind=None)
    waiting.obey(connection, {one.lane for one in changed.values()}, now)
    return Taken(len(new), len(changed))


def remove(connection: Connection, lane: int, query: str | None, now: datetime) -> int:
    """End those of a lane, or the one of that query; what waits for them alone is dropped. How many."""
    gone = [row.id for row in rows.of_lanes(connection, [lane]) if _is_ours(row) and query in {None, row.query}]
    rows.end(connection, gone, now)
    waiting.obey(connection, {lane} if gone else set(), now)
    return len(gone)


def every(connection: Door, lane: int | None = None) -> Iterator[Kept]:
    """All that stand, or those of a lane, in the order in which they were made."""
    if lane is not None:
        found = sorted(rows.of_lanes(connection, [lane]), key=lambda row: row.id)
        return (row for row in found if _is_ours(row))
    statement = f"select {COLUMNS} from subscription where ended is null and origin <> '{FILE}' order by id"  # noqa: S608
    return map(Kept._make, driver(connection).execute(statement))


def of_file(connection: Door, lane: int) -> list[Kept]:
    """Those of a lane that the file makes."""
    return [row for row in rows.of_lanes(connection, [lane]) if row.ended is None and row.origin == FILE]


def _is_ours(row: Kept) -> bool:
    return row.ended is None and row.origin != FILE
