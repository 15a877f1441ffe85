"""Every row of one database into another one that has none, whatever kinds they are; but not who is at work there."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Table

AT_ONCE = 1000
"""Rows that are in memory at the same time."""


def unseen(_table: Table, _row: Any) -> None:
    """Nobody looks."""


def copy(
    here: Connection,
    there: Connection,
    seen: Callable[[Table, Any], None] = unseen,
    explained: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    """Each within one transaction. `seen` is shown each row, with its table; `explained` is round what is read."""
    from sqlalchemy import bindparam, select, update  # noqa: PLC0415

    from bot.store.schema import destination  # noqa: PLC0415
    from bot.store.schema_outliving import of_a_copy  # noqa: PLC0415

    put = _streamed if there.dialect.name == "postgresql" else _inserted
    for table in of_a_copy:
        put(there, table, _shown(table, rows(here, table, explained), seen))
    # What came with the rows was counted once more.
    counts = [destination.c[name] for name in ("sent", "waiting", "parked", "last_sent")]
    if counted := [dict(row) for row in here.execute(select(destination.c.id.label("lane"), *counts)).mappings()]:
        there.execute(update(destination).where(destination.c.id == bindparam("lane")), counted)


def rows(
    connection: Connection, table: Table, explained: Callable[[], AbstractContextManager[None]] = nullcontext
) -> Iterator[Any]:
    """All of a table, as values of Python that are the same for each kind of database."""
    from sqlalchemy import select  # noqa: PLC0415

    with explained():
        yield from connection.execute(select(table), execution_options={"yield_per": AT_ONCE})


def _shown(table: Table, found: Iterable[Any], seen: Callable[[Table, Any], None]) -> Iterator[Any]:
    for row in found:
        seen(table, row)
        yield row


def _inserted(there: Connection, table: Table, found: Iterator[Any]) -> None:
    from sqlalchemy import insert  # noqa: PLC0415

    while some := list(islice(found, AT_ONCE)):
        there.execute(insert(table), [dict(row._mapping) for row in some])  # noqa: SLF001  (SQLAlchemy's name for it)


def _streamed(there: Connection, table: Table, found: Iterator[Any]) -> None:
    """By COPY: a million rows take seconds, and inserts minutes."""
    raw: Any = there.connection.driver_connection
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    with raw.cursor().copy(f'copy "{table.name}" ({names}) from stdin') as copying:
        for row in found:
            copying.write_row(tuple(row))
