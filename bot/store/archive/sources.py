"""What is remembered of sources: when each was read, what failed, and every part (day, file) of it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from bot.rules.parts import Part
from bot.store.archive import codec
from bot.store.engine import Row
from bot.store.schema import sighting, source, source_part
from bot.store.upserts import upsert


def note(connection: Connection, names: Iterable[tuple[str, str]], now: datetime) -> None:
    """Note (name, kind) of every configured source."""
    for name, kind in names:
        statement = upsert(connection, source).values(name=name, kind=kind, first_seen=now.timestamp())
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"kind": kind}))


def parts(connection: Connection, name: str) -> dict[str, Part]:
    """What was read of a source before."""
    rows = connection.execute(select(source_part).where(source_part.c.source == name))
    return {row.part: Part(row.part, row.stamp, codec.instant(row.read_at), row.trouble or "") for row in rows}


def read_part(connection: Connection, name: str, part: Part, count: int, skipped: int) -> None:
    """A part was read and its papers stored."""
    values: dict[str, object] = {
        "stamp": part.stamp,
        "read_at": part.read_at.timestamp(),
        "trouble": part.trouble or None,
    }
    values |= {"papers": count, "skipped": skipped}
    statement = upsert(connection, source_part).values(source=name, part=part.name, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["source", "part"], set_=values))


def forget_part(connection: Connection, name: str, part: str) -> None:
    """A part is done with."""
    connection.execute(delete(source_part).where(source_part.c.source == name, source_part.c.part == part))


def troubles(connection: Connection, name: str) -> list[str]:
    """What of a source cannot be read for now; of parts that are numbered, the newest first."""
    wanted = select(source_part.c.trouble).where(source_part.c.source == name, source_part.c.trouble.is_not(None))
    return list(
        connection.execute(wanted.order_by(func.length(source_part.c.part).desc(), source_part.c.part.desc())).scalars()
    )


def gave_new(connection: Connection, name: str, now: datetime) -> None:
    """The source gave a paper that it had not given before."""
    connection.execute(update(source).where(source.c.name == name).values(new_at=now.timestamp()))


def read(connection: Connection, name: str, now: datetime) -> None:
    """A whole round of the source went well."""
    values = {"read_at": now.timestamp(), "error": None, "retry_at": None}
    connection.execute(update(source).where(source.c.name == name).values(values))


def failed(connection: Connection, name: str, reason: str, now: datetime, retry_at: float | None) -> None:
    """The source, or a part of it, could not be read."""
    values = {"failed_at": now.timestamp(), "error": reason, "retry_at": retry_at}
    connection.execute(update(source).where(source.c.name == name).values(values))


def every(connection: Connection) -> list[Row]:
    """All sources ever configured."""
    return list(connection.execute(select(source).order_by(source.c.name)))


def rest_until(connection: Connection, name: str) -> float | None:
    """When a source that asked to be left alone may be asked again."""
    return connection.execute(select(source.c.retry_at).where(source.c.name == name)).scalar()


def days_with_papers(connection: Connection, name: str, window: timedelta) -> list[date]:
    """The days that a source announced papers on, within so long before the last of them."""
    mine = (sighting.c.source == name) & ~sighting.c.past
    newest = select(sighting.c.announced).where(mine).order_by(sighting.c.announced.desc()).limit(1)
    last = connection.execute(newest).scalar()
    if last is None:
        return []
    first = (date.fromisoformat(last) - window).isoformat()
    wanted = select(sighting.c.announced).distinct().where(mine, sighting.c.announced >= first)
    return [date.fromisoformat(day) for day in connection.execute(wanted).scalars()]
