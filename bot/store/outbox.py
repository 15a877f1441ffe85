"""The outbox: lanes of due papers and frozen messages. Claims before a send, records after it, one commit each.

`pending -> sending -> sent`, or `unsure` when the answer was lost, or `parked`. Decides nothing about time but what
it is told, and sends nothing.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from bot.channels import Hit, Item, Packed, Payload
from bot.store import Row, papers
from bot.store.schema import destination, due, hit, message, platform
from feeds.match import Reason, match
from feeds.paper import Paper
from feeds.query import QueryError, parse_query

OPEN = ("pending", "sending", "unsure")


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send now: the claim is durable."""

    message: int
    delivery: str
    address: str
    thread: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Ask:
    """A message with a lost answer, to be looked up before it is sent again."""

    message: int
    delivery: str
    address: str
    since: float


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing to do before this moment (Unix seconds)."""

    until: float


@dataclass(frozen=True, slots=True)
class Tries:
    """How a message fared so far, and its lane."""

    first_tried: float
    unsure: int
    fixed: bool
    failures: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A due paper that has no message yet."""

    due_id: int
    paper_id: int
    mode: str
    heading: str


Pack = Callable[[str, str, list[Item]], list[Packed]]
"""(mode, heading, items) -> messages; pure, by the lane's channel."""

Held = Callable[[str, datetime], float | None]
"""(quiet, now) -> the end of the quiet hours that now falls into."""


def recover(connection: Connection, now: datetime, settle: float) -> int:
    """At start: what was being sent when the last process ended may have arrived. How many."""
    moved = connection.execute(
        update(message)
        .where(message.c.state == "sending")
        .values(state="unsure", unsure=message.c.unsure + 1, not_before=now.timestamp() + settle)
    )
    return moved.rowcount


def lanes(connection: Connection, now: datetime) -> list[tuple[int, str]]:
    """(lane, scheme) of every open destination with something due now."""
    waiting = select(due.c.destination_id).where(due.c.message_id.is_(None), due.c.due_at <= now.timestamp())
    started = select(message.c.destination_id).where(message.c.state.in_(OPEN))
    wanted = select(destination.c.id, destination.c.scheme).where(
        destination.c.closed.is_(None), destination.c.id.in_(waiting.union(started))
    )
    return [(row.id, row.scheme) for row in connection.execute(wanted.order_by(destination.c.id))]


def next_due(connection: Connection) -> float | None:
    """When the next paper that waits for its time falls due."""
    return connection.execute(select(func.min(due.c.due_at)).where(due.c.message_id.is_(None))).scalar()


def step(
    connection: Connection, lane: int, now: datetime, pack: Pack, held: Held, new_delivery: Callable[[], UUID]
) -> Claim | Ask | Hold | None:
    """The lane's next move, durable when this returns. None: nothing is due here."""
    row = connection.execute(select(destination).where(destination.c.id == lane)).first()
    if row is None or row.closed is not None:  # joined with another lane, or closed by its last send
        return None
    head = _head(connection, lane)
    if head is None:
        found = _waiting(connection, lane, now, held)
        if not isinstance(found, list):
            return found
        if row.not_before > now.timestamp():
            return Hold(row.not_before)
        _freeze(connection, lane, found, now, pack, new_delivery)
        head = _head(connection, lane)
        assert head is not None
    wait = max(row.not_before, head.not_before)
    if wait > now.timestamp():
        return Hold(wait)
    if head.state == "unsure":
        return Ask(head.id, head.delivery, row.address, head.first_tried)
    return claim(connection, head.id, now)


def claim(connection: Connection, message_id: int, now: datetime) -> Claim:
    """Mark a message as being sent."""
    row = connection.execute(
        select(message, destination.c.address, destination.c.thread)
        .join(destination, destination.c.id == message.c.destination_id)
        .where(message.c.id == message_id)
    ).one()
    connection.execute(
        update(message)
        .where(message.c.id == message_id)
        .values(state="sending", attempts=row.attempts + 1, first_tried=row.first_tried or now.timestamp())
    )
    return Claim(row.id, row.delivery, row.address, row.thread, json.loads(row.payload))


def sent(connection: Connection, message_id: int, ref: str, now: datetime, pause: float) -> int:
    """The platform said yes: that stands, whatever else is known of the row. The lane then keeps its pace.

    Returns how many papers the message carried.
    """
    values = {"state": "sent", "ref": ref, "settled": now.timestamp(), "error": None}
    connection.execute(update(message).where(message.c.id == message_id).values(values))
    _update_lane(connection, message_id, not_before=now.timestamp() + pause, failures=0, error=None)
    return connection.execute(select(func.count()).where(due.c.message_id == message_id)).scalar_one()


def wait(connection: Connection, message_id: int, reason: str, until: float, *, counted: bool) -> None:
    """Surely not delivered: the whole lane waits, so that nothing passes its head."""
    connection.execute(update(message).where(message.c.id == message_id).values(state="pending", error=reason))
    failures = destination.c.failures + int(counted)
    _update_lane(connection, message_id, not_before=until, failures=failures, error=reason)


def unsure(connection: Connection, message_id: int, reason: str, until: float) -> None:
    """The answer was lost: it is looked up, or sent again, after `until`."""
    values = {"state": "unsure", "unsure": message.c.unsure + 1, "not_before": until, "error": reason}
    connection.execute(update(message).where(message.c.id == message_id).values(values))
    _update_lane(connection, message_id, error=reason)


def put_off(connection: Connection, message_id: int, reason: str, until: float) -> None:
    """The look-up of a lost answer must wait."""
    connection.execute(update(message).where(message.c.id == message_id).values(not_before=until, error=reason))


