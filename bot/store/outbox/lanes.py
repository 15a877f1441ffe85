"""Destinations as lanes: every configured spelling leads to one, and two spellings of one chat to the same."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, literal, select, update

from bot.rules.destinations import Destination
from bot.store.engine import Row
from bot.store.outbox import outcomes
from bot.store.schema import destination, due, hit, message, spelling

_HELD = "held: "

_STAYS = ("parked", None, "pending", "unsure", "sending", "sent")
"""States of a paper's message, None before it has one: of two in joined lanes, the later here stays."""


def of(connection: Connection, wanted: Iterable[Destination]) -> dict[Destination, int]:
    """The lane of each destination, made where it is new."""
    return {one: _lane(connection, one) for one in wanted}


def mixed(
    connection: Connection, wanted: Iterable[Destination], is_name: Callable[[Destination], bool]
) -> list[Destination]:
    """The destinations spelled by name whose chat may also be there by id: they need the platform's word.

    A chat spelled one way only is one lane already, so the platform is not asked.
    """
    names = [one for one in wanted if is_name(one) and _address(connection, one) in {None, one.address}]
    rows = connection.execute(select(destination.c.scheme, destination.c.address))
    others = [*wanted, *(Destination(row.scheme, row.address) for row in rows)]
    with_ids = {one.scheme for one in others if not is_name(one)}
    return [one for one in names if one.scheme in with_ids]


def identify(connection: Connection, named: Destination, address: str) -> None:
    """The platform says that a named destination has this address: join it with the lane that has it."""
    lane = move(connection, of(connection, [named])[named], address)
    held = destination.c.error.startswith(_HELD, autoescape=True)
    connection.execute(update(destination).where(destination.c.id == lane, held).values(not_before=0, error=None))


def hold(connection: Connection, named: Destination, until: float, reason: str) -> None:
    """Let a destination wait until its id is known."""
    lane = of(connection, [named])[named]
    connection.execute(
        update(destination).where(destination.c.id == lane).values(not_before=until, error=_HELD + reason)
    )


def move(connection: Connection, lane: int, address: str) -> int:
    """Give a lane its platform's address; where another lane has it, both become one, the older. Returns it."""
    row = connection.execute(select(destination).where(destination.c.id == lane)).one()
    other = connection.execute(
        select(destination.c.id).where(
            destination.c.scheme == row.scheme,
            destination.c.address == address,
            destination.c.thread == row.thread,
            destination.c.id != lane,
        )
    ).scalar()
    if other is None:
        connection.execute(update(destination).where(destination.c.id == lane).values(address=address))
        return lane
    kept, gone = sorted((lane, int(other)))
    _join(connection, kept, gone)
    connection.execute(update(destination).where(destination.c.id == kept).values(address=address))
    return kept


def learn(connection: Connection, lane: int, named: str, address: str) -> None:
    """A platform's answer told the address of a lane that goes by a name, unless it is known or joined by now."""
    same = (destination.c.id == lane) & (destination.c.address == named)
    if connection.execute(select(destination.c.id).where(same)).scalar() is not None:
        move(connection, lane, address)


def follow(connection: Connection, message_id: int, reason: str, address: str, now: datetime) -> int:
    """A group became a supergroup: its lane gets the new address, and the message goes there at once."""
    outcomes.wait(connection, message_id, reason, now.timestamp(), counted=False)
    lane = connection.execute(select(message.c.destination_id).where(message.c.id == message_id)).scalar_one()
    return move(connection, lane, address)


def find(connection: Connection, named: Destination) -> int | None:
    """The lane of a destination that was configured once."""
    return connection.execute(select(spelling.c.destination_id).where(spelling.c.name == str(named))).scalar()


def names(connection: Connection, lane: int) -> list[str]:
    """Every spelling of a lane."""
    wanted = select(spelling.c.name).where(spelling.c.destination_id == lane).order_by(spelling.c.name)
    return list(connection.execute(wanted).scalars())


def forget_pauses(connection: Connection) -> None:
    """Let every lane go at once: for a copy that only shows what would be sent."""
    connection.execute(update(destination).values(not_before=0))
    connection.execute(update(message).values(not_before=0))


def name(connection: Connection, lane: int) -> str:
    """What people call a lane: its first spelling."""
    return next(iter(names(connection, lane)), f"lane {lane}")


def every(connection: Connection) -> list[Row]:
    """All lanes."""
    return list(connection.execute(select(destination).order_by(destination.c.id)))


def _lane(connection: Connection, one: Destination) -> int:
    known = find(connection, one)
    if known is not None:
        return known
    same = (destination.c.address == one.address) & (destination.c.thread == one.thread)
    lane = connection.execute(select(destination.c.id).where(destination.c.scheme == one.scheme, same)).scalar()
    if lane is None:
        added = connection.execute(
            insert(destination).values(scheme=one.scheme, address=one.address, thread=one.thread)
        )
        assert added.inserted_primary_key
        lane = added.inserted_primary_key[0]
    connection.execute(insert(spelling).values(name=str(one), destination_id=lane))
    return int(lane)


def _address(connection: Connection, one: Destination) -> str | None:
    lane = find(connection, one)
    wanted = select(destination.c.address).where(destination.c.id == lane)
    return connection.execute(wanted).scalar() if lane is not None else None


def _join(connection: Connection, kept: int, gone: int) -> None:
    """Everything of one lane becomes the other's; a paper that both have goes once, with all its reasons."""
    emptied = [_give_way(connection, *twins) for twins in _twins(connection, kept, gone)]
    with_papers = select(due.c.message_id).where(due.c.message_id.is_not(None))
    unsent = message.c.id.in_(emptied) & message.c.state.in_(("pending", "parked"))
    connection.execute(delete(message).where(unsent, message.c.id.not_in(with_papers)))
    for table in (due, message, spelling):
        connection.execute(update(table).where(table.c.destination_id == gone).values(destination_id=kept))
    connection.execute(delete(destination).where(destination.c.id == gone))


def _twins(connection: Connection, kept: int, gone: int) -> list[tuple[Row, Row]]:
    """The rows of each paper that both lanes have, the one that stays first: what may have been sent, else `kept`'s."""
    wanted = select(due, message.c.state).outerjoin(message, message.c.id == due.c.message_id)
    mine, theirs = (
        {row.paper_id: row for row in connection.execute(wanted.where(due.c.destination_id == lane))}
        for lane in (kept, gone)
    )
    pairs = [(mine[paper], theirs[paper]) for paper in mine.keys() & theirs.keys()]
    return [(b, a) if _STAYS.index(b.state) > _STAYS.index(a.state) else (a, b) for a, b in pairs]


def _give_way(connection: Connection, stays: Row, goes: Row) -> int | None:
    """One row instead of two; the message that the other was in."""
    reasons = select(literal(stays.id), hit.c.alert, hit.c.query, hit.c.created).where(hit.c.due_id == goes.id)
    connection.execute(
        insert(hit).prefix_with("or ignore").from_select(["due_id", "alert", "query", "created"], reasons)
    )
    connection.execute(delete(hit).where(hit.c.due_id == goes.id))
    connection.execute(delete(due).where(due.c.id == goes.id))
    return None if goes.message_id is None else int(goes.message_id)
