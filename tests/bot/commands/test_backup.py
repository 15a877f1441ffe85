"""`backup`: a whole copy beside a process at work, from which another goes on; nothing that stands is touched."""

import resource
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.store.database import StoreError
from bot.store.engine import Store, driver
from bot.store.moving import move
from bot.store.sqlite import File
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


@contextmanager
def no_room(most: int) -> Iterator[None]:
    """No file grows beyond so many bytes."""
    was, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (was, hard))


def much(connection: Connection) -> None:
    """More than SQLite keeps in memory until a commit."""
    for number in range(100):
        driver(connection).execute("insert into meta values (?, ?)", (f"much{number}", "x" * 100_000))


@pytest.mark.parametrize("by", ["backup", "migrate"])
def test_where_there_is_no_room_for_another_it_is_named_and_nothing_of_it_stays(tmp_path: Path, by: str) -> None:
    source, target = tmp_path / "here.db", tmp_path / "there" / "copy.db"
    target.parent.mkdir()
    with closing(Store(source)) as store:
        store.call(much)
        with no_room(4_000_000), pytest.raises(StoreError, match=r"there/.*copy\.db.*: (disk I/O|database or disk)"):
            store.copy_to(target) if by == "backup" else move(source, target)
    assert list(target.parent.iterdir()) == []


def test_a_copy_of_a_broken_one_names_it(tmp_path: Path) -> None:
    (source := tmp_path / "here.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match=r"here\.db: file is not a database"):
        File(source).copy_to(tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == [source]
