"""Who is at work on a server's database, as the others know it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, inspect

from bot.process.clock import Clock
from bot.store import workers
from bot.store.database import Database
from bot.store.engine import HEAD, Store, driver
from bot.store.life import SharedLife
from tests import postgres
from tests.desk import outside
from tests.older import SINCE_0011

LATE = f"update worker set beat = beat - {workers.DEAD + 1}"


@pytest.fixture
def store() -> Iterator[Store]:
    with postgres.database() as server:
        made = Store(server)
        yield made
        made.close()


def say(connection: Connection, statement: str) -> None:
    driver(connection).execute(statement)


def test_one_that_gives_no_sign_of_life_is_dead_and_forgotten(store: Store) -> None:
    store.call(workers.join, "a", "run")
    store.call(say, LATE)
    store.call(workers.join, "b", "work")
    assert [(one.id, one.kind) for one in store.call(workers.alive)] == [("b", "work")]
    assert store.call(workers.beat, "a")  # nobody had noticed
    assert [one.id for one in store.call(workers.alive)] == ["a", "b"]
    assert store.call(workers.bury) == 0
    store.call(say, LATE)
    assert store.call(workers.bury) == 2
    assert not store.call(workers.beat, "a")


async def test_it_gives_signs_of_life_until_it_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "BEAT", 0.01)
    life = SharedLife(store, "work", Clock().elapsed)
    await life.join()
    (first,) = await store.run(workers.alive)
    await store.run(say, LATE)
    while not (found := await store.run(workers.alive)):
        pass
    assert found[0].id == first.id == life.name
    assert found[0].beat >= first.beat
    life.end()
    await store.run(workers.leave, life.name)
    assert await store.run(workers.alive) == []


async def test_one_that_was_taken_for_dead_goes_on_by_another_name(store: Store) -> None:
    ahead = 0.0
    life = SharedLife(store, "work", lambda: Clock().elapsed() + ahead)
    await life.join()
    before = life.name
    await life.be_sure()
    assert life.name == before
    await store.run(say, "delete from worker")
    ahead = 60.0  # it was stopped
    await life.be_sure()
    assert life.name != before
    assert [one.id for one in await store.run(workers.alive)] == [life.name]
    life.end()


def test_a_database_from_before_is_brought_up_to_date(database: Database) -> None:
    made = Store(database)
    wanted = made.call(tables)
    for statement in SINCE_0011:
        made.call(say, statement)
    made.close()
    again = Store(database)
    assert again.call(tables) == wanted
    assert outside(again, "select version_num from alembic_version") == [(HEAD,)]
    again.close()


def tables(connection: Connection) -> dict[str, list[tuple[str, str, bool, object]]]:
    """Name -> its columns."""
    found = inspect(connection)
    return {
        name: sorted((c["name"], repr(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(name))
        for name in sorted(found.get_table_names())
    }
