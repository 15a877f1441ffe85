"""The file's alerts and the rows they are: brought in line when the file changed, in one pass, and where each begins.

An alert begins for each source with the papers announced since (first seen - `head_start`), by day. One that was out
of the file gets what it missed, at most a week of it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store.among import among
from bot.store.engine import Door, driver
from bot.store.subscriptions import rows
from bot.store.subscriptions.rows import FILE, Kept, Subscription

MISSED = timedelta(days=7)
"""So much of what it missed an alert gets that was out of the file."""


def synchronise(
    connection: Connection, wanted: Sequence[Subscription], sources: Collection[str], now: datetime
) -> set[int]:
    """Make the rows of the file what it says. The lanes in which something changed for what waits there."""
    by_key = {one.key: one for one in wanted}
    kept = {row.key: row for row in rows.of_the_file(connection)}
    new = [one for key, one in by_key.items() if key not in kept]
    there = {row.id: (row, by_key[key]) for key, row in kept.items() if key in by_key}
    gone = [row for key, row in kept.items() if key not in by_key and row.ended is None]
    back = [row.id for row, _ in there.values() if row.ended is not None]
    changed = {number: one for number, (row, one) in there.items() if row.keys != one.keys}
    rows.end(connection, [row.id for row in gone], now)
    rows.again(connection, back, (now - MISSED).date().isoformat())
    rows.change(connection, changed, now)
    added = rows.insert(connection, new, FILE, now, behind=None)
    _begin(connection, dict(zip(added, new, strict=True)) | {row.id: one for row, one in there.values()}, sources, now)
    touched = {there[number][0].destination_id for number in [*back, *changed]}
    return touched | {row.destination_id for row in gone} | {one.lane for one in new}


def clock_was_ahead(connection: Door, now: datetime) -> bool:
    """Whether an alert begins on a day that is still to come: that is no beginning, and is forgotten."""
    today = now.date().isoformat()
    return driver(connection).execute("delete from beginning where day > ?", (today,)).rowcount > 0


def beginnings(connection: Door, ids: Collection[int]) -> dict[int, dict[str, str]]:
    """By subscription: source -> the day from which it calls for papers."""
    found: dict[int, dict[str, str]] = {}
    for number, source, day in among(connection, _BEGINNINGS, list(ids)):
        found.setdefault(number, {})[source] = day
    return found


_BEGINNINGS = "select subscription_id, source, day from beginning where subscription_id in ({})"


def _begin(connection: Connection, file: dict[int, Subscription], sources: Collection[str], now: datetime) -> None:
    """Where the file's subscriptions begin that are new, or have a new source; they are asked for stored papers."""
    raw = driver(connection)
    known = set(raw.execute("select subscription_id, source from beginning").fetchall())
    made = [
        (number, source, (now - one.head_start).date().isoformat())
        for number, one in file.items()
        for source in sources
        if (number, source) not in known
    ]
    raw.executemany("insert into beginning (subscription_id, source, day) values (?, ?, ?)", made)
    raw.executemany(_BEHIND, [(day, day, number) for number, _, day in made])


_BEHIND = "update subscription set behind = case when behind <= ? then behind else ? end where id = ?"


def is_of_the_file(row: Kept) -> bool:
    """Whether the configuration says what it says."""
    return row.origin == FILE
