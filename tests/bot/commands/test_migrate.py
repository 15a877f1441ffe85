"""`migrate`: the whole database elsewhere, row by row; nothing is sent again, and a kill leaves nothing half done."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.channel import Kind, SendError
from bot.process.installation import tokens_of
from bot.publishing.press import Press
from bot.store import inbox, moving, numbering, workers
from bot.store.database import Database, LockedError, StoreError
from bot.store.engine import Store, driver
from bot.store.kinds import kind_of, only_writer
from bot.store.moving import move
from bot.store.schema_outliving import of_a_copy
from tests import postgres
from tests.desk import outside
from tests.fakes.source import items
from tests.newsroom import TO, Newsroom, papers
from tests.world import DAILY, World, alert, feed, until

ODD = '"quoted" {"json": [1, null]} \\u0000 \U0001f5de ﬁ \t\n'
STATES = ("pending", "sending", "unsure", "sent", "parked", "uncalled", "skipped")


@contextmanager
def an_empty_one(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        yield folder / "elsewhere.db"
    else:
        with postgres.database(empty=True) as made:
            yield made


async def lived_in(folder: Path, database: Database) -> None:
    """Deliveries in every state, some pruned, and texts that nobody would write."""
    room = Newsroom(folder, database)
    await room.configure(alert("all", "*", TO, "telegram:@second"), feed("all", "*"))
    await room.read([replace(one, abstract=ODD) for one in papers(8)])
    room.channel.failures.append(SendError(Kind.DROP, "too long for them"))
    await room.deliver(60)
    await room.read(papers(3, first=20))
    with closing(Store(database)) as store:
        store.call(strange)
    room.store.close()


def strange(connection: Any) -> None:
    raw = driver(connection)
    messages = [number for (number,) in raw.execute("select id from message order by id")]
    for number, state in zip(messages, STATES, strict=False):
        raw.execute("update message set state = ?, payload = ? where id = ?", (state, json.dumps({"a": "\0é"}), number))
    raw.execute("insert into meta values ('strange', ?)", ("a\0b\\N\t\r\n\\.",))
    inbox.append(connection, "chat", "1", '{"text": "\\u0000"}', datetime(2026, 1, 7, tzinfo=UTC))
    raw.execute("update source set error = '', retry_at = 1767700000.1234567")
    ((paper,),) = raw.execute("select max(id) from paper").fetchall()
    for _ in range(3):  # a number that was given and is gone is never given again
        raw.execute("delete from news")
        raw.execute("insert into news (paper_id, source, began, whole) values (?, 'daily', 1.5, true)", (paper,))
    raw.execute("delete from news")


def every_row(database: Database) -> dict[str, list[str]]:
    with closing(Store(database, only_looks=True)) as store:
        tables = of_a_copy
        shown = store.call(lambda one: {table.name: list(map(str, one.execute(table.select()))) for table in tables})
    return {name: sorted(row.replace(r"\x00", "\ufffd") for row in rows) for name, rows in shown.items()}


@pytest.mark.parametrize("to", ["sqlite", "postgres"])
async def test_every_row_is_there_and_numbers_go_on(tmp_path: Path, database: Database, to: str) -> None:
    await lived_in(tmp_path, database)
    with an_empty_one(to, tmp_path) as target:
        found = move(database, target)
        assert every_row(target) == every_row(database)
        assert {name: one.rows for name, one in found.items()} == {k: len(v) for k, v in every_row(database).items()}
        with closing(Store(target)) as there, closing(Store(database)) as here:
            assert set(STATES) <= {state for (state,) in outside(there, "select state from message")}
            assert there.call(numbering.last).get("news") == here.call(numbering.last)["news"] >= 3
            assert there.call(next_ones) == here.call(next_ones)


def next_ones(connection: Any) -> list[int]:
    """The numbers that new rows get."""
    raw = driver(connection)
    ((paper,),) = raw.execute("select max(id) from paper").fetchall()
    news = "insert into news (paper_id, source, began, whole) values (?, 'daily', 1.5, true) returning id"
    lane = "insert into destination (scheme, address) values ('telegram', '-77') returning id"
    return [raw.execute(news, (paper,)).fetchall()[0][0], raw.execute(lane).fetchall()[0][0]]


@pytest.mark.parametrize("to", ["sqlite", "postgres"])
async def test_what_is_published_from_there_is_the_same_to_the_byte(
    tmp_path: Path, database: Database, to: str
) -> None:
    await lived_in(tmp_path, database)
    with an_empty_one(to, tmp_path) as target:
        before = await published(tmp_path, database, "here")
        move(database, target)
        assert await published(tmp_path, target, "there") == before
    assert {"feeds/all.rss", "feeds/odd.atom", "feeds/odd.json", "index.html"} <= before.keys()
    assert b"quoted" in before["feeds/odd.atom"]


async def published(folder: Path, database: Database, place: str) -> dict[str, bytes]:
    """Every file of an edition that is made anew there."""
    room = Newsroom(folder, database)
    base = f'[publish]\ndirectory = "{place}"\nbase_url = "https://papers.example.org/"\n'
    await room.configure(base, alert("all", "*", TO, "telegram:@second"), feed("all", "*"), feed("odd", "quoted"))
    assert (await Press(room.config, room.store, room.clock).changed()).failed == {}
    room.store.close()
    files = [path for path in (folder / place).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder / place)): path.read_bytes() for path in files}


@pytest.mark.on_sqlite_alone("it moves from a file")
def test_nothing_is_sent_again_and_what_is_published_stays_as_it_is(here: World) -> None:
    today = datetime.now(UTC).date()
    here.source.days[today.isoformat()] = items(5, today)
    here.configure(DAILY, alert("all", "*", "telegram:@papers", "slack:#papers"), feed("all", "*"))
    here.slack.fail_next(1, "accept_then_reset")
    running = here.start("run")
    until(lambda: here.slack.spoilt and sent_by_telegram(here) == 5)
    running.kill()  # the answer to Slack's first is lost
    running.wait(20)
    key = tokens_of(here.config.key_file)
    with postgres.database(empty=True) as server:
        done = here.run("migrate", "--to", str(server))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1].endswith(f'write database = "{server}" to go on there, and only there')
        here.server = server
        here.configure(DAILY, alert("all", "*", "telegram:@papers", "slack:#papers"), feed("all", "*"))
        assert tokens_of(here.config.key_file) == key
        before = here.files()
        assert here.round().well()
        assert (len(here.telegram.messages), len(here.slack.messages)) == (5, 5)
        assert here.round(timedelta(minutes=5)).report.files == []
        assert {name for name, _ in before.items()} <= set(here.files())


def sent_by_telegram(here: World) -> int:
    with closing(Store(here.config.database, only_looks=True)) as store:
        return int(outside(store, "select sum(sent) from destination where scheme = 'telegram'")[0][0] or 0)


def hidden(folder: Path) -> list[Path]:
    return list(folder.glob(".*"))


@pytest.mark.on_sqlite_alone("it moves from a file")
@pytest.mark.parametrize("to", ["sqlite", "postgres"])
async def test_killed_when_all_but_the_end_is_done_and_begun_again(tmp_path: Path, here: World, to: str) -> None:
    source = tmp_path / "here.db"
    await lived_in(tmp_path, source)
    with an_empty_one(to, tmp_path) as target:
        value = f"Path({str(target)!r})" if isinstance(target, Path) else repr(target)
        program = (
            "import os\nfrom pathlib import Path\nfrom bot.store.database import Server\n"
            "from bot.store.moving import move\n"
            f"move(Path({str(source)!r}), {value}, lambda *_: os.kill(os.getpid(), 9))\n"
        )
        assert here.run_python(program).returncode == -9
        assert kind_of(target).version_now() is None
        move(source, target)
        assert every_row(target) == every_row(source)
        assert hidden(tmp_path) == []


async def test_a_row_that_is_not_the_same_there_undoes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "here.db"
    await lived_in(tmp_path, source)
    with postgres.database(empty=True) as server:
        went_on = numbering.go_on

        def spoil(connection: Any, given: Any) -> None:
            went_on(connection, given)
            driver(connection).execute("update paper set data = data || ' ' where id = 3")

        monkeypatch.setattr(moving.numbering, "go_on", spoil)
        with pytest.raises(StoreError, match="table paper is not what was given; nothing of it was kept"):
            move(source, server)
        assert kind_of(server).version_now() is None


@pytest.mark.on_sqlite_alone("it moves from a file")
def test_one_that_holds_anything_stays_as_it_is(here: World) -> None:
    here.configure(DAILY)
    assert here.run("migrate", "--to", "sqlite:///x.db").stderr.startswith("paperround: there is no database")
    assert here.run("once").returncode == 0
    (here.folder / "x.db").write_bytes(b"mine")
    done = here.run("migrate", "--to", "sqlite:///x.db")
    assert (done.returncode, (here.folder / "x.db").read_bytes()) == (1, b"mine")
    assert "is there already and stays as it is" in done.stderr
    with postgres.database() as server:  # our tables, and nothing in them
        shutil.copy(here.folder / "var" / "paperround.db", here.folder / "copy.db")
        assert here.run("migrate", "--to", str(server), "--json").returncode == 0
        assert "is not empty and stays as it is" in here.run("migrate", "--to", str(server)).stderr
    with postgres.database(empty=True) as server:
        theirs = kind_of(server).engine(looks=False)
        with theirs.begin() as connection:
            driver(connection).execute("create table papers (theirs text)")
        theirs.dispose()
        done = here.run("migrate", "--to", str(server))
        assert (done.returncode, "is not empty and stays as it is" in done.stderr) == (1, True)


@pytest.mark.on_sqlite_alone("it moves from a file")
def test_it_wants_nobody_at_work_and_no_password_in_an_address(here: World) -> None:
    here.configure(DAILY)
    assert here.run("once").returncode == 0
    with only_writer(here.config.database):
        done = here.run("migrate", "--to", "sqlite:///x.db")
    assert (done.returncode, "is already collecting and sending" in done.stderr) == (1, True)
    done = here.run("migrate", "--to", "postgresql://me:secret@127.0.0.1/x")
    assert (done.returncode, "--to: holds a password" in done.stderr, "secret" in done.stderr) == (2, True, False)
    done = here.run("migrate", "--to", "postgresql://me@127.0.0.1/x", "--password-env", "NOT_SET")
    assert (done.returncode, "the environment variable NOT_SET is not set" in done.stderr) == (2, True)
    done = here.run("migrate", "--to", "sqlite:///var/paperround.db")
    assert (done.returncode, "is the database itself" in done.stderr) == (1, True)
    with closing(sqlite3.connect(here.folder / "var" / "paperround.db")) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)


def test_it_wants_no_worker_alive() -> None:
    with postgres.database() as server, closing(Store(server)) as store:
        store.call(workers.join, "me", "work")
        with pytest.raises(LockedError, match=r"\(work\) still sends from"):
            move(server, Path("nowhere.db"))
