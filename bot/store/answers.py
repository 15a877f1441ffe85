"""What is to be said in chats: written in the transaction that it speaks of, said in order, at least once."""

from datetime import datetime
from typing import NamedTuple

from bot.store.chats import Chat
from bot.store.engine import Door, driver


class Answer(NamedTuple):
    """One thing to say."""

    id: int
    scheme: str
    address: str
    thread: str
    body: str
    """As the front packed it."""
    tries: int
    not_before: float
    """Unix seconds."""


def add(connection: Door, chat: Chat, body: str, now: datetime) -> None:
    """Say this, behind what is to be said there already."""
    driver(connection).execute(_ADD, (*chat, body, now.timestamp()))


def next_ones(connection: Door, at_most: int) -> list[Answer]:
    """The first of each chat, those that wait longest first."""
    return [Answer(*row) for row in driver(connection).execute(_NEXT, (at_most,))]


def said(connection: Door, answer: int) -> None:
    """It was, or never can be."""
    driver(connection).execute("delete from answer where id = ?", (answer,))


def put_off(connection: Door, answer: int, until: float, error: str) -> None:
    """It was refused, or its answer was lost: it is said again, not before a moment (Unix seconds)."""
    driver(connection).execute(_PUT_OFF, (until, error, answer))


def move(connection: Door, scheme: str, old: str, new: str) -> None:
    """A chat has another address."""
    driver(connection).execute(_MOVE, (new, scheme, old))


def paced(connection: Door, scheme: str, address: str, until: float) -> None:
    """Papers of that chat go no sooner than its pace allows behind an answer."""
    driver(connection).execute(_PACED, (until, scheme, address, until))


_ADD = "insert into answer (scheme, address, thread, body, created) values (?, ?, ?, ?, ?)"
_NEXT = """
    select id, scheme, address, thread, body, tries, not_before from answer
    where id in (select min(id) from answer group by scheme, address) order by not_before, id limit ?
"""
_PUT_OFF = "update answer set tries = tries + 1, not_before = ?, error = ? where id = ?"
_MOVE = "update answer set address = ? where scheme = ? and address = ?"
_PACED = "update destination set not_before = ? where scheme = ? and address = ? and not_before < ?"
