"""A database of PostgreSQL: what it does as a file does, and what only a server can do to us."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, select

from bot.config import database as addresses
from bot.config import load as loading
from bot.config.mistakes import ConfigError
from bot.store import postgres as postgres_kind
from bot.store import schema_outliving
from bot.store.archive import published
from bot.store.archive.published import File
from bot.store.database import LockedError, Server, StoreError
from bot.store.engine import Store, driver
from bot.store.kinds import kind_of, only_writer
from bot.store.postgres_words import spelled
from bot.web.live import LiveArchive
from tests import postgres
from tests.desk import Desk, outside
from tests.world import DAILY, alert, until, world

END_ALL = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""
PASSWORD = "correct horse battery staple"


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    made = Store(server)
    yield made
    made.close()


def put(connection: Connection, *names: str) -> None:
    driver(connection).executemany("insert into meta values (?, 'x')", [(name,) for name in names])


def every_row(connection: Connection) -> dict[str, list[str]]:
    tables = schema_outliving.every.sorted_tables
    return {one.name: sorted(str(tuple(row)) for row in connection.execute(select(one))) for one in tables}


def end_all(server: Server) -> None:
    """As a server does that is started anew."""
    other = Store(server)
    other.call(lambda connection: driver(connection).execute(END_ALL).fetchall())
    other.close()


def test_one_process_collects_and_sends_and_the_next_is_told_which(server: Server) -> None:
    with only_writer(server):
        assert kind_of(server).is_held_here()
        told = f"process {os.getpid()} on .* is already collecting and sending"
        with pytest.raises(LockedError, match=told), only_writer(server):
            pass
    assert not kind_of(server).is_held_here()
    with only_writer(server):
        pass


def test_a_server_that_was_away_between_two_transactions_is_not_noticed(store: Store, server: Server) -> None:
    store.call(put, "before")
    end_all(server)
    store.call(put, "after")
    assert outside(store, "select name from meta order by name") == [("after",), ("before",)]


def test_what_was_begun_when_it_went_away_is_undone_and_told(store: Store, server: Server) -> None:
    def cut_off(connection: Connection) -> None:
        put(connection, "half")
        ((mine,),) = driver(connection).execute("select pg_backend_pid()").fetchall()
        with kind_of(server).looking() as other:
            other.execute("select pg_terminate_backend(?, 5000)", (mine,))
        put(connection, "other half")

    with pytest.raises(StoreError, match="start again when the server answers"):
        store.call(cut_off)
    assert outside(store, "select name from meta") == []
    store.call(put, "whole")
    assert outside(store, "select name from meta") == [("whole",)]


def test_what_cannot_be_undone_any_more_is_no_error_of_its_own(
    store: Store, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    def cut_off(connection: Connection) -> None:
        raw = driver(connection)
        put(connection, "half")
        with suppress(psycopg.OperationalError), raw.pipeline():  # as executemany sends them
            raw.execute("select pg_terminate_backend(pg_backend_pid())")
            raw.execute("select 1")
        raise RuntimeError("what went wrong")

    with pytest.raises(RuntimeError, match="what went wrong"):
        store.call(cut_off)
    store.call(put, "whole")
    assert outside(store, "select name from meta") == [("whole",)]
    assert "Traceback" not in caplog.text


def test_no_server_no_database_and_no_driver_are_a_sentence_each(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreError, match="start again when the server answers") as refused:
        Store(Server("postgresql://me@127.0.0.1:1/x", PASSWORD))
    assert PASSWORD not in str(refused.value) + repr(refused.value)
    with pytest.raises(StoreError, match="does not exist; make it once, with createdb"):
        Store(Server(postgres.url().format("no_such_database")))
    monkeypatch.setitem(sys.modules, "bot.store.postgres", None)
    with pytest.raises(StoreError, match=r'pip install "paperround\[postgres\]"'):
        Store(Server("postgresql://me@127.0.0.1:1/x"))


def test_the_configuration_knows_it_and_shows_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    file.write_text('database = "postgresql://me@db.example/papers"\ndatabase_password_env = "PW"\n')
    found = loading.load(file, {"PW": PASSWORD}, secrets_too=False)
    assert found.database == Server("postgresql://me@db.example/papers", PASSWORD)
    assert found.in_clear() == (PASSWORD,)
    assert PASSWORD not in repr(found) + repr(found.database) + str(found.database)
    monkeypatch.setattr(addresses, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r'pip install "paperround\[postgres\]"'):
        loading.load(file, {"PW": PASSWORD})


def test_a_database_of_somebody_elses_or_of_a_newer_version_is_left_as_it_is() -> None:
    with postgres.database(empty=True) as server:
        with kind_of(server).looking() as raw:
            assert kind_of(server).version(raw) is None
        theirs = kind_of(server).engine(looks=False)
        with theirs.begin() as connection:
            driver(connection).execute("create table paper (theirs text)")
        with pytest.raises(StoreError, match="holds something else"):
            Store(server)
        with theirs.begin() as connection:
            asked = "select tablename from pg_tables where schemaname = 'public'"
            assert driver(connection).execute(asked).fetchall() == [("paper",)]
        theirs.dispose()
    with postgres.database(empty=True) as server:
        store = Store(server)
        store.call(lambda connection: driver(connection).execute("update alembic_version set version_num = 'f00d'"))
        store.close()
        with pytest.raises(StoreError, match="newer Paper Round"):
            Store(server)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_new_database_that_has_not_every_letter_is_refused(encoding: str) -> None:
    with postgres.database(empty=True, encoding=encoding) as server:
        told = rf"\({encoding}\): make one with createdb --encoding UTF8 --template template0"
        with pytest.raises(StoreError, match=told):
            Store(server)


def test_one_that_is_used_already_goes_on_and_a_check_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres.database(empty=True, encoding="LATIN1") as server:
        with monkeypatch.context() as before:
            before.setattr(postgres_kind, "WHOLE", "LATIN1")
            Store(server).close()
        assert "has not every letter (LATIN1)" in kind_of(server).unwritable()
        store = Store(server)
        store.call(put, "é")
        assert outside(store, "select name from meta") == [("é",)]
        store.close()


def test_texts_are_compared_by_their_bytes_and_numbers_have_64_bits(database: Server) -> None:
    store = Store(database)
    store.call(put, "z", "é", "Z", "a\U0010ffff", "a b", "ab")
    assert outside(store, "select name from meta where name > 'A' order by name") == [
        ("Z",), ("a b",), ("ab",), ("a\U0010ffff",), ("z",), ("é",)
    ]  # fmt: skip
    file = File("x.html", "", "s", 1, 1_767_700_000_123_456_789, 1767700000.1234567)
    store.call(published.replace, [file], [])
    assert store.call(published.pages) == {"x.html": file}
    store.close()


def test_a_nul_that_a_file_would_hold_does_not_stop_it(store: Store) -> None:
    store.call(put, "a\0b")
    assert outside(store, "select name from meta") == [("a\ufffdb",)]


def test_rows_that_are_inserted_together_are_one_statement_that_leaves_out_what_is_there(store: Store) -> None:
    """As each would be alone: values exact, in their order, a NUL shown, and the default for what is not given."""
    rows = [("slack", "a\0\\u0000b", ""), ("slack", "ü\u2028", "1"), ("slack", "ü\u2028", "1")]
    names = "insert into destination (scheme, address, thread) values (?, ?, ?) on conflict do nothing"
    moments = "insert into news (paper_id, source, began, whole) values (?, ?, ?, ?)"
    paper = (
        "insert into paper (id, key, entry_id, announced, first_seen, updated, data) values (7, '', '', '', 0, 0, '')"
    )

    def insert(connection: Connection) -> list[int]:
        raw = driver(connection)
        raw.execute(paper)
        counts = [raw.executemany(names, rows[:1]).rowcount, raw.executemany(names, iter(rows)).rowcount]
        return [
            *counts,
            raw.executemany(names, []).rowcount,
            raw.executemany(moments, [(7, "", 0.1 + 0.2, True)]).rowcount,
        ]

    assert store.call(insert) == [1, 1, 0, 1]
    found = outside(store, "select address, thread, not_before from destination order by id")
    assert found == [("a\ufffd\\u0000b", "", 0.0), ("ü\u2028", "1", 0.0)]
    assert outside(store, "select began, whole, before, lane from news") == [(0.1 + 0.2, True, None, 0)]


def test_a_watch_sees_each_commit_of_others_and_survives_its_server(store: Store, server: Server) -> None:
    watch = kind_of(server).watch()
    until(lambda: watch.version() == watch.version())  # other processes of the suite commit on this server, too
    first = watch.version()
    store.call(put, "x")
    second = watch.version()
    assert second != first
    end_all(server)
    assert watch.version() is not None
    watch.close()


async def test_the_web_server_sees_what_was_committed_at_once(server: Server, tmp_path: Path) -> None:
    desk, looks = Desk(tmp_path, database=server), Store(server, only_looks=True)
    live = LiveArchive(looks, desk.clock)
    assert len((await live.now()).rows) == 0
    await asyncio.to_thread(desk.enqueue, 3)
    assert len((await live.now()).rows) == 3
    live.close()
    looks.close()
    desk.store.close()


def test_a_copy_for_a_rehearsal_holds_all_that_there_is(server: Server, tmp_path: Path) -> None:
    desk, path = Desk(tmp_path, database=server), tmp_path / "copy.db"
    desk.enqueue(3)
    desk.store.copy_to(path)
    copy = Store(path)
    assert copy.call(every_row) == desk.store.call(every_row)
    copy.close()
    desk.store.close()


def test_two_commands_one_database(server: Server, tmp_path: Path) -> None:
    with world(tmp_path, server) as here:
        here.configure(DAILY, alert("all", "*", "telegram:@papers"))
        with only_writer(server):
            second = here.run("once")
        assert (second.returncode, second.stderr.count(f"process {os.getpid()} on ")) == (1, 1)
        assert here.run("search", "*").stdout.splitlines()[-1].startswith("0 papers")
        assert here.run("backup", "x.db").returncode == 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("select ? like '%x'", "select %s like '%%x'"),
        ("select ?2, ?1", "select %(2)s, %(1)s"),
        ("select :kept, 'a:b' from x", "select %(kept)s, 'a:b' from x"),
        ("select 1 from due indexed by due_soon where a = ?", "select 1 from due where a = %s"),
        ("json_extract(paper.data, '$.votes')", "(paper.data::json ->> 'votes')"),
        ("json_extract(data, '$.links.code')", "(data::json #>> '{links,code}')"),
    ],
)
def test_a_statement_is_put_in_postgresqls_words(ours: str, theirs: str) -> None:
    assert spelled(ours)[0] == theirs
