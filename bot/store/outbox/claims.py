"""The outbox: what a lane does next. Claims before a send, durably; what became of it is bot.store.outbox.outcomes'.

`pending -> sending -> sent`, or `unsure` when the answer was lost, or `parked`. Decides nothing about time but what
it is told, and sends nothing. Statements that every message costs go to SQLite directly (bot.store.driver).
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from bot.channels import Lost, Payload
from bot.store import driver
from bot.store.outbox.freezing import Frozen, Hold, Rules, freeze
from bot.store.schema import destination, due, message, platform, spelling

OPEN = ("pending", "sending", "unsure")


class Lane(NamedTuple):
    """An open destination with something due."""

    id: int
    scheme: str
    name: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send now: the claim is durable."""

    message: int
    delivery: str
    address: str
    thread: str
    payload: Payload
    papers: int
    """How many it carries; 0: it is a notice."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A message with a lost answer, to be looked up before it is sent again."""

    message: int
    lost: Lost
    papers: int


_HEAD = """
    select address, thread, destination.not_before, message.id, delivery, state, payload, message.not_before,
           first_tried, (select count(*) from due where due.message_id = message.id)
    from destination left join message on message.id = (
        select min(id) from message
        where destination_id = destination.id and state in ('pending', 'sending', 'unsure'))
    where destination.id = ? and closed is null
"""
_LANE = "select address, thread from destination where id = ? and closed is null"
_THIS = "select delivery, payload, (select count(*) from due where message_id = message.id) from message where id = ?"
_AS_FAR = 100_000
_BEFORE = """
    select ref from message where destination_id = ? and id < ? and id > ? and state = 'sent' order by id desc limit 1
"""
_CLAIM = """
    update message set state = 'sending', attempts = attempts + 1, first_tried = coalesce(first_tried, ?) where id = ?
"""
_PACE = "update destination set not_before = ? where id = ?"


def recover(connection: Connection, now: datetime, settle: float) -> int:
    """At start: what was being sent when the last process ended may have arrived. How many."""
    moved = connection.execute(
        update(message)
        .where(message.c.state == "sending")
        .values(state="unsure", unsure=message.c.unsure + 1, not_before=now.timestamp() + settle)
    )
    return moved.rowcount


def lanes(connection: Connection, now: datetime, until: float) -> list[Lane]:
    """Every open destination with something due now that may go on before `until` (Unix seconds)."""
    waiting = select(due.c.destination_id).where(due.c.message_id.is_(None), due.c.due_at <= now.timestamp())
    started = select(message.c.destination_id).where(message.c.state.in_(OPEN))
    ready = (destination.c.closed.is_(None)) & (destination.c.not_before <= until)
    wanted = (
        select(destination.c.id, destination.c.scheme, func.min(spelling.c.name))
        .outerjoin(spelling, spelling.c.destination_id == destination.c.id)
        .where(ready, destination.c.id.in_(waiting.union(started)))
        .group_by(destination.c.id)
        .order_by(destination.c.id)
    )
    return [Lane(lane, scheme, name or f"lane {lane}") for lane, scheme, name in connection.execute(wanted)]


def next_due(connection: Connection, now: datetime) -> float | None:
    """When the next paper that waits for its time falls due."""
    later = (due.c.message_id.is_(None)) & (due.c.due_at > now.timestamp())
    return connection.execute(select(func.min(due.c.due_at)).where(later)).scalar()


def pauses(connection: Connection) -> dict[str, float]:
    """Platforms that several lanes were told to leave alone, and until when (Unix seconds)."""
    return {row.scheme: row.paused_until for row in connection.execute(select(platform))}


def step(connection: Connection, lane: int, now: datetime, rules: Rules) -> Claim | Ask | Hold | None:
    """The lane's next move, durable when this returns. None: nothing is due here."""
    raw, moment = driver(connection), now.timestamp()
    row = raw.execute(_HEAD, (lane,)).fetchone()
    if row is None:  # joined with another lane, or closed by its last send
        return None
    address, thread, not_before, message_id, delivery, state, payload, not_before_it, first_tried, papers = row
    if message_id is None:
        made = freeze(raw, lane, now, rules, not_before)
        if not isinstance(made, Frozen):
            return made
        return _paced(raw, lane, Claim(made.id, made.delivery, address, thread, made.payload, made.papers), now, rules)
    wait = max(not_before, not_before_it)
    if wait > moment:
        return Hold(wait)
    if state != "pending":
        ref = raw.execute(_BEFORE, (lane, message_id, message_id - _AS_FAR)).fetchone()
        lost = Lost(address, delivery, json.loads(payload), first_tried or moment, (ref and ref[0]) or "")
        return Ask(message_id, lost, papers)
    raw.execute(_CLAIM, (moment, message_id))
    return _paced(raw, lane, Claim(message_id, delivery, address, thread, json.loads(payload), papers), now, rules)


def claim(connection: Connection, lane: int, message_id: int, now: datetime, rules: Rules) -> Claim | None:
    """A message that was asked after and not found: ours to send again. None if its lane is gone."""
    raw = driver(connection)
    row = raw.execute(_LANE, (lane,)).fetchone()
    if row is None:
        return None
    delivery, payload, papers = raw.execute(_THIS, (message_id,)).fetchone()
    raw.execute(_CLAIM, (now.timestamp(), message_id))
    return _paced(raw, lane, Claim(message_id, delivery, row[0], row[1], json.loads(payload), papers), now, rules)


def _paced(raw: sqlite3.Connection, lane: int, claimed: Claim, now: datetime, rules: Rules) -> Claim:
    """The lane keeps its pace from the claim on: a kill right after the send does not forget it."""
    raw.execute(_PACE, (now.timestamp() + rules.interval(claimed.address), lane))
    return claimed
