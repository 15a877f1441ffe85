"""The one door to the database: SQLite on a thread of its own, one function a transaction.

Opens and migrates; the queries stand in the modules beside it. Knows no platform and no source.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from bot.store.lock import LockedError, is_held_here, only_writer

if TYPE_CHECKING:  # a command that only reads papers needs none of it, and it takes 0.17 s to import (measured)
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

P = ParamSpec("P")
T = TypeVar("T")
Door: TypeAlias = "Connection | sqlite3.Connection"
"""A transaction, as SQLAlchemy or the driver has it."""

HEAD = "0011"
"""The newest migration, so that an up-to-date database starts without importing Alembic."""


STARTING = 2.0
"""Seconds in which another process that just starts may bring the database up to date."""

GATHER = 0.02
"""Seconds in which works gather for one commit when there are many: a commit costs as much processor as the statements
of ten messages (measured)."""


class StoreError(Exception):
    """The database cannot be used; the text says what to do."""


class Store:
    """An open database. Every call is one transaction, made durable before it returns (synchronous=FULL).

    One that `only_looks` takes no write lock, so it never holds up the process that collects and sends.
    """

    def __init__(self, path: Path, *, only_looks: bool = False) -> None:
        self.path = path
        _make_private(path)
        self._engine = _engine(path, "begin" if only_looks else "begin immediate")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        # Where there is no /tmp, what a query sorts may lie beside the database.
        os.environ.setdefault("SQLITE_TMPDIR", str(path.parent))
        self._together: deque[tuple[asyncio.Future[Any], Callable[[Connection], Any]]] = deque()
        self._called = self._crowded = False
        self._thread.submit(self._migrate).result()

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

    def close(self) -> None:
        """Finish what was asked for and close."""
        if self._together:
            self._thread.submit(self._do_together)
        self._thread.shutdown(wait=True)
        self._engine.dispose()

    def copy_to(self, path: Path) -> None:
        """A consistent copy as a new file, its owner's alone, taken beside a writer."""
        _make_private(path)
        with explained(path), closing(sqlite3.connect(self.path)) as here, closing(sqlite3.connect(path)) as there:
            here.backup(there)

    def _do(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with explained(self.path), self._engine.begin() as connection:
            return work(connection, *args, **kwargs)

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
                is_free = version is None or is_held_here(self.path)
                with nullcontext() if is_free else only_writer(self.path):
                    self._upgrade()
            except LockedError as error:
                if time.monotonic() > until:
                    advice = "must be brought up to date before it can be used"
                    raise StoreError(f"database {self.path} is of an older version, and {advice}: {error}") from None
                time.sleep(0.05)

    def _upgrade(self) -> None:
        """Of several at the same moment, one does it and the others wait, those too that only look."""
        engine = _engine(self.path, "begin immediate")
        try:
            with explained(self.path), engine.begin() as connection:
                _upgrade(connection)
        finally:
            engine.dispose()

    def _version(self) -> str | None:
        """That of the database. Raises StoreError for one of a newer Paper Round."""
        with explained(self.path), self._engine.connect() as connection:
            version = _version(connection)
        is_current(self.path, version)
        return version


def driver(connection: Door) -> sqlite3.Connection:
    """The SQLite connection under a transaction, for the statements that every message costs.

    SQLAlchemy Core takes ten times as long for each (measured: 70 us against 7).
    """
    if isinstance(connection, sqlite3.Connection):
        return connection
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _tell(futures: list[asyncio.Future[Any]], outcomes: list[Any]) -> None:
    for future, outcome in zip(futures, outcomes, strict=True):
        if future.done():  # cancelled; what it asked for is done all the same
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


def _make_private(path: Path) -> None:
    """State is for its owner alone: SQLite gives its journal files the database's own mode (threats: 15).

    A file that exists is not touched: closing any descriptor of it drops all locks that this process holds on it, and
    another process then deletes the journal that we write to (sqlite.org/howtocorrupt.html, 2.2; measured).
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"database {path} cannot be opened: {error.strerror}") from None


def _engine(path: Path, begin: str) -> Engine:
    from sqlalchemy import create_engine, event  # noqa: PLC0415

    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transactions begin late and deferred; ours begin in _begin.
        connection.isolation_level = None
        for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _version(connection: Connection) -> str | None:
    tables = connection.exec_driver_sql("select name from sqlite_master where name = 'alembic_version'").first()
    return connection.exec_driver_sql("select version_num from alembic_version").scalar() if tables else None


def is_current(path: Path, version: str | None) -> bool:
    """Whether a database is of this program's version. Raises StoreError for one of a newer."""
    if version is not None and version != HEAD and not _is_older(version):
        raise StoreError(
            f"database {path} was written by a newer Paper Round (its version of the database is {version[:20]!r}, "
            f"this one knows {HEAD!r}); install the newer one again, or put back a copy from before"
        )
    return version == HEAD


def _is_older(version: str) -> bool:
    return re.fullmatch(r"\d{4}", version) is not None and version < HEAD


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  (100 ms, for a new or old database only)
    from alembic.config import Config  # noqa: PLC0415

    if _version(connection) == HEAD:  # another process was faster
        return
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    command.upgrade(config, "head")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """A database's own errors as StoreError."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _told(path, error) from error
    except Exception as error:
        if isinstance(original := getattr(error, "orig", None), sqlite3.DatabaseError):  # SQLAlchemy's, around it
            raise _told(path, original) from error
        raise


def _told(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    return StoreError(f"database {path}: {error}{_advice(str(error))}")


def _advice(problem: str) -> str:
    if "full" in problem or "disk I/O" in problem:
        return "; make room and start again, nothing is lost"
    if "unable to open" in problem or "readonly" in problem:
        return "; it and its folder must be this user's to read and write"
    if "malformed" in problem or "not a database" in problem:
        return "; put it aside and restore a copy"
    return ""


Row = Any
"""A row of SQLAlchemy Core; its columns are named in bot.store.schema."""
