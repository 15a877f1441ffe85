"""What became of a claimed message, and what that means for its lane and platform: one commit each.

Told when to go on, it decides nothing about time. A success stands, whoever records it. Anything else is recorded by
whoever has the message in hand alone: a worker that was taken for dead overwrites nothing, and to record it twice is
harmless.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from bot.store import happened
from bot.store.engine import driver
from bot.store.outbox.claims import IS_OPEN, IS_PARKED, Ask, Claim
from bot.store.outbox.terms import Hold
from bot.store.schema import destination, due, message, platform
from bot.store.upserts import upsert

Hand: TypeAlias = Claim | Ask
"""What a worker has in hand."""


@dataclass(frozen=True, slots=True)
class Tries:
    """How a message fared so far, and its lane."""

    trying: float
    """Seconds since it was first tried, without those in which its platform was stopped."""
    unsure: int
    fixed: bool
    failures: int
    refused: bool = False
    """Whether the last failure of its lane was a refusal by the chat itself."""


_SENT = """
    update message set state = 'sent', ref = ?, settled = ?, error = null, owner = null
    where id = ? and state <> 'sent' returning destination_id
"""
_GO_ON = """
    update destination set not_before = case when not_before > ? then not_before else ? end,
                           failures = 0, error = null, refused = false
    where id = ?
    returning exists (select 1 from message where destination_id = destination.id
                      and state in ('pending', 'sending', 'unsure'))
           or exists (select 1 from due where destination_id = destination.id and message_id is null and due_at <= ?)
