"""An insert that may meet a row which is there already."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert


def upsert(connection: Connection, table: Table) -> "Insert":
    """Both dialects say the same: `on_conflict_do_nothing`, `on_conflict_do_update`."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  (who has a file needs none of it)

    return postgresql.insert(table)  # type: ignore[return-value]
