"""A database of an earlier version: what later migrations added, taken away again."""

import sqlite3

_SINCE_0004 = (
    "drop table picture",
    "drop index paper_picture",
    "alter table paper drop column picture",
    "drop table candidate",
    "drop table decision",
    "drop index due_counted",
    "alter table due drop column source",
    "drop index spelling_destination",
    "drop table chat_name",
    "alter table destination drop column refused",
    "alter table message drop column asked",
    "alter table source_part drop column trouble",
)


def make_0004(database: sqlite3.Connection) -> None:
    """As the fourth migration left it."""
    for statement in _SINCE_0004:
        database.execute(statement)
    database.execute("update alembic_version set version_num = '0004'")


def make_0003(database: sqlite3.Connection) -> None:
    """As the third left it."""
    make_0004(database)
    database.execute("alter table paper drop column page")
    database.execute("update alembic_version set version_num = '0003'")
