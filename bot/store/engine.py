"""The one door to the database: a thread of its own, one function a transaction.

Opens and migrates; the queries stand in the modules beside it. Knows no platform and no source, and leaves what one
database has otherwise than another to bot.store.kinds.
"""

from __future__ import annotations

import asyncio
import copy as copying
import logging
import re
import sqlite3
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from bot.store.copying import copy
from bot.store.database import AwayError, LockedError, StoreError
from bot.store.kind import Door
from bot.store.kinds import kind_of
from bot.store.sqlite import File

if TYPE_CHECKING:  # a command that only reads papers needs none of it, and it takes 0.17 s to import (measured)
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.store.database import Database
    from bot.store.kind import Driver

__all__ = ["HEAD", "Door", "Row", "Store", "StoreError", "driver", "is_current"]

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

HEAD = "0021"
"""The newest migration, so that an up-to-date database starts without importing Alembic."""

STARTING = 2.0
"""Seconds in which another process that just starts may bring the database up to date."""

GATHER = 0.02
"""Seconds in which works gather for one commit when there are many: a commit costs as much processor as the statements
of ten messages (measured)."""

AGAIN = 1.0
"""Seconds after which a database that went away is asked for again."""


class Store:
    """An open database. Every call is one transaction, made durable before it returns.

    One that `only_looks` takes no write lock, so it never holds up the process that collects and sends. One that
    `waits` has its calls wait for a server that goes away: what is committed is done once, whatever was heard of it.
    """

    def __init__(self, database: Database, *, only_looks: bool = False, waits: bool = False) -> None:
        self.database = database
        self._waits = waits
        self._over = threading.Event()
        self._check: Callable[[Connection], None] | None = None
        self._kind = kind_of(database)
        self._engine = self._kind.engine(looks=only_looks)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._together: deque[tuple[asyncio.Future[Any], Callable[[Connection], Any]]] = deque()
        self._called = self._crowded = False
        try:
            self._thread.submit(self._migrate).result()
        except BaseException:
            self.close()
            raise

    async def run(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do `work(connection, ...)` in one transaction, off the event loop. A transaction begun is finished."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._do(work, *args, **kwargs))

    async def run_together(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `run`, in one commit with others that wait at the same moment; for short works only.

        If one fails, all are undone and done again each alone.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._together.append((future, lambda connection: work(connection, *args, **kwargs)))
        if not self._called:
            self._called = True
            delay = GATHER if self._crowded else 0
            loop.call_later(delay, self._thread.submit, self._do_together, loop)
        return await future

    def call(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same without an event loop, for commands that only look."""
        return self._thread.submit(lambda: self._do(work, *args, **kwargs)).result()

    def led(self, check: Callable[[Connection], None]) -> Store:
        """The same, where each call first makes sure of something, in its transaction: it raises what `check` does."""
        one = copying.copy(self)
        one._check, one._together = check, deque()  # noqa: SLF001  (of its own)
        return one

    def wait_no_longer(self) -> None:
        """From now on a database that is away is told at once, also to those who wait for it."""
        self._over.set()

    @property
    def is_shared(self) -> bool:
        """Whether several processes may send on it at the same time."""
        return self._kind.is_shared

    def beside(self) -> AbstractContextManager[Driver]:
        """A connection of its own that waits for none of those who write: each statement is a transaction."""
        return self._kind.beside()

    def close(self) -> None:
        """Finish what was asked for and close."""
        self.wait_no_longer()
        if self._together:
            self._thread.submit(self._do_together)
        self._thread.shutdown(wait=True)
        self._engine.dispose()

    def copy_to(self, path: Path) -> None:
        """A consistent copy as a new file of SQLite, its owner's alone, taken beside a writer."""
        if isinstance(self._kind, File):
            self._kind.copy_to(path)
            return
        there = Store(path)
        try:
            self.call(lambda here: there.call(lambda new: copy(here, new)))
        finally:
            there.close()

    def _do(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        unheard: tuple[str, T] | None = None
        is_away = False
        while True:
            try:
                with self._kind.explained(), self._engine.begin() as connection:
                    raw = driver(connection)
                    if unheard and self._kind.is_committed(raw, unheard[0]):
                        return unheard[1]
                    unheard = None
                    if self._check:
                        self._check(connection)
                    result = work(connection, *args, **kwargs)
                    unheard = self._kind.transaction(raw), result
            except AwayError as error:
                if not self._waits or self._over.is_set():
                    raise
                if not is_away:
                    log.warning("%s; it is waited for, nothing is lost", error.said)
                is_away = True
                self._engine.dispose()  # the next try is made by a connection of then
                self._over.wait(AGAIN)
            else:
                if is_away:
                    log.warning("database %s is there again", self.database)
                return result

    def _do_together(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._called = False  # before looking: what comes from now on calls again
        group = [self._together.popleft() for _ in range(len(self._together))]
        self._crowded = len(group) > 1
        try:
            outcomes = self._do(lambda connection: [work(connection) for _, work in group])
        except BaseException:  # noqa: BLE001  (each of them is told its own below)
            outcomes = [self._do_alone(work) for _, work in group]
        with suppress(RuntimeError):  # the loop ended meanwhile, and no one waits any more
            if loop:
                loop.call_soon_threadsafe(_tell, [future for future, _ in group], outcomes)

    def _do_alone(self, work: Callable[[Connection], Any]) -> Any:
        try:
            return self._do(work)
        except BaseException as error:  # noqa: BLE001  (it belongs to the one who waits for it)
            return error

    def _migrate(self) -> None:
        """Bring the database up to date; only whoever has the writer's lock may, so never under one at work.

        A new one anyone makes: nobody is at work on it, and who starts beside it is not kept from its lock.
        """
        until = time.monotonic() + STARTING
        while (version := self._version()) != HEAD:
            try:
                is_free = version is None or self._kind.is_held_here()
                with nullcontext() if is_free else self._kind.only_writer():
                    self._upgrade()
            except LockedError as error:
                if time.monotonic() > until:
                    advice = "must be brought up to date before it can be used"
                    told = f"database {self.database} is of an older version, and {advice}: {error}"
                    raise StoreError(told) from None
                time.sleep(0.05)

    def _upgrade(self) -> None:
        """Of several at the same moment, one does it and the others wait, those too that only look."""
        engine = self._kind.engine(looks=False)
        try:
            with self._kind.explained(), engine.begin() as connection:
                if self._kind.version(driver(connection)) != HEAD:  # no other process was faster
                    self._kind.upgrade(connection, HEAD)
        finally:
            engine.dispose()

    def _version(self) -> str | None:
        """That of the database. Raises StoreError for one of a newer Paper Round."""
        with self._kind.explained(), self._engine.connect() as connection:
            version = self._kind.version(driver(connection))
        is_current(self.database, version)
        return version


def driver(connection: Door) -> Driver:
    """The driver's connection under a transaction, for the statements that every message costs.

    SQLAlchemy Core takes ten times as long for each (measured: 70 us against 7).
    """
    if isinstance(connection, sqlite3.Connection):
        return connection
    there: Any = connection
    return cast("Driver", there if hasattr(there, "executemany") else there.connection.driver_connection)


def _tell(futures: list[asyncio.Future[Any]], outcomes: list[Any]) -> None:
    for future, outcome in zip(futures, outcomes, strict=True):
        if future.done():  # cancelled; what it asked for is done all the same
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


def is_current(database: Database, version: str | None) -> bool:
    """Whether a database is of this program's version. Raises StoreError for one of a newer."""
    if version is not None and version != HEAD and not _is_older(version):
        raise StoreError(
            f"database {database} was written by a newer Paper Round (its version of the database is {version[:20]!r}, "
            f"this one knows {HEAD!r}); install the newer one again, or put back a copy from before"
        )
    return version == HEAD


def _is_older(version: str) -> bool:
    return re.fullmatch(r"\d{4}", version) is not None and version < HEAD


Row = Any
"""A row of SQLAlchemy Core; its columns are named in bot.store.schema."""
