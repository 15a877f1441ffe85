"""Commands that look, beside a `run` that collects, serves and sends: they take nothing from it."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from bot.store.engine import Store
from bot.store.schema import meta
from bot.web.files import PublicFiles
from tests.fakes.source import items
from tests.faults import losses
from tests.world import DAILY, World, alert

TODAY = datetime.now(UTC).date()


def test_what_run_commits_outlives_those_who_look_and_a_kill() -> None:
    """Closing a descriptor of the database once let others delete the journal that `run` wrote to."""
    for what, held, figures in losses.looked_at(quick=True):
        assert held, f"{what}: {figures}"


LOOKS = "import sqlite3, sys; there = sqlite3.connect(sys.argv[1]); print(*there.execute(sys.argv[2]).fetchall())"


def test_the_journal_stays_where_one_process_opens_the_database_twice_and_another_looks(tmp_path: Path) -> None:
    """In short what the test above does at length: who looks last deletes the journal of one that holds no lock."""
    path, name = tmp_path / "x.db", select(meta.c.name).where(meta.c.name.like("row %"))

    def look() -> str:
        command = [sys.executable, "-c", LOOKS, str(path), str(name.compile(compile_kwargs={"literal_binds": True}))]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def write(connection: Connection, row: str) -> None:
        connection.execute(insert(meta).values(name=row, value=""))

    first = Store(path)
    first.call(write, "row 1")
    second = Store(path)
    assert look() == "('row 1',)"
    assert path.with_name("x.db-wal").exists()
    first.call(write, "row 2")
    assert look() == "('row 1',) ('row 2',)"
    second.close()
    first.close()


@pytest.mark.on_sqlite_alone("its file and its locks")
def test_the_database_is_neither_read_as_a_digest_nor_served(here: World) -> None:
    """Whoever opens and closes the file drops the locks of the whole process, whatever for."""
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    own = '[[sources]]\nname = "inbox"\nkind = "files"\npath = "**"\n[web]\nlisten = "127.0.0.1:0"\n'
    here.configure(DAILY, own.replace('"**"', '"var/*"'), alert("all", "*", "telegram:@papers"))
    assert here.round().well()
    config = here.config
    files = PublicFiles(config.database.parent, hides=config.is_state)
    assert config.database.is_file()
    assert files.get(config.database.name) is None
    assert files.get(config.database.name + "-wal") is None
