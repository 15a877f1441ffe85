"""What goes wrong in delivery, as it stands now, and what of it the operator was told. Judges, sends nothing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select

from bot.rules.backoff import LONG, TOLD_DOUBTS
from bot.store import hearing
from bot.store.engine import Row
from bot.store.outbox import names
from bot.store.outbox.claims import IS_OPEN, IS_PARKED
from bot.store.outbox.standing import given_away
from bot.store.schema import destination, due, message, notice, platform, spelling


def in_delivery(connection: Connection, now: datetime) -> dict[str, str]:
    """Cause -> a sentence, for all that wants a person: closed, stopped, parked, lost too often, paused for long."""
    found = {
        f"platform {row.scheme}": f"{row.scheme} refuses us: {row.stopped}"
        for row in connection.execute(select(platform).where(platform.c.stopped.is_not(None)))
    }
    for one in hearing.all_unheard(connection):
        if now.timestamp() - one.since >= hearing.LASTING:
            found[f"unheard {one.scheme}"] = f"{one.scheme}: nobody who asks by chat is heard: {one.reason}"
    for row in connection.execute(_lanes().where(destination.c.closed.is_not(None))):
        again = "" if "paperround retry" in row.closed else f"; reopen it with: paperround retry {row.name}"
        found[f"closed {row.id}"] = f"{row.name} is closed: {row.closed}{again}"
    for row in _lanes_with(connection, IS_PARKED):
        found[f"parked {row.id}"] = f"{row.name}: {row.count} parked, the last one: {row.reason}"
    for row in names.moved(connection):
        found[f"renamed {row.scheme}:{row.name}={row.address}"] = f"{row.scheme}:{given_away(row)}"
    doubted = IS_OPEN & (message.c.unsure >= TOLD_DOUBTS)
    for row in _lanes_with(connection, doubted):
        found[f"unsure {row.id}"] = f"{row.name}: answers are lost again and again: {row.reason}"
    told = set(connection.execute(select(notice.c.cause)).scalars())
    for row in connection.execute(_lanes().where(destination.c.error.is_not(None), destination.c.closed.is_(None))):
        cause = f"paused {row.id}"
        if cause in told or row.not_before - now.timestamp() > LONG:
            found[cause] = f"{row.name} waits for hours: {row.error}"
    return found


def untold(connection: Connection, found: Mapping[str, str], about: Collection[str]) -> dict[str, str]:
    """What of these the operator does not know yet; what is over is forgotten. `about`: the kinds judged just now."""
    told = set(connection.execute(select(notice.c.cause)).scalars())
    over = {cause for cause in told - found.keys() if cause.split(" ", 1)[0] in about}
    connection.execute(delete(notice).where(notice.c.cause.in_(over)))
    return {cause: text for cause, text in found.items() if cause not in told}


def tell(connection: Connection, lane: int, payload: str, delivery: str, now: datetime) -> bool:
    """Put a notice into the operator's lane, where it goes its way like any message. False: the lane is closed."""
    if connection.execute(select(destination.c.closed).where(destination.c.id == lane)).scalar() is not None:
        return False
    values = {"delivery": delivery, "state": "pending", "payload": payload, "created": now.timestamp()}
    connection.execute(insert(message).values(destination_id=lane, **values))
    return True


def remember(connection: Connection, causes: Collection[str], now: datetime) -> None:
    """The operator was told of these, until they are over."""
    connection.execute(insert(notice), [{"cause": cause, "told_at": now.timestamp()} for cause in causes])


def _lanes() -> Select[Any]:
    name = select(func.min(spelling.c.name)).where(spelling.c.destination_id == destination.c.id).scalar_subquery()
    return select(destination, func.coalesce(name, destination.c.address).label("name")).order_by(destination.c.id)


def _lanes_with(connection: Connection, condition: ColumnElement[bool]) -> list[Row]:
    """Lanes that have such messages with papers: how many, and the error of the last."""
    carries = select(due.c.id).where(due.c.message_id == message.c.id).exists()
    counted = (
        select(message.c.destination_id, func.count().label("count"), func.max(message.c.id).label("last"))
        .where(condition, carries)
        .group_by(message.c.destination_id)
        .subquery()
    )
    last = select(message.c.error).where(message.c.id == counted.c.last).scalar_subquery()
    wanted = _lanes().join(counted, counted.c.destination_id == destination.c.id)
    return list(connection.execute(wanted.add_columns(counted.c.count, last.label("reason"))))
