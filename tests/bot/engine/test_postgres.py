"""Lanes by wake-ups: queued once, run once, and woken anew when whoever ran them is dead."""

import asyncio
import gc
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from procrastinate.exceptions import UniqueViolation

from bot.commands import work as command
from bot.delivery.deliverer import Deliverer
from bot.engine import choice, queue
from bot.engine.choice import engine_of
from bot.engine.queue import DEAD, Queue
from bot.process.clock import Clock
from bot.process.stopping import given_up
from bot.store.database import Server, StoreError
from bot.store.engine import Store
from bot.store.postgres import ALIVE
from tests import postgres
from tests.desk import Desk, outside
from tests.fakes.channel import FakeChannel
from tests.world import DAILY, World, alert, until, world


@pytest.fixture
def desk(tmp_path: Path, server: Server) -> Iterator[Desk]:
    made = Desk(tmp_path, database=server)
    made.clock = Clock()  # type: ignore[assignment]
    made.channel = Counted(made.clock)
    yield made
    made.store.close()


class Counted(FakeChannel):
    """Counts what is being sent to an address at the same time."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.concurrency = 100
        self.inside: dict[str, int] = {}
        self.most_inside = 0

    async def send(self, address: str, thread: str, payload: Any, delivery: str) -> Any:
        self.inside[address] = self.inside.get(address, 0) + 1
        self.most_inside = max(self.most_inside, self.inside[address])
        await asyncio.sleep(0.01)
        self.inside[address] -= 1
        return await super().send(address, thread, payload, delivery)


@asynccontextmanager
async def engines(desk: Desk, *leads: bool) -> AsyncIterator[None]:
    """So many at work on one database while the block runs."""
    stop, stores = asyncio.Event(), [Store(desk.store.database) for _ in leads]
    tasks = []
    for store, one in zip(stores, leads, strict=True):
        deliverer = Deliverer(store, {"telegram": desk.channel}, ZoneInfo("UTC"), 0.2, desk.clock)
        serve = engine_of(store, deliverer, desk.clock, 0.2, 2.0, leads=one, concurrency=4)
        tasks.append(asyncio.create_task(serve(asyncio.Event(), stop)))
    yield
    stop.set()
    await asyncio.gather(*tasks)
    for store in stores:
        store.close()


async def arrived(desk: Desk, count: int) -> None:
    async with asyncio.timeout(20):
        while len(desk.channel.taken) < count:  # noqa: ASYNC110  (of many senders)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def an_open_queue(server: Server, *due: int) -> AsyncIterator[Queue]:
    async def nothing(_lane: int) -> None: ...

    async def these() -> list[int]:
        return list(due)

    made = Queue(server, nothing, these)
    async with made.open():
        yield made


async def test_its_connections_are_as_the_stores_are(server: Server) -> None:
    """A server that vanished is given up while data is on its way, and each statement sees what is committed."""
    with closing(as_procrastinate(server)) as other:
        other.execute(f"alter database {other.info.dbname} set default_transaction_isolation = 'serializable'")
        try:
            async with an_open_queue(server) as made, made._connector.pool.connection() as one:
                known = one.info.get_parameters()
                assert {name: known[name] for name in ALIVE} == {name: str(value) for name, value in ALIVE.items()}
                shown = await one.execute("show transaction_isolation")
                assert await shown.fetchone() == ("read committed",)
        finally:
            other.execute(f"alter database {other.info.dbname} reset default_transaction_isolation")


_JOBS = "select queueing_lock, status::text from procrastinate.procrastinate_jobs order by 1, 2"
_FETCH = "select id from procrastinate_fetch_job_v2(null, %s)"
_WAIT = "select count(*) from pg_locks where not granted and relation = 'procrastinate_workers'::regclass"
_OLD = "update procrastinate_workers set last_heartbeat = now() - %s * interval '1 second'"


def jobs(server: Server) -> list[tuple[str, str]]:
    with closing(psycopg.connect(server.url)) as connection:
        return connection.execute(
            "select queueing_lock, status::text from procrastinate.procrastinate_jobs order by 1, 2"
        ).fetchall()


def as_procrastinate(server: Any) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(server.url, autocommit=True, options="-c search_path=procrastinate")


async def done_by_another(server: Any, statement: str) -> None:
    """In a thread: what the queue's own connections hold is let go on the loop that a statement here would stop."""

    def done() -> None:
        with closing(as_procrastinate(server)) as connection:
            connection.execute(statement)

    await asyncio.to_thread(done)


