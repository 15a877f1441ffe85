"""Every row of one database into another one that has none, whatever kinds they are; but not who is at work there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

AT_ONCE = 1000
"""Rows that are in memory at the same time."""


def copy(here: Connection, there: Connection) -> None:
    """Each within one transaction."""
    from sqlalchemy import bindparam, insert, select, update  # noqa: PLC0415

    from bot.store.schema import destination  # noqa: PLC0415
    from bot.store.schema_outliving import of_a_copy  # noqa: PLC0415

    for table in of_a_copy:
        rows = here.execution_options(yield_per=AT_ONCE).execute(select(table))
        for some in rows.mappings().partitions():
            there.execute(insert(table), [dict(row) for row in some])
    # What came with the rows was counted once more.
    counts = [destination.c[name] for name in ("sent", "waiting", "parked", "last_sent")]
    if counted := [dict(row) for row in here.execute(select(destination.c.id.label("lane"), *counts)).mappings()]:
        there.execute(update(destination).where(destination.c.id == bindparam("lane")), counted)
