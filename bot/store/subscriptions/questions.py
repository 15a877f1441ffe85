"""What was asked for an address on the site: until its mailbox says yes, and for a week at most.

Of who says nothing no more is kept than the letter and its answer need, and the limit of letters.
"""

from datetime import datetime
from typing import NamedTuple

from bot.rules.wishes import DAY, KEPT, LETTERS
from bot.store.engine import Door, driver


class Question(NamedTuple):
    """A subscription that waits for a yes."""

    name: str
    address: str
    query: str
    deliver: str
    timezone: str
    created: float
    """Unix seconds."""
    tries: int
    """How often its letter could not be sent."""


def ask(connection: Door, one: Question, now: datetime) -> bool:
    """Ask by a letter. False: the address has had as many as it may in a day."""
    raw, since = driver(connection), (now - DAY).timestamp()
    ((letters,),) = raw.execute(_LETTERS, (one.address, since)).fetchall()
    if letters >= LETTERS:
        return False
    raw.execute(_ASK, (*one[:6], True))
    return True


def open_one(connection: Door, name: str, now: datetime) -> Question | None:
    """One that may still be answered."""
    row = driver(connection).execute(_OPEN, (name, (now - KEPT).timestamp())).fetchone()
    return Question(*row) if row else None


def answered(connection: Door, name: str, now: datetime) -> None:
    """Its mailbox said yes: its link opens nothing more."""
    driver(connection).execute(_OVER.format("name"), (now.timestamp(), name))


def void(connection: Door, address: str, now: datetime) -> None:
    """Nothing that was asked for an address counts any more."""
    driver(connection).execute(_OVER.format("address"), (now.timestamp(), address))


def next_letter(connection: Door, now: datetime) -> Question | None:
    """The one whose letter is to be sent next."""
    row = driver(connection).execute(_NEXT, (now.timestamp(), (now - KEPT).timestamp())).fetchone()
    return Question(*row) if row else None


def sent(connection: Door, name: str) -> None:
    """Its letter arrived."""
    driver(connection).execute("update question set waits = ?, error = null where name = ?", (False, name))


def put_off(connection: Door, name: str, until: float | None, error: str) -> None:
    """Its letter was refused: it is sent again, not before a moment (Unix seconds), or never."""
    driver(connection).execute(_PUT_OFF, (until is not None, until or 0.0, error, name))


def forget(connection: Door, now: datetime) -> int:
    """Those that are a week old; how many."""
    return driver(connection).execute("delete from question where created < ?", ((now - KEPT).timestamp(),)).rowcount


_SAID = "name, address, query, deliver, timezone, created"
_LETTERS = "select count(*) from question where address = ? and created > ?"
_ASK = f"insert into question ({_SAID}, waits) values (?, ?, ?, ?, ?, ?, ?) on conflict (name) do nothing"  # noqa: S608
_OPEN = f"select {_SAID}, tries from question where name = ? and over is null and created > ?"  # noqa: S608
_OVER = "update question set over = coalesce(over, ?), waits = false where {} = ?"
_NEXT = f"""
    select {_SAID}, tries from question where waits and not_before <= ? and created > ? order by created, name limit 1
"""  # noqa: S608  (of our own words)
_PUT_OFF = "update question set waits = ?, tries = tries + 1, not_before = ?, error = ? where name = ?"
