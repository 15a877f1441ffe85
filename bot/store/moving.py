"""A whole database into an empty one, of whatever kind: every row is found again there, or nothing stands."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.store import copying, numbering, workers
from bot.store.database import LockedError, StoreError
from bot.store.engine import HEAD, Store
from bot.store.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Table

    from bot.store.database import Database

_BITS = (1 << 256) - 1
_SHOWN = "\ufffd"
"""What stands for NUL in a server's texts (bot.store.postgres)."""


@dataclass(slots=True)
class Sum:
    """What a table holds: the same for the same rows, in whatever order they are read."""

    rows: int = 0
    total: int = 0
    """The rows' SHA-256, added up."""

    def add(self, row: Any) -> None:
        """One more."""
        said = repr([one.replace("\0", _SHOWN) if isinstance(one, str) else one for one in row])
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(said.encode()).digest())) & _BITS

    def __str__(self) -> str:
        return f"{self.total:064x}"


def untold(_table: str, _rows: int) -> None:
    """Nobody wants to know how far it is."""


def move(source: Database, target: Database, told: Callable[[str, int], None] = untold) -> dict[str, Sum]:
    """What each table holds, in both. `told` hears of each that was found again, with its rows.

    The source is brought up to date first; nobody writes to it meanwhile. Raises StoreError, also where the target
    holds anything, and LockedError while anybody sends from the source.
    """
    _nobody_sends_from(source)

    def fill(there: Connection) -> dict[str, Sum]:
        with _reading(source) as here:
            return _filled(here, there, source, target, told)

    return kind_of(target).receive(HEAD, fill)


def _filled(
    here: Connection, there: Connection, source: Database, target: Database, told: Callable[[str, int], None]
) -> dict[str, Sum]:
    from bot.store.schema_outliving import of_a_copy  # noqa: PLC0415

    given = {table.name: Sum() for table in of_a_copy}
    copying.copy(here, there, lambda table, row: given[table.name].add(row), kind_of(source).explained)
    numbering.go_on(there, numbering.last(here))
    for table in of_a_copy:
        if _sum(there, table) != given[table.name]:
            raise StoreError(f"database {target}: table {table.name} is not what was given; nothing of it was kept")
        told(table.name, given[table.name].rows)
    return given


def _sum(connection: Connection, table: Table) -> Sum:
    found = Sum()
    for row in copying.rows(connection, table):
        found.add(row)
    return found


def _nobody_sends_from(source: Database) -> None:
    store = Store(source)
    try:
        alive = store.call(workers.alive)
    finally:
        store.close()
    if alive:
        who = ", ".join(f"process {one.pid} on {one.host} ({one.kind})" for one in alive)
        raise LockedError(f"{who} still sends from {source}; stop it first")


@contextmanager
def _reading(database: Database) -> Iterator[Connection]:
    """The database at one moment, while nobody writes to it."""
    kind = kind_of(database)
    engine = kind.engine(looks=False)
    try:
        with kind.explained():
            connection = engine.connect()
            connection.begin()
        with connection:  # what goes wrong with the other one is told of that
            yield connection
    finally:
        engine.dispose()
