"""A database that is a file of SQLite."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from bot.store import file_lock, migrating
from bot.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from bot.store.kind import Driver

T = TypeVar("T")


class File:
    """One of them (bot.store.kind.Kind)."""

    is_shared = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def engine(self, *, looks: bool) -> Engine:
        """Durable commits (synchronous=FULL). Who only looks takes no write lock."""
        from sqlalchemy import create_engine, event  # noqa: PLC0415

        _make_private(self._path)
        # Where there is no /tmp, what a query sorts may lie beside the database.
        os.environ.setdefault("SQLITE_TMPDIR", str(self._path.parent))
        begin = "begin" if looks else "begin immediate"
        arguments = {"timeout": 30, "check_same_thread": False}
        engine = create_engine(f"sqlite:///{self._path}", connect_args=arguments)

        @event.listens_for(engine, "connect")
        def configure(connection: sqlite3.Connection, _record: object) -> None:
            # The driver's own transactions begin late and deferred; ours begin below.
            connection.isolation_level = None
            for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
                connection.execute(f"pragma {pragma}")

        @event.listens_for(engine, "begin")
        def begin_transaction(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    def version(self, raw: Driver) -> str | None:
        """The migration that its tables are of; None: it has none."""
        if raw.execute("select name from sqlite_master where name = 'alembic_version'").fetchone() is None:
            return None
        row = raw.execute("select version_num from alembic_version").fetchone()
        return str(row[0]) if row else None

    def version_now(self) -> str | None:
        """The same of a file that is not open; None too where there is none."""
        if self._path.is_file():
            with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(self._path)) as connection:
                return self.version(connection)
        return None

    def unwritable(self) -> str:
        """Of a file its folder tells (bot.process.folders)."""
        return ""

    def upgrade(self, connection: Connection, head: str) -> None:
        """By migrations, from the first."""
        migrating.migrate(connection)

    def receive(self, head: str, fill: Callable[[Connection], T]) -> T:
        """Made beside its place, and put there when it is whole; what a kill left half made is begun anew."""
        if self._path.exists() or self._path.is_symlink():
            raise StoreError(f"database {self._path} is there already and stays as it is; name a file that is not")
        begun = self._path.with_name(f".{self._path.name}.unfinished")
        with file_lock.only_writer(begun):
            try:
                remove(begun)
                found = File(begun).made_of(head, fill)
                begun.replace(self._path)
            finally:
                remove(begun)
                begun.with_name(f"{begun.name}.lock").unlink(missing_ok=True)
        return found

    def made_of(self, head: str, fill: Callable[[Connection], T]) -> T:
        """The same at its place."""
        engine = self.engine(looks=False)
        try:
            with self.explained(), engine.begin() as connection:
                self.upgrade(connection, head)
                return fill(connection)
        finally:
            engine.dispose()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """SQLite's errors as StoreError."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise _told(self._path, error) from error
        except Exception as error:
            if isinstance(original := getattr(error, "orig", None), sqlite3.DatabaseError):  # SQLAlchemy's, around it
                raise _told(self._path, original) from error
            raise

    @contextmanager
    def looking(self) -> Iterator[Driver]:
        """The file as it is at one moment."""
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only = on")
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def beside(self) -> Iterator[Driver]:
        """Here it does wait for them."""
        with self.explained(), closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as connection:
            yield connection

    def transaction(self, raw: Driver) -> str:
        """The end of one is always heard of."""
        return ""

    def is_committed(self, raw: Driver, transaction: str) -> bool:
        """Never asked."""
        return False

    def watch(self) -> FileWatch:
        """Look out for what others write."""
        return FileWatch(self._path)

    def only_writer(self) -> AbstractContextManager[None]:
        """A lock beside the file."""
        return file_lock.only_writer(self._path)

    def is_held_here(self) -> bool:
        """Whether this very process has the lock."""
        return file_lock.is_held_here(self._path)

    def copy_to(self, path: Path) -> None:
        """A consistent copy as a new file, its owner's alone, taken beside a writer."""
        _make_private(path)
        try:
            with closing(sqlite3.connect(self._path)) as here, closing(sqlite3.connect(path)) as there:
                here.backup(there)
        except sqlite3.DatabaseError as error:
            remove(path)
            raise _told(self._path if _is_of_its_pages(error) else path, error) from error


class FileWatch:
    """A number that changes with every commit of others (sqlite.org/pragma.html#pragma_data_version): 4 us."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)

    def version(self) -> int:
        """The number; it says nothing but that it differs."""
        return int(self._connection.execute("pragma data_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _is_of_its_pages(error: sqlite3.DatabaseError) -> bool:
    """Whether what was read is at fault, not where it was to be written."""
    return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def remove(path: Path) -> None:
    """Delete a database and what SQLite keeps beside it; nobody has it open."""
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)


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
