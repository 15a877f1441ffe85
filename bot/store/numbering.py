"""Which numbers were given to rows: a new one gets a number that none had before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.engine import driver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from bot.store.kind import Driver

_OF_TABLES = """
    select relname, pg_get_serial_sequence(quote_ident(relname), 'id') from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname = any (?)
          and exists (select 1 from pg_attribute where attrelid = pg_class.oid and attname = 'id')
"""
_NEVER_AGAIN = "select name from sqlite_master where type = 'table' and sql like '%autoincrement%'"


def last(connection: Connection) -> dict[str, int]:
    """Table -> the last number given, where it is remembered beside the rows."""
    raw = driver(connection)
    if connection.dialect.name == "sqlite":
        return dict(raw.execute("select name, seq from sqlite_sequence"))
    found = {}
    for table, sequence in _sequences(raw):
        ((number, was_given),) = raw.execute(f"select last_value, is_called from {sequence}").fetchall()  # noqa: S608
        found[table] = int(number) if was_given else 0
    return found


def go_on(connection: Connection, given: Mapping[str, int]) -> None:
    """Give none of these numbers again, and none that a row has."""
    raw = driver(connection)
    if connection.dialect.name == "sqlite":
        for (table,) in raw.execute(_NEVER_AGAIN).fetchall():
            raw.execute("delete from sqlite_sequence where name = ?", (table,))
            raw.execute(
                "insert into sqlite_sequence values (?, ?)", (table, max(given.get(table, 0), _highest(raw, table)))
            )
        return
    for table, sequence in _sequences(raw):
        if number := max(given.get(table, 0), _highest(raw, table)):
            raw.execute("select setval(?, ?)", (sequence, number))


def _highest(raw: Driver, table: str) -> int:
    ((found,),) = raw.execute(f"select coalesce(max(id), 0) from {table}").fetchall()  # noqa: S608
    return int(found)


def _sequences(raw: Driver) -> list[tuple[str, str]]:
    from bot.store.schema_outliving import every  # noqa: PLC0415

    found = raw.execute(_OF_TABLES, ([one.name for one in every.sorted_tables],)).fetchall()
    return [(table, sequence) for table, sequence in found if sequence]
