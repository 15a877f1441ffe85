"""Works that gather for one commit: durable when told, and a broken one is undone alone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.store.database import Database
from bot.store.engine import Store, StoreError, driver
from bot.store.outbox import outcomes
from tests.desk import Desk, outside


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


def note(connection: Connection, name: str, *, broken: bool = False) -> str:
    driver(connection).execute("insert into meta values (?, 'x')", (name,))
    if broken:
        raise KeyError(name)
    return name


def noted(store: Store) -> list[str]:
    """Seen from outside: only what is committed."""
    return [name for (name,) in outside(store, "select name from meta order by name")]


async def test_many_works_share_a_commit_and_each_hears_its_own_answer(store: Store) -> None:
    commits: list[object] = []
    store.call(lambda connection: event.listen(connection.engine, "commit", commits.append))
    told = await asyncio.gather(*(store.run_together(note, f"{n:02}") for n in range(40)))
    assert told == noted(store) == [f"{n:02}" for n in range(40)]
    assert 1 < len(commits) < 10


async def test_a_broken_work_is_undone_alone(store: Store) -> None:
    works = (store.run_together(note, str(n), broken=n == 2) for n in range(5))
    told = await asyncio.gather(*works, return_exceptions=True)
    assert [str(one) for one in told] == ["0", "1", "'2'", "3", "4"]
    assert noted(store) == ["0", "1", "3", "4"]


async def test_a_fault_of_the_database_is_told_as_one(store: Store) -> None:
    with pytest.raises(StoreError, match=r"no such table|does not exist"):
        await store.run_together(lambda connection: connection.exec_driver_sql("select * from nowhere"))


async def test_what_was_asked_for_is_done_though_no_one_waits_any_more(store: Store) -> None:
    asked = asyncio.ensure_future(store.run_together(note, "left behind"))
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.wait([asked])
    await asyncio.to_thread(store.close)
    assert noted(store) == ["left behind"]


@pytest.mark.usefixtures("database")
async def test_the_next_request_goes_while_what_arrived_is_recorded(desk: Desk) -> None:
    desk.enqueue(1, "-1001", "-1002")
    desk.channel.concurrency, went, both = 1, list[str](), asyncio.Event()
    run: Callable[..., Awaitable[Any]] = desk.store.run_together

    async def slow(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if work is outcomes.sent:
            await asyncio.wait_for(both.wait(), 5)
        return await run(work, *args, **kwargs)

    def go() -> None:
        went.append("went")
        if len(went) == 2:
            both.set()

    desk.store.run_together, desk.channel.before_send = slow, go  # type: ignore[assignment,method-assign]
    await desk.drain()
    assert desk.state() == ["sent", "sent"]