"""


def sent(
    connection: Connection, message_id: int, ref: str, now: datetime, pause: float, how: str = happened.SENT
) -> Hold | None:
    """The platform said yes: that stands, whatever else is known of the row. The lane then keeps its pace.

    None: nothing more is due there.
    """
    raw, moment = driver(connection), now.timestamp()
    lanes = raw.execute(_SENT, (ref, moment, message_id)).fetchall()
    if not lanes:  # known by then, and perhaps no longer kept
        return Hold(moment)
    happened.sent(raw, message_id, lanes[0][0], how, moment)
    ((more,),) = raw.execute(_GO_ON, (moment + pause, moment + pause, lanes[0][0], moment)).fetchall()
    return Hold(moment + pause) if more else None


def wait(
    connection: Connection, hand: Hand, reason: str, until: float, *, counted: bool, refused: bool = False
) -> None:
    """Surely not delivered: the whole lane waits, so that nothing passes its head.

    `refused`: by the chat itself; such failures in a row are counted by themselves.
    """
    if _let_go(connection, hand, state="pending", error=reason):
        before = case((destination.c.refused, destination.c.failures), else_=0) if refused else destination.c.failures
        failures = before + int(counted)
        _update_lane(connection, hand, not_before=until, failures=failures, error=reason, refused=refused)


def is_the_lanes(connection: Connection, hand: Hand, reason: str) -> bool:
    """Whether a refusal that looks like a message's is its lane's: the one before was refused in the same words.

    Then that one is put back, to be tried first.
    """
    lane = select(message.c.destination_id).where(_ours(hand)).scalar_subquery()
    told = (destination.c.id == lane) & destination.c.refused & (destination.c.error == reason)
    if connection.execute(select(destination.c.id).where(told)).scalar() is not None:
        return True
    others = (message.c.destination_id == lane) & (message.c.id != hand.message)
    put_back = others & (message.c.id < hand.message) & (message.c.state == "pending") & (message.c.error == reason)
    if connection.execute(select(message.c.id).where(put_back, IS_OPEN)).scalar() is not None:
        return True
    settled = others & message.c.settled.is_not(None)
    last = select(message).where(settled).order_by(message.c.settled.desc(), message.c.id.desc()).limit(1)
    row = connection.execute(last).first()
    if row is None or row.state != "parked" or row.error != reason:
        return False
    connection.execute(update(message).where(message.c.id == row.id).values(state="pending", settled=None))
    return True


def release(connection: Connection, hand: Hand) -> None:
    """Claimed, and not sent after all: it is as if it had not been tried."""
    first = case((message.c.attempts <= 1, None), else_=message.c.first_tried)
    _let_go(connection, hand, state="pending", attempts=message.c.attempts - 1, first_tried=first)


def unsure(connection: Connection, hand: Hand, reason: str, until: float) -> None:
    """The answer was lost: it is looked up, or sent again, after `until`."""
    if _let_go(connection, hand, state="unsure", unsure=message.c.unsure + 1, not_before=until, error=reason):
        _update_lane(connection, hand, error=reason, refused=False)


def put_off(connection: Connection, hand: Hand, reason: str, until: float, asked: str) -> None:
    """The look-up of a lost answer must wait; it goes on from where it was refused."""
    if _let_go(connection, hand, state="unsure", not_before=until, error=reason, asked=asked):
        _update_lane(connection, hand, error=reason)


def fix(connection: Connection, hand: Hand, payload: str, reason: str) -> None:
    """Refused as it was: the changed message goes next."""
    _let_go(connection, hand, state="pending", payload=payload, fixed=True, error=reason)


def park(connection: Connection, hand: Hand, reason: str, now: datetime) -> bool:
    """Given up, loudly: `status` shows it, `retry` puts it back. The lane goes on. False: it was no longer in hand."""
    is_ours = _let_go(connection, hand, state="parked", error=reason, settled=now.timestamp())
    if is_ours:
        _update_lane(connection, hand, failures=0, refused=False)
    return is_ours


def close(connection: Connection, hand: Hand, reason: str, now: datetime) -> bool:
    """The destination is gone for us: everything for it parks until `retry`. False: it was no longer in hand."""
    is_ours = park(connection, hand, reason, now)
    if is_ours:
        _update_lane(connection, hand, closed=reason, closed_at=now.timestamp(), error=reason)
    return is_ours


def reopen(connection: Connection, lane: int, reason: str | None = None) -> int:
    """Open a destination and put its parked messages back; how many papers wait there now.

    `reason`: only what was parked for it.
    """
    connection.execute(
        update(destination)
        .where(destination.c.id == lane)
        .values(closed=None, closed_at=None, not_before=0, failures=0, error=None, refused=False)
    )
    start = {"not_before": 0, "unsure": 0, "fixed": False, "first_tried": None, "idle": 0, "settled": None, "asked": ""}
    parked = (message.c.destination_id == lane) & IS_PARKED
    if reason is not None:
        parked &= message.c.error == reason
    connection.execute(update(message).where(parked).values(state="pending", **start))
    open_messages = select(message.c.id).where(IS_OPEN)
    waiting = due.c.message_id.is_(None) | due.c.message_id.in_(open_messages)
    return connection.execute(select(func.count()).where(due.c.destination_id == lane, waiting)).scalar_one()


def stop(connection: Connection, hand: Hand, scheme: str, reason: str, now: datetime) -> None:
    """The platform refuses us altogether: the queue is kept as it is."""
    _let_go(connection, hand, state="pending", error=reason)
    stop_platform(connection, scheme, reason, now)


def stop_platform(connection: Connection, scheme: str, reason: str, now: datetime) -> None:
    """Note that a platform refuses us, unless it is known."""
    values = {"stopped": reason, "since": now.timestamp()}
    statement = upsert(connection, platform).values(scheme=scheme, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["scheme"], set_=values, where=platform.c.stopped.is_(None))
    )


def resume(connection: Connection, now: datetime, scheme: str | None = None) -> None:
    """Try a stopped platform again, or all of them; the time it was stopped counts against no message."""
    stopped = select(platform).where(platform.c.stopped.is_not(None))
    for row in connection.execute(stopped).all():
        if scheme in {None, row.scheme}:
            mine = select(destination.c.id).where(destination.c.scheme == row.scheme)
            tried = IS_OPEN & message.c.first_tried.is_not(None)
            since = case((message.c.first_tried > row.since, message.c.first_tried), else_=row.since)
            connection.execute(
                update(message)
                .where(message.c.destination_id.in_(mine), tried)
                .values(idle=message.c.idle + now.timestamp() - since)
            )
            values = {"stopped": None, "since": None}
            connection.execute(update(platform).where(platform.c.scheme == row.scheme).values(values))


def pause_platform(connection: Connection, scheme: str, until: float) -> None:
    """Several lanes were told to wait at once: all do, also after a restart."""
    statement = upsert(connection, platform).values(scheme=scheme, paused_until=until)
    later = case((platform.c.paused_until > until, platform.c.paused_until), else_=until)
    connection.execute(statement.on_conflict_do_update(index_elements=["scheme"], set_={"paused_until": later}))


def failed(connection: Connection, hand: Hand, what: str, scheme: str, how: str, now: datetime) -> Tries:
    """A send or a look-up failed: counted, before it is decided what that means. How the message fared so far."""
    happened.count(connection, what, scheme, how, now)
    wanted = select(
        message.c.first_tried,
        message.c.idle,
        message.c.unsure,
        message.c.fixed,
        destination.c.failures,
        destination.c.refused,
    ).join(destination, destination.c.id == message.c.destination_id)
    row = connection.execute(wanted.where(message.c.id == hand.message)).first()
    if row is None or row.first_tried is None:  # others dealt with it meanwhile
        return Tries(0.0, 0, fixed=False, failures=0)
    trying = now.timestamp() - row.first_tried - row.idle
    return Tries(trying, row.unsure, row.fixed, row.failures, bool(row.refused))


def _ours(hand: Hand) -> ColumnElement[bool]:
    """Whether a message is still as we took it in hand."""
    its = message.c.id == hand.message
    if isinstance(hand, Claim):
        return its & (message.c.state == "sending") & (message.c.owner == hand.owner)
    return its & (message.c.state == "unsure") & (message.c.attempts == hand.attempts)


def _let_go(connection: Connection, hand: Hand, **values: object) -> bool:
    """What became of a message; whether it was still ours."""
    return connection.execute(update(message).where(_ours(hand)).values(owner=None, **values)).rowcount > 0


def _update_lane(connection: Connection, hand: Hand, **values: object) -> None:
    lane = select(message.c.destination_id).where(message.c.id == hand.message).scalar_subquery()
    connection.execute(update(destination).where(destination.c.id == lane).values(**values))
