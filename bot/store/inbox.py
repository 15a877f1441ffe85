"""The inbox: what those may ask for who do not write (a chat front, the web server), for the one writer, in order.

An entry takes effect exactly once, however often it is delivered: by its key it is stored once, and it is done in the
transaction that has its effects.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from bot.store.engine import Door, driver


class Entry(NamedTuple):
    """One thing asked for."""

    id: int
    kind: str
    """Who is to deal with it."""
    body: str
    created: float
    """Unix seconds."""


SITE = "site"
"""The kind of what is wished for on the site: dealt with apart from what is said in chats, and then forgotten."""


def append(connection: Door, kind: str, key: str, body: str, now: datetime) -> bool:
    """Store an entry before it is acknowledged. `key` is its sender's own; whether it was not there yet."""
    return driver(connection).execute(_APPEND, (kind, key, body, now.timestamp())).rowcount > 0


def note(connection: Door, kind: str, key: str, now: datetime) -> bool:
    """Remember that something was here, with nothing to be done for it; whether it was not there yet."""
    return driver(connection).execute(_NOTE, (kind, key, now.timestamp(), now.timestamp())).rowcount > 0


class Newest(NamedTuple):
    """The entry of a kind that was stored last."""

    key: str
    created: float
    """Unix seconds."""


def newest(connection: Door, kind: str) -> Newest | None:
    """The last of a kind, done or not."""
    row = driver(connection).execute(_NEWEST, (kind,)).fetchone()
    return Newest(*row) if row else None


def consume(connection: Connection, handle: Callable[[Connection, Entry], None], now: datetime) -> bool:
    """Deal with the oldest entry that is not done, in this transaction. False: there is none."""
    raw = driver(connection)
    row = raw.execute(_OLDEST).fetchone()
    if row is None:
        return False
    handle(connection, Entry(*row))
    raw.execute(_DONE, (now.timestamp(), None, row[0]))
    return True


def grant(connection: Connection, handle: Callable[[Connection, Entry, str], None]) -> bool:
    """Deal with the oldest wish from the site, given with its key, and keep nothing of it. False: there is none."""
    raw = driver(connection)
    row = raw.execute(_WISH).fetchone()
    if row is None:
        return False
    handle(connection, Entry(*row[:4]), row[4])
    raw.execute("delete from inbox where id = ?", (row[0],))
    return True


def drop_wish(connection: Door) -> None:
    """The oldest wish cannot be granted: it keeps none of the others waiting."""
    driver(connection).execute(_DROP)


def wishes(connection: Door) -> int:
    """How many wait to be granted."""
    ((count,),) = driver(connection).execute(_WISHES).fetchall()
    return int(count)


def is_open(connection: Door, kind: str, key: str) -> bool:
    """Whether an entry still waits."""
    statement = "select 1 from inbox where kind = ? and key = ? and done is null"
    return driver(connection).execute(statement, (kind, key)).fetchone() is not None


def give_up(connection: Door, entry: int, error: str, now: datetime) -> None:
    """An entry that cannot be dealt with keeps none of the others waiting."""
    driver(connection).execute(_DONE, (now.timestamp(), error, entry))


def oldest(connection: Door) -> Entry | None:
    """The entry that is next."""
    row = driver(connection).execute(_OLDEST).fetchone()
    return Entry(*row) if row else None


_APPEND = "insert into inbox (kind, key, body, created) values (?, ?, ?, ?) on conflict (kind, key) do nothing"
_NOTE = """
    insert into inbox (kind, key, body, created, done) values (?, ?, '', ?, ?) on conflict (kind, key) do nothing
"""
_OLDEST = "select id, kind, body, created from inbox where done is null and kind <> 'site' order by id limit 1"
_WISH = "select id, kind, body, created, key from inbox where done is null and kind = 'site' order by id limit 1"
_DROP = "delete from inbox where id = (select min(id) from inbox where done is null and kind = 'site')"
_WISHES = "select count(*) from inbox where done is null and kind = 'site'"
_DONE = "update inbox set done = ?, error = ? where id = ?"
_NEWEST = "select key, created from inbox where kind = ? order by id desc limit 1"
