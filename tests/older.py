"""A database of an earlier version: what later migrations added, taken away again."""

import sqlite3

SINCE_0020 = (
    "drop index paper_page",
    "drop index paper_announced",
    "create index paper_announced on paper (announced)",
    "delete from meta where name = 'page numbers'",
)
SINCE_0018 = (*SINCE_0020, "drop table paper_vector", "alter table reference drop column version")
SINCE_0017 = (*SINCE_0018, "drop table reference")
SINCE_0016 = (
    *SINCE_0017,
    "drop table question",
    "drop index destination_unsubscribed",
    "alter table destination drop column unsubscribed",
)
SINCE_0014 = (
    *SINCE_0016,
    *(f"drop table {name}" for name in ("past", "restated", "correction")),
    *(f"alter table platform drop column {name}" for name in ("unheard", "unheard_since")),
)
SINCE_0013 = (
    *SINCE_0014,
    "drop index subscription_resumes",
    "alter table subscription drop column resumes",
    *(f"drop table {name}" for name in ("chat", "person", "answer", "saved", "watched")),
)
SINCE_0011 = (
    *SINCE_0013,
    "drop table happened",
    "drop index destination_parked",
    "drop table worker",
    "drop table lease",
    "alter table message drop column owner",
    "alter table platform drop column next_at",
    "update alembic_version set version_num = '0011'",
)
_SINCE_0004 = (
    *SINCE_0011,
    "drop trigger due_added",
    "drop trigger due_removed",
    "drop trigger due_moved",
    "drop trigger message_settled",
    "alter table destination drop column sent",
    "alter table destination drop column waiting",
    "alter table destination drop column parked",
    "alter table destination drop column last_sent",
    "drop table went",
    "drop table pruned_key",
    "drop table pruned_sighting",
    "drop table pruned",
    "drop table picture",
    "drop index paper_picture",
    "alter table paper drop column picture",
    "drop table candidate",
    "drop table decision",
    "drop index due_soon",
    "drop index destination_closed",
    "drop index destination_error",
    "alter table due drop column subscription_id",
    "alter table due add column heading varchar default '' not null",
    "drop table hit",
    """create table hit (due_id integer not null, alert varchar not null, query text not null, created float not null,
       primary key (due_id, alert), foreign key(due_id) references due (id))""",
    "drop table beginning",
    """create table beginning (alert varchar not null, query text not null, destination varchar not null,
       source varchar not null, day varchar not null, round integer not null,
       primary key (alert, query, destination, source))""",
    "drop table subscription",
    "drop table news",
    "drop table inbox",
    "delete from meta where name in ('change', 'file', 'language')",
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
