"""Every wait that is stored ends when it would have, though the clock was set back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Float, insert, select, text

from bot.store import schema_mail, schema_workers
from bot.store.archive import published
from bot.store.engine import Store
from bot.store.outbox.moments import set_back

NOW = datetime(2026, 12, 1, tzinfo=UTC)
WAITS = {"not_before", "paused_until", "retry_at", "resumes"}
OTHERS = {
    "platform.next_at": "a turn too far ahead is nobody's",
    "picture.next_at": "a picture is asked for where that is more than a day ahead",
    "published.until": "a page that changes by time is looked at again",
    "lease.until": "by the server's clock",
}
TABLES = (schema_mail.every.sorted_tables, schema_workers.metadata.sorted_tables)
COLUMNS = {str(one): one for tables in TABLES for table in tables for one in table.c if isinstance(one.type, Float)}


def test_each_moment_to_come_is_a_wait_or_is_bounded_otherwise() -> None:
    to_come = {name for name, one in COLUMNS.items() if one.name in {*WAITS, "next_at", "until"}}
    assert {name for name in to_come if COLUMNS[name].name not in WAITS} == OTHERS.keys()


@pytest.mark.parametrize("name", sorted(name for name, one in COLUMNS.items() if one.name in WAITS))
def test_a_wait_ends_when_it_would_have(tmp_path: Path, name: str) -> None:
    column, moment = COLUMNS[name], NOW.timestamp()
    store = Store(tmp_path / "paperround.db")

    def waited(connection: Connection) -> float:
        connection.execute(text("pragma defer_foreign_keys = on"))
        connection.execute(insert(column.table).values({**_any(column), column.name: moment + 3600 + 60}))
        set_back(connection, 3600, NOW)
        until: float = connection.execute(select(column)).scalar_one()
        connection.rollback()
        return until

    try:
        assert store.call(waited) == moment + 60
    finally:
        store.close()


def test_pages_that_change_by_time_are_looked_at_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "paperround.db")
    by_time = published.File("a.atom", "a", "1", 1, 1, NOW.timestamp() + 86400)
    still = published.File("b.atom", "b", "1", 1, 1)
    try:
        store.call(published.replace, [by_time, still], [])
        store.call(set_back, 3600, NOW)
        assert store.call(published.feed_files) == [by_time._replace(until=0), still]
    finally:
        store.close()


def _any(column: Column[float]) -> dict[str, object]:
    """A row that its table takes."""
    wanted = [one for one in column.table.c if not one.nullable and one.server_default is None]
    return {one.name: one.type.python_type(1) for one in wanted}