def taken_by_one_that_died(server: Server) -> None:
    with closing(as_procrastinate(server)) as connection:
        ((worker,),) = connection.execute("select worker_id from procrastinate_register_worker_v1()").fetchall()
        while connection.execute("select id from procrastinate_fetch_job_v2(null, %s)", (worker,)).fetchone() != (
            None,
        ):
            pass
        connection.execute(
            "update procrastinate_workers set last_heartbeat = now() - %s * interval '1 second'", (DEAD + 1,)
        )


async def found(connection: psycopg.Connection[tuple[Any, ...]], question: str, answer: int) -> None:
    async with asyncio.timeout(20):
        while connection.execute(question).fetchone() != (answer,):  # noqa: ASYNC110  (of another process)
            await asyncio.sleep(0.01)


async def test_a_stop_that_takes_too_long_leaves_nobody_behind_on_connections_that_are_closed(server: Server) -> None:
    stop = asyncio.Event()
    with closing(as_procrastinate(server)) as another, closing(as_procrastinate(server)) as looks:
        async with an_open_queue(server) as made:
            work = asyncio.create_task(made.work(stop, 1, 0.1))
            await found(looks, "select count(*) from procrastinate_workers", 2)
            await asyncio.to_thread(another.execute, "begin; lock procrastinate_workers")
            stop.set()
            await found(looks, _WAIT, 2)
            await given_up([work], 1.0)
    assert work.cancelled()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_who_is_given_up_leaves_no_lane_behind_that_runs(server: Server) -> None:
    runs = asyncio.Event()

    async def never(_lane: int) -> None:
        runs.set()
        await asyncio.Event().wait()

    async def none() -> list[int]:
        return []

    made = Queue(server, never, none)
    async with made.open():
        await made.wake([1])
        work = asyncio.create_task(made.work(asyncio.Event(), 1, 60))
        async with asyncio.timeout(20):
            await runs.wait()
        await given_up([work], 0.2)
    assert work.cancelled()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_trap_of_both_locks_is_there_and_a_sweep_gets_out_of_it(server: Server) -> None:
    async with an_open_queue(server, 1, 3) as made:
        await made.wake([1, 2])
        taken_by_one_that_died(server)
        await made.wake([1])
        assert jobs(server) == [("lane 1", "doing"), ("lane 1", "todo"), ("lane 2", "doing")]
        stalled = {job.queueing_lock: job for job in await made._jobs.get_stalled_jobs(seconds_since_heartbeat=DEAD)}
        with pytest.raises(UniqueViolation):
            await made._jobs.retry_job(stalled["lane 1"])
        await made.sweep()
        assert jobs(server) == [("lane 1", "todo"), ("lane 3", "todo")]


async def test_a_lane_is_queued_once_whoever_else_is(server: Server) -> None:
    async with an_open_queue(server) as made:
        await made.wake([2])
        await made.wake([1, 2, 3])
        await made.wake(range(1, 40))
        assert jobs(server) == sorted((f"lane {n}", "todo") for n in range(1, 40))


async def test_three_processes_send_everything_once_each_lane_in_order_and_one_at_a_time(desk: Desk) -> None:
    lanes = [f"-{n}" for n in range(1, 7)]
    desk.enqueue(8, *lanes)
    async with engines(desk, True, False, False):
        await arrived(desk, 48)
    for lane in lanes:
        assert [one.text for one in desk.channel.posts if one.address == lane] == [f"Paper {n}" for n in range(1, 9)]
    assert desk.channel.most_inside == 1
    assert {state for _, state in jobs(desk.store.database)} <= {"todo"}  # nothing was left in hand


