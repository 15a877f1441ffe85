"""Names of chats, and which chat has them: what is to be asked of a platform, and what it said. Asks nothing itself.

A chat is its address; a name leads to it, and may be given to another chat. So what a name leads to is learnt from the
first answer, asked for where the same chat may be spelled by its address too, and looked at again once a day.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.rules.destinations import Destination
from bot.store import went
from bot.store.engine import Row
from bot.store.outbox import lanes
from bot.store.schema import chat_name, message
from bot.store.upserts import upsert

DAY = 86400.0
"""Seconds after which a name is looked up again."""

AT_ONCE = 20
"""Names that are looked up again in one round: it must not wait for thousands."""

IsName = Callable[[Destination], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """A name to ask its platform for."""

    scheme: str
    name: str
    known: str = ""
    """The chat that had it when last asked; empty: not known."""
    among: tuple[str, ...] = ()
    """The other chats of the platform that we send to."""
    holds: tuple[str, ...] = ()
    """Addresses whose lanes wait for the answer."""
    tries: int = 0
    """Refusals in a row that brought it no further."""
    since: float | None = None
    """Unix seconds when it was first refused."""
    asked: str = ""
    """How far it came."""


def questions(connection: Connection, wanted: Sequence[Destination], is_name: IsName, now: datetime) -> list[Question]:
    """What must be asked before anything is sent, then a few names that were not looked at for a day."""
    lanes.of(connection, wanted)
    rows = {(row.scheme, row.name): row for row in connection.execute(select(chat_name))}
    found = [one for one in _mixed(connection, wanted, is_name) if not _is_answered(one, rows, now)]
    return [_gone_on(one, rows) for one in [*found, *_old(connection, wanted, is_name, rows, now)]]


def answered(connection: Connection, question: Question, address: str | None, now: datetime) -> None:
    """The platform said which chat has the name; None: nobody, or nobody may know."""
    was = question.known if address and question.known not in {"", address} else None
    values = {"address": address or question.known or None, "asked_at": now.timestamp(), "since": None}
    values["asked"] = "" if address else _mark(question.among)
    _put(connection, question.scheme, question.name, values | ({"was": was} if was else {}))


def refused(connection: Connection, question: Question, asked: str, now: datetime) -> Question:
    """The platform did not answer, or not all; the question as it stands now."""
    further = asked not in {"", question.asked}
    tries, since = question.tries + (not further), question.since or now.timestamp()
    place = asked or question.asked
    _put(connection, question.scheme, question.name, {"since": since, "tries": tries, "asked": place})
    return replace(question, tries=tries, since=since, asked=place)


def look_again(connection: Connection, lane: int) -> None:
    """The names of a lane's chat are to be looked up in the next round, though it is no day since they were."""
    its = lanes.place(connection, lane)
    known = (chat_name.c.scheme == its.scheme) & (chat_name.c.address == its.address)
    connection.execute(update(chat_name).where(known).values(asked_at=0))


def learnt(connection: Connection, scheme: str, name: str, address: str, now: datetime) -> None:
    """An answer told which chat a name leads to: every lane that goes by it is that chat's from now on."""
    lanes.learn(connection, scheme, name, address)
    answered(connection, Question(scheme, name), address, now)


def moved(connection: Connection) -> list[Row]:
    """The names that were given to another chat since we know them."""
    return list(connection.execute(select(chat_name).where(chat_name.c.was.is_not(None)).order_by(chat_name.c.name)))


def _mixed(connection: Connection, wanted: Sequence[Destination], is_name: IsName) -> list[Question]:
    """Names whose chat is not known and may also be there by its address.

    Of the file; and of the past, where the file now spells a chat by an address that nothing was sent to yet.
    """
    lane_of = lanes.of(connection, wanted)
    address_of = lanes.addresses(connection, wanted)
    everyone = {(one.scheme, address_of[str(one)]) for one in wanted} | lanes.of_the_file(connection)
    others: dict[str, list[str]] = {}
    for scheme, address in sorted(everyone):
        if not is_name(Destination(scheme, address)):
            others.setdefault(scheme, []).append(address)
    named = {(one.scheme, one.address) for one in wanted if is_name(one) and address_of[str(one)] == one.address}
    new: dict[str, list[str]] = {}
    for one in wanted:
        if not is_name(one) and not _was_tried(connection, lane_of[one]):
            new.setdefault(one.scheme, []).append(one.address)
    past = {key for key in everyone - named if key[0] in new and is_name(Destination(*key))}
    return [
        Question(
            scheme, name, among=tuple(others[scheme]), holds=(name,) if (scheme, name) in named else tuple(new[scheme])
        )
        for scheme, name in sorted(named | past)
        if scheme in others
    ]


def _old(
    connection: Connection,
    wanted: Sequence[Destination],
    is_name: IsName,
    rows: dict[tuple[str, str], Row],
    now: datetime,
) -> list[Question]:
    """Names whose chat is known, and was not looked at for a day: the longest ago first."""
    address_of = lanes.addresses(connection, wanted)
    asked_at = {key: row.asked_at for key, row in rows.items()}
    known = {
        (one.scheme, one.address): address_of[str(one)]
        for one in wanted
        if is_name(one) and address_of[str(one)] != one.address
    }
    due = [key for key in known if not 0 <= now.timestamp() - asked_at.get(key, 0.0) < DAY]
    longest = sorted(due, key=lambda key: asked_at.get(key, 0.0))[:AT_ONCE]
    return [Question(*key, known=known[key]) for key in longest]


def _is_answered(question: Question, rows: dict[tuple[str, str], Row], now: datetime) -> bool:
    """Whether it was asked within a day about the same chats, and there was no answer to be had."""
    row = rows.get((question.scheme, question.name))
    recent = row is not None and row.since is None and 0 <= now.timestamp() - row.asked_at < DAY
    return row is not None and recent and row.asked == _mark(question.among)


def _gone_on(question: Question, rows: dict[tuple[str, str], Row]) -> Question:
    """With what an earlier round knows of it, where it was refused."""
    row = rows.get((question.scheme, question.name))
    if row is None or row.since is None:
        return question
    return replace(question, tries=row.tries, since=row.since, asked=row.asked)


def _was_tried(connection: Connection, lane: int) -> bool:
    one = select(message.c.id).where(message.c.destination_id == lane).limit(1)
    return went.any_to(connection, lane) or connection.execute(one).scalar() is not None


def _mark(among: Sequence[str]) -> str:
    return "none of " + hashlib.sha256("|".join(among).encode()).hexdigest()[:16]


def _put(connection: Connection, scheme: str, name: str, values: Mapping[str, object]) -> None:
    statement = upsert(connection, chat_name).values(scheme=scheme, name=name, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["scheme", "name"], set_=values))
