"""`backup`: a whole copy beside a process at work, from which another goes on; nothing that stands is touched."""

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.source import items
from tests.world import DAILY, World, alert, until

pytestmark = pytest.mark.on_sqlite_alone("a copy of its file")


def counts(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {name: database.execute(f"select count(*) from {name}").fetchone()[0] for name in names}


def test_a_copy_beside_a_process_at_work_is_whole_and_another_goes_on_from_it(here: World) -> None:
    today = datetime.now(UTC).date()
    here.source.days[today.isoformat()] = items(5, today)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    running = here.start("run")
    until(lambda: len(here.telegram.messages) == 5)
    done = here.run("backup", "copy.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert running.poll() is None
    running.terminate()
    running.wait(20)
    copy = here.folder / "copy.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    assert counts(copy)["paper"] == counts(here.folder / "var" / "paperround.db")["paper"]
    for name in ("", "-wal", "-shm"):
        (here.folder / "var" / f"paperround.db{name}").unlink(missing_ok=True)
    shutil.copy(copy, here.folder / "var" / "paperround.db")
    before = len(here.telegram.messages)
    assert here.run("once").returncode == 0
    assert len(here.telegram.messages) == before
    assert not list(here.folder.glob(".copy*"))


@pytest.mark.parametrize(("file", "words"), [("config.toml", "there already"), ("no/where.db", "no folder no")])
def test_what_stands_there_stays_and_a_folder_must_be_there(here: World, file: str, words: str) -> None:
    here.configure(DAILY)
    assert here.run("once").returncode == 0
    was = (here.folder / "config.toml").read_bytes()
    done = here.run("backup", file)
    assert done.returncode == 1
    assert words in done.stderr
    assert (here.folder / "config.toml").read_bytes() == was


def test_where_there_is_no_database_none_is_made(here: World) -> None:
    here.configure(DAILY)
    done = here.run("backup", "copy.db")
    assert done.returncode == 1
    assert "no database" in done.stderr
    assert not (here.folder / "copy.db").exists()
    assert not (here.folder / "var").exists()
