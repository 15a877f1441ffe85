"""What people ask of the outbox: what waits, what was sent, what parked, and one paper's way through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from bot.rules.timing import end_of_quiet, parse_quiet
from bot.store.engine import Row
from bot.store.outbox import lanes
from bot.store.outbox.claims import OPEN
from bot.store.schema import destination, due, hit, message, platform


@dataclass(frozen=True, slots=True)
class Lane:
    """One destination's counts of papers."""

    name: str
    state: str
    """open, closed or stopped."""
    sent: int
    waiting: int
    parked: int
    reason: str
    last_sent: float | None


def lanes_now(connection: Connection) -> list[Lane]:
    """Every destination ever configured."""
    stopped = {row.scheme: row.stopped for row in connection.execute(select(platform))}
    return [_lane(connection, row, stopped.get(row.scheme)) for row in lanes.every(connection)]


def unsent(connection: Connection, now: datetime, zone: ZoneInfo, began: datetime) -> dict[str, str]:
    """What is due now and not sent, by destination: the count and why. Quiet hours and later due times are no fault.

    Of a closed destination only what came since the round `began`: the rest was told when it parked.
    """
    open_messages = select(message.c.id).where(message.c.state.in_(OPEN))
    left = due.c.message_id.is_(None) | due.c.message_id.in_(open_messages)
    closed = select(destination.c.id).where(destination.c.closed.is_not(None))
    news = due.c.destination_id.not_in(closed) | (due.c.created >= began.timestamp())
    rows = connection.execute(select(due).where(due.c.due_at <= now.timestamp(), left, news)).all()
    counts: dict[int, int] = {}
    for row in rows:
        held = row.message_id is None and row.quiet and end_of_quiet(parse_quiet(row.quiet), zone, now)
        if not held:
            counts[row.destination_id] = counts.get(row.destination_id, 0) + 1
    found = {}
    for lane in lanes.every(connection):
        if lane.id in counts:
            why = lane.closed or lane.error or _head_error(connection, lane.id) or "not yet its turn"
            found[lanes.name(connection, lane.id)] = f"{counts[lane.id]} unsent: {why}"
    return found


def deliveries(connection: Connection, paper_id: int) -> Sequence[Row]:
    """A paper's due rows with the message and the destination they belong to."""
    wanted = (
        select(due, message.c.state, message.c.ref, message.c.settled, message.c.error, destination.c.closed)
        .join(destination, destination.c.id == due.c.destination_id)
        .outerjoin(message, message.c.id == due.c.message_id)
        .where(due.c.paper_id == paper_id)
        .order_by(due.c.id)
    )
    return connection.execute(wanted).all()


def hits(connection: Connection, due_id: int) -> Sequence[Row]:
    """The alerts that called for a delivery, first come first."""
    return connection.execute(select(hit).where(hit.c.due_id == due_id).order_by(hit.c.created, hit.c.alert)).all()


def _lane(connection: Connection, row: Row, stopped: str | None) -> Lane:
    states = select(message.c.state, func.count(), func.max(message.c.settled)).join(
        due, due.c.message_id == message.c.id
    )
    counted = connection.execute(states.where(due.c.destination_id == row.id).group_by(message.c.state)).all()
    count = {state: number for state, number, _ in counted}
    loose = select(func.count()).where(due.c.destination_id == row.id, due.c.message_id.is_(None))
    unpacked = connection.execute(loose).scalar_one()
    waiting = unpacked + sum(count.get(state, 0) for state in OPEN)
    closed = row.closed is not None
    return Lane(
        name=lanes.name(connection, row.id),
        state="closed" if closed else "stopped" if stopped else "open",
        sent=count.get("sent", 0),
        waiting=0 if closed else waiting,
        parked=count.get("parked", 0) + (waiting if closed else 0),
        reason=row.closed or stopped or _parked_error(connection, row.id) or row.error or "",
        last_sent=next((last for state, _, last in counted if state == "sent"), None),
    )


def _head_error(connection: Connection, lane: int) -> str | None:
    mine = (message.c.destination_id == lane) & message.c.state.in_(OPEN)
    return connection.execute(select(message.c.error).where(mine).order_by(message.c.id).limit(1)).scalar()


def _parked_error(connection: Connection, lane: int) -> str | None:
    mine = (message.c.destination_id == lane) & (message.c.state == "parked")
    return connection.execute(select(message.c.error).where(mine).order_by(message.c.id.desc()).limit(1)).scalar()
