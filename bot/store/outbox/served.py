"""When delivery was last at work: what tells a missed digest from one that is still to come."""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store.archive import codec
from bot.store.schema import meta

_NAME = "served"


def mark(connection: Connection, now: datetime) -> None:
    """Delivery is at work now."""
    value = str(now.timestamp())
    statement = upsert(meta).values(name=_NAME, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def last(connection: Connection) -> datetime | None:
    """When it was last at work; None if never."""
    value = connection.execute(select(meta.c.value).where(meta.c.name == _NAME)).scalar()
    return codec.instant(float(value)) if value else None
