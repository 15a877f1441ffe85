"""What was sent and is no longer kept: messages, and why their papers went. That they did outlives it (bot.store.went).

What waits, is in hand or is parked stays, however old it is. So does a subscription of the file that has ended: its
beginning is what it goes on from when it comes back.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.store import went
from bot.store.engine import driver
from bot.store.subscriptions.rows import FILE

MESSAGES, PAPERS = 100, 200
"""Looked at, and taken away, in one transaction: some 20 ms."""
ROWS = 5_000

_OVER = {"sent", "skipped", "uncalled"}
"""States of a message that is done with."""


def messages(connection: Connection, after: int, before: datetime) -> int | None:
    """Some that were settled before a moment go, from behind one on. Where to go on; None: that was all."""
    raw, horizon, count = driver(connection), before.timestamp(), 0
    over: list[tuple[int]] = []
    for number, state, created, settled, papers in raw.execute(_MESSAGES, (after, MESSAGES)).fetchall():
        if created >= horizon:  # rows are made in the order of time
            after = 0
            break
        if state in _OVER and (settled or created) < horizon:
            over.append((number,))
            count += papers
        after = number
        if count >= PAPERS:
            break
    _prune(connection, over)
    return _next(connection, "message", after) if after else None


def _prune(connection: Connection, some: Sequence[tuple[int]]) -> None:
    """Messages go. What nothing called for any more was not sent, and may be called for."""
    raw = driver(connection)
    went.add(connection, some)
    raw.executemany("delete from hit where due_id in (select id from due where message_id = ?)", some)
    raw.executemany("delete from due where message_id = ?", some)
    raw.executemany("delete from correction where message_id = ?", some)
    raw.executemany("delete from message where id = ?", some)


def ended(connection: Connection, before: datetime) -> set[int]:
    """The subscriptions that ended before a moment, but for the file's. The newest stays: no number comes twice."""
    return {number for (number,) in driver(connection).execute(_ENDED, (before.timestamp(),))}


def called(connection: Connection, before: datetime, after: int) -> tuple[set[int], int | None]:
    """The subscriptions that called for some of what is still there since before a moment, and where to go on."""
    raw, horizon = driver(connection), before.timestamp()
    rows = raw.execute(_CALLED, (after, ROWS)).fetchall()
    if not rows:
        return set(), None
    found = {number for _, number, _ in rows}
    found.update(number for (number,) in raw.execute(_HITS, (after, rows[-1][0])))
    return found, rows[-1][0] if rows[-1][2] < horizon else None


def forget(connection: Connection, subscriptions: Sequence[int]) -> None:
    """These have ended long ago, and nothing names them."""
    raw, some = driver(connection), [(one,) for one in subscriptions]
    raw.executemany("delete from beginning where subscription_id = ?", some)
    raw.executemany("delete from subscription where id = ? and ended is not null", some)


def inbox(connection: Connection, after: int, before: datetime) -> int | None:
    """Some of the entries that were dealt with before a moment go. Where to go on; None: that was all."""
    raw, horizon = driver(connection), before.timestamp()
    rows = raw.execute("select id, created, done from inbox where id > ? order by id limit ?", (after, ROWS)).fetchall()
    old = [(number,) for number, created, done in rows if created < horizon and done is not None and done < horizon]
    raw.executemany("delete from inbox where id = ?", old)
    return rows[-1][0] if rows and rows[-1][1] < horizon else None


def _next(connection: Connection, table: str, after: int) -> int | None:
    found = driver(connection).execute(f"select 1 from {table} where id > ? limit 1", (after,)).fetchone()  # noqa: S608
    return after if found else None


_MESSAGES = """
    select id, state, created, settled, (select count(*) from due where message_id = message.id) from message
    where id > ? order by id limit ?
"""
_ENDED = f"""
    select id from subscription
    where ended < ? and origin <> '{FILE}' and id < (select max(id) from subscription)
"""  # noqa: S608  (of our own words)
_CALLED = "select id, subscription_id, created from due where id > ? order by id limit ?"
_HITS = "select subscription_id from hit where due_id > ? and due_id <= ?"
