"""Wake-ups as jobs of Procrastinate: "look at lane X", and "sweep". The outbox is the truth: they may all be lost.

A lane is queued once (`queueing_lock`) and runs once (`lock`). With both on a job, Procrastinate's own way to recover
what a dead worker left breaks: it puts the job back, the lane was queued again meanwhile, and the two collide for ever
(measured, 3.10). So the sweep fails such a job and queues the lane anew, and is itself never locked while it runs.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker
from psycopg.errors import RaiseException

from bot.store.database import Server, StoreError
from bot.store.leases import me
from bot.store.postgres import ALIVE
from bot.store.workers import BEAT, DEAD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection

    from psycopg import AsyncConnection

LANES, SWEEPS = "lanes", "sweeps"
"""Queues: a sweep waits for no lane."""
_EVERY_TEN_SECONDS = "* * * * * */10"
_LANE_POLL, _SWEEP_POLL = 1.0, 2.0
"""Seconds between two looks for what nobody was told of: a lane that was queued while it ran, and sweeps."""
_FEW = 20
"""So many lanes are queued without asking which are."""
_AT_ONCE = 500
"""Lanes that are queued together."""
_SCHEMA = "procrastinate"
_MAKING = 1_886_547_822
"""Advisory lock of who makes the schema."""
_MADE_BY = "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s"


class Queue:
    """The jobs of a database. `lane` runs a lane that was woken, `due` says which have something due."""

    def __init__(
        self, server: Server, lane: Callable[[int], Awaitable[None]], due: Callable[[], Awaitable[Collection[int]]]
    ) -> None:
        self._due = due
        where = {
            "password": server.password or None,
            "options": f"-c search_path={_SCHEMA} -c default_transaction_isolation=read\\ committed",
            "application_name": f"jobs of {me()}"[:63],
        }
        self._connector = PsycopgConnector(
            conninfo=server.url, kwargs={**where, **ALIVE}, min_size=1, max_size=4, timeout=10
        )
        self._app = _App(connector=self._connector)
        self._jobs = _Jobs(self._connector)
        self._app.job_manager = self._jobs

        @self._app.task(name="lane", queue=LANES)
        async def _lane(lane_id: int) -> None:
            await lane(lane_id)

        @self._app.periodic(cron=_EVERY_TEN_SECONDS)
        @self._app.task(name="sweep", queue=SWEEPS, queueing_lock="sweep")
        async def _sweep(timestamp: int) -> None:
            await self.sweep()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """While the block runs; its tables are made if they are not there. Raises ConnectorException, StoreError."""
        async with self._app.open_async():
            async with self._connector.pool.connection() as connection:
                await _make(connection)
            yield

    async def work(self, stop: asyncio.Event, concurrency: int, grace: float) -> None:
        """Run so many lanes at a time, and sweep, until stopped; what runs then has the grace (seconds).

        Raises ConnectorException when the database goes away.
        """
        shared: Any = {
            "update_heartbeat_interval": BEAT,
            "stalled_worker_timeout": DEAD,
            "shutdown_graceful_timeout": grace,
            "delete_jobs": "always",
            "install_signal_handlers": False,
        }
        lanes: Any = {
            "queues": [LANES],
            "name": LANES,
            "concurrency": concurrency,
            "fetch_job_polling_interval": _LANE_POLL,
        }
        sweeps: Any = {
            "queues": [SWEEPS],
            "name": SWEEPS,
            "listen_notify": False,
            "fetch_job_polling_interval": _SWEEP_POLL,
        }
        workers = [asyncio.create_task(self._app.run_worker_async(**shared, **one)) for one in (lanes, sweeps)]
        self._jobs.lost.clear()
        events = [asyncio.create_task(one.wait()) for one in (stop, self._jobs.lost)]
        try:
            await asyncio.wait([*events, *workers], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (*events, *workers):
                one.cancel()
            # Who is given up here cancels them once more, and sees their end: their connections are closed after this.
            await asyncio.gather(*workers, return_exceptions=True)
        for worker in workers:
            if not worker.cancelled():
                worker.result()
        if not stop.is_set():
            raise ConnectorException("the connection was lost")

    async def wake(self, lanes: Collection[int]) -> None:
        """Queue each that is not; one that runs is looked at once more."""
        jobs = [_job(lane) for lane in lanes]
        if len(jobs) > _FEW:
            queued = await self._jobs.list_jobs_async(queue=LANES, status=Status.TODO.value)
            there = {one.queueing_lock for one in queued}
            jobs = [one for one in jobs if one.queueing_lock not in there]
        for start in range(0, len(jobs), _AT_ONCE):
            await self._defer(jobs[start : start + _AT_ONCE])

    async def _defer(self, jobs: list[Job]) -> None:
        try:
            await self._jobs.batch_defer_jobs_async(jobs)
        except AlreadyEnqueued:  # one of them
            if len(jobs) > 1:
                half = len(jobs) // 2
                await self._defer(jobs[:half])
                await self._defer(jobs[half:])

    async def sweep(self) -> None:
        """What dead workers left is failed, and every lane with something due is queued."""
        for job in await self._jobs.get_stalled_jobs(seconds_since_heartbeat=DEAD):
            await self._jobs.finish_job(job, Status.FAILED, delete_job=True)
        await self.wake(await self._due())


class _Worker(Worker):
    """Given up while it ends, it leaves nothing of its own running: its connections are closed after this."""

    async def _shutdown(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        try:
            await super()._shutdown(side_tasks)
        except asyncio.CancelledError:
            left = [*side_tasks, *self._running_jobs]
            for one in left:
                one.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            raise


class _App(App):
    def _worker(self, **options: Any) -> Worker:
        return _Worker(app=self, **options)


class _Jobs(JobManager):
    """Knows of a job whose end could not be told, which would be a living worker's for ever."""

    def __init__(self, connector: PsycopgConnector) -> None:
        super().__init__(connector)
        self.lost = asyncio.Event()

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001  (the library's)
        """Unless a sweep did it meanwhile, since we were taken for dead."""
        try:
            await super().finish_job(job, status, delete_job)
        except ConnectorException as error:
            if not isinstance(error.__cause__, RaiseException):
                self.lost.set()


def _job(lane: int) -> Job:
    lock = f"lane {lane}"
    return Job(queue=LANES, task_name="lane", task_kwargs={"lane_id": lane}, lock=lock, queueing_lock=lock)


async def _make(connection: AsyncConnection[Any]) -> None:
    """Procrastinate's tables in a schema of their own; anew for a newer Procrastinate: wake-ups may be lost."""
    schema = SchemaManager.get_schema()
    ours = f"{version('procrastinate')} {hashlib.sha256(schema.encode()).hexdigest()[:16]}"
    await connection.execute(f"select pg_advisory_xact_lock({_MAKING})")
    row = await (await connection.execute(_MADE_BY, (_SCHEMA,))).fetchone()
    if row and not row[0]:
        raise StoreError(f"its schema {_SCHEMA} is another program's: give Paper Round a database of its own")
    theirs = row[0] if row else None
    if theirs is not None and theirs.split()[1:] == ours.split()[1:]:
        return
    if theirs is not None and _numbers(theirs) > _numbers(ours):
        raise StoreError(f"the database's jobs are Procrastinate {theirs.split()[0]}'s; install that one here too")
    if row:
        await connection.execute(f"drop schema {_SCHEMA} cascade")
    await connection.execute(f"create schema {_SCHEMA}")
    await connection.execute(schema)
    await connection.execute(f"comment on schema {_SCHEMA} is '{ours}'")


def _numbers(made_by: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d+", made_by.split(maxsplit=1)[0])]
