"""What people ask of the outbox: what waits, what was sent, what parked, and one paper's way through."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, case, func, select

from bot.rules.timing import end_of_kept_quiet
from bot.store.among import AT_ONCE, among
from bot.store.archive import papers
from bot.store.engine import Row, driver
from bot.store.outbox import lanes
from bot.store.outbox.claims import IS_OPEN
from bot.store.schema import destination, due, hit, message, subscription
from feeds.paper import Paper

_UNPACKED = """
    select destination_id, quiet, count(*) from due indexed by due_soon
    where message_id is null and due_at <= ?
          and (created >= ? or destination_id not in (select id from destination where closed is not null))
    group by destination_id, quiet
"""
"""Of a million that wait, those that are due: told by hand which index has them (measured: 0.3 s less)."""
_PACKED = """
    select due.destination_id, count(*) from message cross join due on due.message_id = message.id
    where state in ('pending', 'sending', 'unsure') and due_at <= ?
          and (due.created >= ? or due.destination_id not in (select id from destination where closed is not null))
    group by due.destination_id
"""


def unsent(connection: Connection, now: datetime, zone: ZoneInfo, began: datetime) -> dict[str, str]:
    """What is due now and not sent, by destination: the count and why. Quiet hours and later due times are no fault.

    Of a closed destination only what came since the round `began`: the rest was told when it parked.
    """
    raw, values = driver(connection), (now.timestamp(), began.timestamp())
    counts: dict[int, int] = {}
    for lane, quiet, count in raw.execute(_UNPACKED, values):
        if not end_of_kept_quiet(quiet, zone, now):
            counts[lane] = counts.get(lane, 0) + count
    for lane, count in raw.execute(_PACKED, values):
        counts[lane] = counts.get(lane, 0) + count
    names = lanes.called(connection, sorted(counts))
    return {
        names.get(lane, f"lane {lane}"): f"{counts[lane]} unsent: {why or 'not yet its turn'}"
        for lane, why in among(connection, _WHY, sorted(counts))
    }


_WHY = """
    select id, coalesce(closed, (
        select scheme || ' is stopped: ' || stopped from platform where platform.scheme = destination.scheme), error, (
        select error from message where destination_id = destination.id and state in ('pending', 'sending', 'unsure')
        order by id limit 1)) from destination where id in ({}) order by id
"""


def why_it_waits(connection: Connection, lane: int) -> str:
    """What a lane was told when it was told to wait; empty: nothing."""
    told = connection.execute(select(destination.c.error).where(destination.c.id == lane)).scalar()
    return told or _head_error(connection, lane) or ""


def deliveries(
    connection: Connection, paper_id: int, of: Collection[int] | None, *, others: int = 0
) -> tuple[Sequence[Row], int]:
    """A paper's due rows with the message and the destination they belong to; and how many it has in all.

    Those of some lanes (None: all), and of others the first so many that are in trouble or no longer wanted.
    """
    if of is None:
        rows = list(connection.execute(_delivered(paper_id)))
        return rows, len(rows)
    mine = [row for few in _some(of) for row in connection.execute(_delivered(paper_id).where(_LANE.in_(few)))]
    told = destination.c.closed.is_not(None) | message.c.state.in_(_TOLD)
    # Of a paper that a hundred thousand got: those of the file are asked for above, so they may be met here.
    rest = connection.execute(_delivered(paper_id).where(told).limit(others + len(mine)))
    known = {row.id for row in mine}
    chosen = [row for row in rest if row.id not in known][:others]
    count = connection.execute(select(func.count()).where(due.c.paper_id == paper_id)).scalar_one()
    return sorted([*mine, *chosen], key=lambda row: row.id), count


_LANE = due.c.destination_id
_TOLD = ("parked", "uncalled", "skipped")
"""States of a message that are told of destinations outside the file too."""


def _delivered(paper_id: int) -> Select[Any]:
    wanted = select(due, message.c.state, message.c.ref, message.c.settled, message.c.error, destination.c.closed)
    return (
        wanted.join(destination, destination.c.id == due.c.destination_id)
        .outerjoin(message, message.c.id == due.c.message_id)
        .where(due.c.paper_id == paper_id)
        .order_by(due.c.id)
    )


def _some(ids: Collection[int]) -> Iterator[Sequence[int]]:
    every = sorted(ids)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))


def carried(connection: Connection, message_id: int) -> list[Paper]:
    """The papers of a message, in their order; none: it is a notice."""
    wanted = select(due.c.paper_id).where(due.c.message_id == message_id).order_by(due.c.place, due.c.id)
    ids = connection.execute(wanted).scalars().all()
    found = papers.by_ids(connection, ids)
    return [found[one] for one in ids]


def hits(connection: Connection, due_id: int) -> Sequence[Row]:
    """The subscriptions that called for a delivery, first come first; `alert` is what people call each."""
    own = select(due.c.subscription_id, due.c.created).where(due.c.id == due_id)
    called = own.union_all(select(hit.c.subscription_id, hit.c.created).where(hit.c.due_id == due_id)).subquery()
    title = case((subscription.c.name != "", subscription.c.name), else_=subscription.c.query)
    wanted = select(title.label("alert"), subscription.c.query, called.c.created)
    mine = wanted.join(called, called.c.subscription_id == subscription.c.id)
    return connection.execute(mine.order_by(called.c.created, title)).all()


def _head_error(connection: Connection, lane: int) -> str | None:
    mine = (message.c.destination_id == lane) & IS_OPEN
    return connection.execute(select(message.c.error).where(mine).order_by(message.c.id).limit(1)).scalar()