async def test_a_worker_delivers_while_nobody_leads(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_EVERY_TEN_SECONDS", "* * * * * *")
    desk.enqueue(2, "-1", "-2")
    async with engines(desk, False):
        await arrived(desk, 4)


async def test_a_lane_that_died_in_a_jobs_hands_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_EVERY_TEN_SECONDS", "* * * * * *")
    desk.enqueue(3, "-1")
    async with an_open_queue(desk.store.database) as made:
        await made.wake([1])
        taken_by_one_that_died(desk.store.database)
        await made.wake([1])
    async with engines(desk, False):
        await arrived(desk, 3)
    assert desk.channel.taken == ["Paper 1", "Paper 2", "Paper 3"]


async def in_hand(desk: Desk, address: str) -> None:
    async with asyncio.timeout(10):
        while address in desk.channel.held_up:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_job_that_was_taken_away_while_it_ran_is_no_failure(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    go_on = desk.channel.held_up["-1"] = asyncio.Event()
    desk.enqueue(2, "-1")
    async with engines(desk, True):
        await in_hand(desk, "-1")
        await done_by_another(desk.store.database, "delete from procrastinate_jobs")
        go_on.set()
        await arrived(desk, 2)
    gc.collect()
    assert [one for one in caplog.records if one.name == "asyncio"] == []


async def test_a_job_whose_end_could_not_be_told_is_not_its_workers_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_EVERY_TEN_SECONDS", "* * * * * *")
    go_on = desk.channel.held_up["-1"] = asyncio.Event()
    desk.enqueue(1, "-1")
    async with engines(desk, True):
        await in_hand(desk, "-1")
        await done_by_another(desk.store.database, "alter function procrastinate_finish_job_v1 rename to gone")
        go_on.set()
        await arrived(desk, 1)
        await asyncio.sleep(0.2)
        await done_by_another(desk.store.database, "alter function gone rename to procrastinate_finish_job_v1")
        await asyncio.to_thread(desk.enqueue, 2, "-1")
        await arrived(desk, 2)


async def test_a_lane_that_keeps_a_pace_gives_its_room_to_others(desk: Desk) -> None:
    desk.channel._interval = 10
    desk.enqueue(2, *(f"-{n}" for n in range(1, 21)))
    async with engines(desk, True):
        await arrived(desk, 20)
    assert len({post.address for post in desk.channel.posts}) == 20  # with four rooms kept, four lanes would end first


async def test_its_tables_are_in_a_schema_of_their_own_and_made_anew_for_a_newer_one(server: Server) -> None:
    def told(words: str) -> None:
        with closing(psycopg.connect(server.url, autocommit=True)) as connection:
            connection.execute(f"comment on schema procrastinate is '{words}'")

    async with an_open_queue(server) as made:
        await made.wake([1])
    told("3.9.1 0123456789abcdef")
    async with an_open_queue(server):
        assert jobs(server) == []
    told("99.0.0 0123456789abcdef")
    with pytest.raises(StoreError, match=r"Procrastinate 99\.0\.0's; install that one here too"):
        async with an_open_queue(server):
            pass
    told("")
    with pytest.raises(StoreError, match="another program's"):
        async with an_open_queue(server):
            pass
    store = Store(server)
    ours = "select count(*) from pg_tables where schemaname = 'public' and tablename like 'procrastinate%'"
    assert outside(store, ours) == [(0,)]
    store.close()


async def test_a_server_that_was_away_is_waited_for(desk: Desk) -> None:
    end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'jobs of%'"
    async with engines(desk, True):
        desk.enqueue(1, "-1")
        await arrived(desk, 1)
        await done_by_another(desk.store.database, end)
        desk.enqueue(2, "-1")
        await arrived(desk, 2)


@pytest.mark.on_sqlite_alone("who has a file")
def test_who_has_a_file_imports_no_queue_and_work_says_what_it_wants(here: World) -> None:
    here.configure(DAILY)
    asked = (
        "import sys, bot.commands.run, bot.commands.work; print([one for one in sys.modules if 'procrastinate' in one])"
    )
    assert here.run_python(asked, PYTHONHASHSEED="1").stdout.strip() == "[]"
    done = here.run("work")
    assert (done.returncode, done.stderr.count("run alone delivers from it")) == (2, 1)


def test_without_procrastinate_a_sentence_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.engine.postgres", None)
    deliverer = Deliverer(desk.store, {}, ZoneInfo("UTC"), 1.0, desk.clock)
    with pytest.raises(StoreError, match=r'pip install "paperround\[postgres\]"'):
        choice.engine_of(desk.store, deliverer, desk.clock, 1.0, 1.0)


def test_work_waits_for_a_database_that_is_not_there_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "AGAIN", 0.05)
    with postgres.database(empty=True) as server:
        waiting = threading.Thread(target=command.await_made, args=(server,), daemon=True)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        Store(server).close()
        waiting.join(5)
        assert not waiting.is_alive()
    assert "start again when the server answers" in str(command._lacking(Server("postgresql://me@127.0.0.1:1/x")))


def test_work_delivers_and_ends_by_a_signal(tmp_path: Path, server: Server) -> None:
    with world(tmp_path, server) as here:
        here.configure(DAILY, alert("all", "*", "telegram:777"))
        desk = Desk(tmp_path, database=server)
        desk.clock.at = datetime.now(UTC)
        desk.enqueue(5, "777")
        desk.store.close()
        process = here.start("work", "--concurrency", "2")
        until(lambda: len(here.telegram.messages) == 5)
        process.terminate()
        assert process.wait(10) == 0
        assert process.communicate()[1].splitlines()[-1].endswith("stopped")
