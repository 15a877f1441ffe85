"""A server that goes away is waited for: what is committed is done once, whatever was heard of it."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from bot.process.clock import Clock
from bot.store import engine
from bot.store.database import AwayError, StoreError
from bot.store.engine import Store, driver
from bot.store.kinds import kind_of
from bot.store.schema import meta
from bot.web.live import LiveArchive
from tests import postgres
from tests.desk import outside
from tests.fakes.wire import Wire

WRITTEN = "select name from meta order by name"


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    monkeypatch.setattr(engine, "AGAIN", 0.02)
    with postgres.database() as server, Wire(server) as made:
        yield made


@pytest.fixture
def store(wire: Wire) -> Iterator[Store]:
    made = Store(wire.server, waits=True)
    yield made
    made.close()


def put(connection: Connection, name: str) -> str:
    driver(connection).execute("insert into meta values (?, 'x')", (name,))
    return name


@pytest.mark.parametrize("together", [False, True])
async def test_a_commit_whose_answer_is_lost_is_done_once(store: Store, wire: Wire, together: bool) -> None:
    run = store.run_together if together else store.run
    await run(put, "first")
    wire.lose_an_answer()
    assert await asyncio.gather(run(put, "second"), run(put, "third")) == ["second", "third"]
    assert wire.lost == 1
    assert outside(store, WRITTEN) == [("first",), ("second",), ("third",)]


async def test_who_does_not_wait_is_told_that_the_server_went_away(wire: Wire) -> None:
    hasty = Store(wire.server)
    wire.lose_an_answer()
    with pytest.raises(AwayError, match="start again when the server answers"):
        await hasty.run(put, "first")
    assert await hasty.run(put, "second") == "second"
    hasty.close()


async def test_what_was_undone_in_the_middle_is_done_anew(store: Store) -> None:
    tries = []

    def cut_off_once(connection: Connection) -> int:
        put(connection, "half")
        tries.append(1)
        if len(tries) == 1:
            ((mine,),) = driver(connection).execute("select pg_backend_pid()").fetchall()
            with kind_of(store.database).looking() as other:
                other.execute("select pg_terminate_backend(?, 5000)", (mine,))
        put(connection, "whole")
        return len(tries)

    assert await store.run(cut_off_once) == 2
    assert outside(store, WRITTEN) == [("half",), ("whole",)]


async def test_it_is_waited_for_until_it_answers_again(store: Store, wire: Wire) -> None:
    await store.run(put, "first")
    wire.cut()
    wire.end_all()
    writing = asyncio.create_task(store.run(put, "second"))
    await asyncio.sleep(0.2)
    assert not writing.done()
    wire.mend()
    assert await writing == "second"


async def test_one_that_takes_no_changes_for_a_while_is_waited_for(store: Store, wire: Wire) -> None:
    """As while another server takes over."""
    await store.run(put, "first")
    with postgres.that_only_reads(wire.server):
        wire.end_all()
        writing = asyncio.create_task(store.run(put, "second"))
        await asyncio.sleep(0.2)
        assert not writing.done()
    assert await writing == "second"


async def test_who_does_not_wait_is_told_that_it_takes_no_changes(wire: Wire) -> None:
    hasty = Store(wire.server)
    with postgres.that_only_reads(wire.server):
        wire.end_all()
        with pytest.raises(AwayError, match="it takes no changes, as a standby does"):
            await hasty.run(put, "first")
    hasty.close()


async def test_while_it_hangs_all_else_goes_on(wire: Wire) -> None:
    looks = Store(wire.server, only_looks=True)
    live = LiveArchive(looks, Clock())
    before = await live.now()
    wire.cut()
    late = threading.Timer(5, wire.mend)
    late.start()
    asking = asyncio.create_task(live.now())
    await asyncio.sleep(0.05)
    assert not asking.done()
    assert late.is_alive()
    late.cancel()
    wire.mend()
    assert await asking is before
    live.close()
    looks.close()


async def test_at_the_end_it_is_waited_for_no_longer(wire: Wire) -> None:
    store = Store(wire.server, waits=True)
    wire.close()
    writing = asyncio.create_task(store.run(put, "first"))
    await asyncio.sleep(0.1)
    assert not writing.done()
    store.close()
    with pytest.raises(StoreError):
        await writing


async def test_a_transaction_whose_process_is_stopped_holds_the_others_up_for_a_while_alone(store: Store) -> None:
    def told(connection: Connection) -> str:
        raw = driver(connection)
        return str(raw.execute("select current_setting('idle_in_transaction_session_timeout')").fetchone()[0])

    assert await store.run(told) == "20s"
    tries = []

    def stopped_once(connection: Connection) -> str:
        tries.append(1)
        put(connection, "first")
        if len(tries) == 1:
            driver(connection).execute("set local idle_in_transaction_session_timeout = '10ms'")
            time.sleep(0.2)
        return str(connection.execute(select(meta.c.name)).scalar())

    assert await store.run(stopped_once) == "first"
    assert len(tries) == 2


async def test_a_number_from_before_the_server_was_started_anew_proves_nothing(store: Store) -> None:
    kind = kind_of(store.database)
    first = await store.run(lambda connection: kind.transaction(driver(connection)))
    asked = [first, "then " + first.rpartition(" ")[2], first.rpartition(" ")[0] + " 99999"]
    with pytest.raises(StoreError, match="in the future"):
        await store.run(lambda connection: kind.is_committed(driver(connection), asked[2]))
    found = await store.run(lambda connection: [kind.is_committed(driver(connection), one) for one in asked[:2]])
    assert found == [True, False]
