"""What people ask of the outbox: what waits, what was sent, what parked, and one paper's way through."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot.rules.timing import end_of_kept_quiet
from bot.store.archive import papers
from bot.store.engine import Row
from bot.store.outbox import lanes
from bot.store.outbox.claims import OPEN
from bot.store.schema import destination, due, hit, message
from feeds.paper import Paper


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
        held = row.message_id is None and end_of_kept_quiet(row.quiet, zone, now)
        if not held:
            counts[row.destination_id] = counts.get(row.destination_id, 0) + 1
    found = {}
    for lane in lanes.every(connection):
        if lane.id in counts:
            why = lane.closed or lane.error or _head_error(connection, lane.id) or "not yet its turn"
            found[lanes.name(connection, lane.id)] = f"{counts[lane.id]} unsent: {why}"
    return found


def why_it_waits(connection: Connection, lane: int) -> str:
    """What a lane was told when it was told to wait; empty: nothing."""
    told = connection.execute(select(destination.c.error).where(destination.c.id == lane)).scalar()
    return told or _head_error(connection, lane) or ""


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


def carried(connection: Connection, message_id: int) -> list[Paper]:
    """The papers of a message, in their order; none: it is a notice."""
    wanted = select(due.c.paper_id).where(due.c.message_id == message_id).order_by(due.c.place, due.c.id)
    ids = connection.execute(wanted).scalars().all()
    found = papers.by_ids(connection, ids)
    return [found[one] for one in ids]


def hits(connection: Connection, due_id: int) -> Sequence[Row]:
    """The alerts that called for a delivery, first come first."""
    return connection.execute(select(hit).where(hit.c.due_id == due_id).order_by(hit.c.created, hit.c.alert)).all()


def _head_error(connection: Connection, lane: int) -> str | None:
    mine = (message.c.destination_id == lane) & message.c.state.in_(OPEN)
    return connection.execute(select(message.c.error).where(mine).order_by(message.c.id).limit(1)).scalar()
