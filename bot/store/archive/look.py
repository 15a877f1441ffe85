"""The database by its driver alone, for commands that answer at once and change nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path

from bot.store.archive import codec, paper_rows
from bot.store.engine import Store, explained, is_current
from feeds.paper import Paper


class Look:
    """The archive at one moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def announced_since(self, day: date) -> list[Paper]:
        """The papers from a day on, oldest first."""
        return [codec.from_row(row) for row in paper_rows.announced_since(self._connection, day)]

    def ends(self) -> tuple[date, date] | None:
        """The first day announced that the archive has, and the newest; None of an empty one."""
        return paper_rows.ends(self._connection)


@contextmanager
def look(path: Path) -> Iterator[Look]:
    """The database as it stands at this moment; made, or brought up to date, if it is not. Raises StoreError."""
    if not _is_current(path):
        Store(path, only_looks=True).close()
    with explained(path), closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
        connection.execute("PRAGMA query_only = on")
        connection.execute("BEGIN")
        yield Look(connection)


def _is_current(path: Path) -> bool:
    if path.is_file():
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path)) as connection:
            return is_current(path, connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    return False