def fix(connection: Connection, message_id: int, payload: Payload, reason: str) -> None:
    """Refused as it was: the changed message goes next."""
    values = {"state": "pending", "payload": json.dumps(payload), "fixed": True, "error": reason}
    connection.execute(update(message).where(message.c.id == message_id).values(values))


def park(connection: Connection, message_id: int, reason: str, now: datetime) -> None:
    """Given up, loudly: `status` shows it, `retry` puts it back. The lane goes on."""
    values = {"state": "parked", "error": reason, "settled": now.timestamp()}
    connection.execute(update(message).where(message.c.id == message_id).values(values))


def close(connection: Connection, message_id: int, reason: str, now: datetime) -> None:
    """The destination is gone for us: everything for it parks until `retry`."""
    park(connection, message_id, reason, now)
    _update_lane(connection, message_id, closed=reason, closed_at=now.timestamp(), error=reason)


def reopen(connection: Connection, lane: int) -> int:
    """Open a destination and put its parked messages back; how many papers wait there now."""
    connection.execute(
        update(destination)
        .where(destination.c.id == lane)
        .values(closed=None, closed_at=None, not_before=0, failures=0, error=None)
    )
    back = {"state": "pending", "not_before": 0, "unsure": 0, "fixed": False, "first_tried": None, "settled": None}
    connection.execute(
        update(message).where(message.c.destination_id == lane, message.c.state == "parked").values(back)
    )
    open_messages = select(message.c.id).where(message.c.state.in_(OPEN))
    waiting = due.c.message_id.is_(None) | due.c.message_id.in_(open_messages)
    return connection.execute(select(func.count()).where(due.c.destination_id == lane, waiting)).scalar_one()


def stop(connection: Connection, message_id: int, scheme: str, reason: str, now: datetime) -> None:
    """The platform refuses us altogether: the queue is kept as it is."""
    connection.execute(update(message).where(message.c.id == message_id).values(state="pending", error=reason))
    connection.execute(platform.delete().where(platform.c.scheme == scheme))
    connection.execute(insert(platform).values(scheme=scheme, stopped=reason, since=now.timestamp()))


def resume(connection: Connection) -> None:
    """Try every platform again."""
    connection.execute(platform.delete())


def tries(connection: Connection, message_id: int) -> Tries:
    """How a message fared so far."""
    wanted = select(message.c.first_tried, message.c.unsure, message.c.fixed, destination.c.failures).join(
        destination, destination.c.id == message.c.destination_id
    )
    return Tries(*connection.execute(wanted.where(message.c.id == message_id)).one())


def _head(connection: Connection, lane: int) -> Row | None:
    mine = (message.c.destination_id == lane) & message.c.state.in_(OPEN)
    return connection.execute(select(message).where(mine).order_by(message.c.id).limit(1)).first()


def _waiting(connection: Connection, lane: int, now: datetime, held: Held) -> list[Waiting] | Hold | None:
    """What the next message carries: the first due paper, or all that share its digest."""
    mine = (due.c.destination_id == lane) & due.c.message_id.is_(None) & (due.c.due_at <= now.timestamp())
    rows = connection.execute(select(due).where(mine).order_by(due.c.id)).all()
    ends = {row.quiet: held(row.quiet, now) for row in rows}
    free = [row for row in rows if ends[row.quiet] is None]
    if not free:
        return Hold(min(end for end in ends.values() if end is not None)) if rows else None
    first = free[0]
    together = [first] if first.mode == "each" else [row for row in free if row.mode == first.mode]
    return [Waiting(row.id, row.paper_id, row.mode, row.heading) for row in together]


def _freeze(
    connection: Connection,
    lane: int,
    waiting: Sequence[Waiting],
    now: datetime,
    pack: Pack,
    new_delivery: Callable[[], UUID],
) -> None:
    """Pack and render what is true now; from here on the message never changes but by `fix`."""
    some = papers.by_ids(connection, [one.paper_id for one in waiting])
    items = [Item(some[one.paper_id], _hits(connection, one.due_id, some[one.paper_id], now)) for one in waiting]
    heading = " · ".join(dict.fromkeys(one.heading for one in waiting))
    place = 0
    for packed in pack(waiting[0].mode, heading, items):
        added = connection.execute(
            insert(message).values(
                destination_id=lane,
                delivery=new_delivery().hex,
                state="pending",
                payload=json.dumps(packed.payload),
                created=now.timestamp(),
            )
        )
        assert added.inserted_primary_key
        carried = [one.due_id for one in waiting[place : place + packed.count]]
        connection.execute(update(due).where(due.c.id.in_(carried)).values(message_id=added.inserted_primary_key[0]))
        place += packed.count


def _hits(connection: Connection, due_id: int, paper: Paper, now: datetime) -> tuple[Hit, ...]:
    rows = connection.execute(select(hit).where(hit.c.due_id == due_id).order_by(hit.c.created, hit.c.alert)).all()
    return tuple(Hit(row.alert, _reasons(row.query, paper, now)) for row in rows)


def _reasons(query: str, paper: Paper, now: datetime) -> tuple[Reason, ...]:
    """The words found in the paper as it is now; none if its text has changed since it matched."""
    try:
        parsed = parse_query(query)
    except QueryError:  # written by an older version
        return ()
    matches = match({query: parsed}, [paper], now)
    return matches.reasons(query, paper) if matches[query] else ()


def _update_lane(connection: Connection, message_id: int, **values: object) -> None:
    lane = select(message.c.destination_id).where(message.c.id == message_id).scalar_subquery()
    connection.execute(update(destination).where(destination.c.id == lane).values(**values))
