"""What a lane does next, and the claim before each send: durable when it is told.

`pending -> sending -> sent`, or `unsure` when the answer was lost, or `parked`; what became of a send is
bot.store.outbox.outcomes'. Decides nothing about time but what it is told, packs nothing and sends nothing. Statements
that every message costs go to the driver directly (bot.store.engine.driver).
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from bot.store.archive.paper_rows import PaperRow
from bot.store.engine import driver
from bot.store.schema import destination, due, message, platform, spelling

OPEN = ("pending", "sending", "unsure")
"""States of a message that is still to be settled."""
DIGESTS = ("daily", "weekly")
"""Modes that have a time of their own, and one message for a local date."""


class Lane(NamedTuple):
    """An open destination with something due."""

    id: int
    scheme: str
    name: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing to do before this moment (Unix seconds)."""

    until: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that is due, and why."""

    due: int
    mode: str
    heading: str
    paper: PaperRow
    hits: tuple[tuple[str, str], ...]
    """Alert and query of each that called for it, first come first."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What the lane's next message carries: one paper, or all that share its digest. To be packed, then claimed."""

    waiting: Sequence[Waiting]


@dataclass(frozen=True, slots=True)
class Ready:
    """A packed message, as it is stored, and how many of the papers given, from the front of those left, it carries."""

    payload: str
    count: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send now: the claim is durable."""

    message: int
    delivery: str
    address: str
    thread: str
    payload: str
    papers: int
    """How many it carries; 0: it is a notice."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A message with a lost answer, to be looked up before it is sent again."""

    message: int
    address: str
    delivery: str
    payload: str
    since: float
    """Unix seconds of its first send."""
    after: str
    """Reference of the last message before it that surely arrived; empty if there was none."""
    papers: int
    asked: str = ""
    """How far the look-up came that was refused before."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a lane waits and paces: by its channel and the configuration, all pure but the new id."""

    held: Callable[[str, datetime], float | None]
    """(quiet, now) -> the end of the quiet hours that now falls into."""
    interval: Callable[[str], float]
    """Address -> seconds between two messages."""
    new_delivery: Callable[[datetime], str]
    """A new delivery id, for a message first claimed at that moment."""
    put_off: Callable[[str, datetime, float | None], float | None]
    """(alert, now, when its last digest here was due) -> when the next may go, if this one may not; else None."""
    no_digest_before: Callable[[datetime], float]
    """Now -> the moment from which digests may go (Unix seconds)."""
    end_of_day: Callable[[datetime], float]
    """Now -> when the local date ends (Unix seconds)."""


_HEAD = """
    select address, thread, destination.not_before, message.id, delivery, state, payload, message.not_before,
           first_tried, asked,
           (select count(*) from due where due.message_id = message.id)
    from destination left join message on message.id = (
        select min(id) from message
        where destination_id = destination.id and state in ('pending', 'sending', 'unsure'))
    where destination.id = ? and closed is null
"""
_LANE = "select address, thread, not_before from destination where id = ? and closed is null"
_THIS = "select delivery, payload, (select count(*) from due where message_id = message.id) from message where id = ?"
_AS_FAR = 100_000
# Of lanes that were joined, one with a smaller id may have been sent later: it is no bound of a look-up.
_BEFORE = """
    select ref from message
    where destination_id = ? and id < ? and id > ? and state = 'sent' and settled <= ? order by id desc limit 1
"""
_CLAIM = """
    update message set state = 'sending', attempts = attempts + 1, asked = '', first_tried = coalesce(first_tried, ?)
    where id = ?
"""
_PACE = "update destination set not_before = ? where id = ?"
_DUE = f"""
    select due.id, mode, quiet, heading, {", ".join(f"paper.{column}" for column in PaperRow._fields)}
    from due join paper on paper.id = due.paper_id
    where destination_id = ? and message_id is null and due_at <= ? order by due.place, due.id
"""  # noqa: S608  (of our own words)
_CALLED = "select 1 from due where message_id = ? and mode <> 'uncalled'"
_UNCALLED = """
    update message set state = 'uncalled', settled = ?, error = 'no alert calls for it any more' where id = ?
"""
# One that was missed counts for the date on which it came late; one that waited a little, for its own.
_LAST_DIGEST = """
    select max(moment) from (
        select case when message.created - due.due_at < 3600 then due.due_at else message.created end as moment
        from due join hit on hit.due_id = due.id join message on message.id = due.message_id
        where due.destination_id = ? and hit.alert = ? and due.mode in ('daily', 'weekly')
              and message.state not in ('uncalled', 'skipped'))
    where moment < ?
"""
_PUT_OFF = "update due set due_at = ? where id = ?"
_HITS = "select alert, query from hit where due_id = ? order by created, alert"
_MESSAGE = """
    insert into message (destination_id, delivery, payload, created, state, attempts, first_tried)
    values (?, ?, ?, ?, ?, ?, ?)
"""
_CARRIED = "update due set message_id = ? where id = ? and destination_id = ? and message_id is null"
_FREE = "select 1 from due where id = ? and destination_id = ? and message_id is null"


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


