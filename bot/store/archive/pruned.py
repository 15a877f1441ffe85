"""Papers that are no longer kept: known when a source shows them again, and when a person names one."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.store.archive import codec, sameness
from bot.store.engine import driver
from bot.store.schema_outliving import pruned, pruned_key
from feeds.paper import Paper, keys


class Pruned(NamedTuple):
    """A paper that is no longer kept."""

    key: str
    title: str
    first_seen: float
    pruned: float
    """When it went, in Unix seconds."""
    sent: int
    """To how many destinations."""


def holds(connection: Connection, source: str, seen: Paper, guid: str) -> bool:
    """Whether a sighting is of a paper that is no longer kept."""
    return any_at_all(connection) and bool(sameness.known(connection, source, seen, guid, sameness.PRUNED))


def any_at_all(connection: Connection) -> bool:
    """Whether any paper was pruned."""
    return driver(connection).execute("SELECT 1 FROM pruned LIMIT 1").fetchone() is not None


def find(connection: Connection, named: str, wanted: Paper) -> Pruned | None:
    """The one that a person names by its key, or that has a key of `wanted`."""
    mine = select(pruned_key.c.paper_id).where(pruned_key.c.key.in_([*keys(wanted), f"key:{named}"]))
    row = connection.execute(select(pruned).where((pruned.c.key == named) | pruned.c.id.in_(mine))).first()
    return Pruned(row.key, codec.load(row.data).title, row.first_seen, row.pruned, row.sent) if row else None
