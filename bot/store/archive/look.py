"""The database by its driver alone, for commands that answer at once and change nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.store import HEAD, Store, explained


@contextmanager
def look(path: Path) -> Iterator[sqlite3.Connection]:
    """The database as it stands at this moment; made, or brought up to date, if it is not. Raises StoreError."""
    if not _is_current(path):
        Store(path, only_looks=True).close()
    with explained(path), closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
        connection.execute("PRAGMA query_only = on")
        connection.execute("BEGIN")
        yield connection


def _is_current(path: Path) -> bool:
    if path.is_file():
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,))
    return False
