"""When delivery was last at work: what tells a missed digest from one that is still to come, and a long stop."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.rules.stops import Stop
from bot.store.archive import codec
from bot.store.engine import Door, driver
from bot.store.schema import meta
from bot.store.upserts import upsert

_NAME, _STOPPED = "served", "stopped"


def mark(connection: Connection, now: datetime) -> None:
    """Delivery is at work now."""
    _note(connection, _NAME, str(now.timestamp()))


def last(connection: Connection) -> datetime | None:
    """When it was last at work; None if never."""
    value = connection.execute(select(meta.c.value).where(meta.c.name == _NAME)).scalar()
    return codec.instant(float(value)) if value else None


def note_stop(connection: Connection, stop: Stop) -> None:
    """Delivery was not at work for long; the last such time is kept."""
    _note(connection, _STOPPED, f"{stop.since} {stop.until}")


def last_stop(connection: Door) -> Stop | None:
    """The last long time in which it was not."""
    row = driver(connection).execute("select value from meta where name = ?", (_STOPPED,)).fetchone()
    return Stop(*map(float, row[0].split())) if row else None


def _note(connection: Connection, name: str, value: str) -> None:
    statement = upsert(connection, meta).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