def step(connection: Connection, lane: int, now: datetime, terms: Terms) -> Claim | Ask | Pack | Hold | None:
    """The lane's next move, durable when this returns. None: nothing is due here."""
    raw, moment = driver(connection), now.timestamp()
    row = raw.execute(_HEAD, (lane,)).fetchone()
    if row is None:  # joined with another lane, or closed by its last send
        return None
    address, thread, not_before, message_id, delivery, state, payload, not_before_it, first_tried, asked, papers = row
    if message_id is None:
        return _peek(raw, lane, now, terms, not_before)
    wait = max(not_before, not_before_it)
    if wait > moment:
        return Hold(wait)
    if state != "pending":
        since = first_tried or moment
        ref = raw.execute(_BEFORE, (lane, message_id, message_id - _AS_FAR, since)).fetchone()
        return Ask(message_id, address, delivery, payload, since, (ref and ref[0]) or "", papers, asked)
    raw.execute(_CLAIM, (moment, message_id))
    return _paced(raw, lane, Claim(message_id, delivery, address, thread, payload, papers), now, terms)


def claim_again(connection: Connection, lane: int, message_id: int, now: datetime, terms: Terms) -> Claim | None:
    """A message that was asked after and not found: ours to send again.

    None if its lane is gone, or no alert calls for any of its papers by now (bot.store.subscriptions.waiting).
    """
    raw = driver(connection)
    row = raw.execute(_LANE, (lane,)).fetchone()
    if row is None:
        return None
    delivery, payload, papers = raw.execute(_THIS, (message_id,)).fetchone()
    if papers and raw.execute(_CALLED, (message_id,)).fetchone() is None:
        raw.execute(_UNCALLED, (now.timestamp(), message_id))
        return None
    raw.execute(_CLAIM, (now.timestamp(), message_id))
    return _paced(raw, lane, Claim(message_id, delivery, row[0], row[1], payload, papers), now, terms)


def claim_packed(
    connection: Connection, lane: int, waiting: Sequence[Waiting], ready: Sequence[Ready], now: datetime, terms: Terms
) -> Claim | Hold | None:
    """Store what was packed and claim its first message; a digest of several messages is stored whole.

    Hold: something changed since it was looked at, so look again. None: the lane is gone.
    """
    raw, moment = driver(connection), now.timestamp()
    row = raw.execute(_LANE, (lane,)).fetchone()
    if row is None:
        return None
    if row[2] > moment or not all(raw.execute(_FREE, (one.due, lane)).fetchone() for one in waiting):
        return Hold(max(row[2], moment))
    left = iter([one.due for one in waiting])
    claims = []
    for number, one in enumerate(ready):
        first = number == 0
        values = (lane, terms.new_delivery(now), one.payload, moment, "sending" if first else "pending")
        added = raw.execute(_MESSAGE, (*values, int(first), moment if first else None)).lastrowid
        assert added is not None
        raw.executemany(_CARRIED, [(added, next(left), lane) for _ in range(one.count)])
        claims.append(Claim(added, values[1], row[0], row[1], one.payload, one.count))
    return _paced(raw, lane, claims[0], now, terms)


def _paced(raw: sqlite3.Connection, lane: int, claimed: Claim, now: datetime, terms: Terms) -> Claim:
    """The lane keeps its pace from the claim on: a kill right after the send does not forget it."""
    raw.execute(_PACE, (now.timestamp() + terms.interval(claimed.address), lane))
    return claimed


def _peek(raw: sqlite3.Connection, lane: int, now: datetime, terms: Terms, not_before: float) -> Pack | Hold | None:
    """What the next message carries: the first due paper, or all that share its digest; else when the first may go."""
    together: list[Waiting] = []
    ends: dict[str, float | None] = {}
    put_off: dict[str, float | None] = {}
    for due_id, mode, quiet, heading, *paper in raw.execute(_DUE, (lane, now.timestamp())):
        if quiet not in ends:
            ends[quiet] = terms.held(quiet, now)
        if ends[quiet] is not None or (together and mode != together[0].mode):
            continue
        if not_before > now.timestamp():
            return Hold(not_before)
        if mode in DIGESTS and (first := terms.no_digest_before(now)) > now.timestamp():
            ends[quiet + mode] = first
            continue
        if mode in DIGESTS and heading not in put_off:
            ((last,),) = raw.execute(_LAST_DIGEST, (lane, heading, terms.end_of_day(now))).fetchall()
            put_off[heading] = terms.put_off(heading, now, last)
        if mode in DIGESTS and put_off[heading] is not None:  # its alert had one for this local date here
            raw.execute(_PUT_OFF, (put_off[heading], due_id))
            continue
        hits = tuple(raw.execute(_HITS, (due_id,)).fetchall())
        together.append(Waiting(due_id, mode, heading, PaperRow(*paper), hits))
        if mode == "each":
            break
    held_until = min((end for end in ends.values() if end is not None), default=None)
    if together:
        return Pack(together)
    return Hold(held_until) if held_until is not None else None
