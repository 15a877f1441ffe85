"""What the store asks of a database, whichever it is: a file of SQLite, or a server of PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:  # a command that only reads papers needs none of it, and it takes 0.17 s to import (measured)
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

T = TypeVar("T")

NOW = "(julianday('now') - 2440587.5) * 86400.0"
"""In a statement: Unix seconds by the database's own clock, a server's where it is one."""


class Cursor(Protocol):
    """What a statement found, or how many rows it changed."""

    @property
    def rowcount(self) -> int:
        """How many it changed."""

    def fetchone(self) -> Any:
        """The next row, a tuple; None: there is none."""

    def fetchall(self) -> list[Any]:
        """All that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Driver(Protocol):
    """A connection as the driver has it: statements as SQLite spells them, rows as tuples."""

    def execute(self, statement: str, values: Any = ..., /) -> Cursor:
        """Do one."""

    def executemany(self, statement: str, rows: Iterable[Any], /) -> Cursor:
        """Do one for each of these rows."""


Door: TypeAlias = "Connection | Driver"
"""A transaction, as SQLAlchemy or the driver has it."""


class Watch(Protocol):
    """Whether another connection wrote to the database: asked for each request, so it must cost next to nothing."""

    def version(self) -> object:
        """What differs after every commit of others, and says nothing else."""

    def close(self) -> None:
        """Let go of the database."""


class Kind(Protocol):
    """A database of a kind."""

    @property
    def is_shared(self) -> bool:
        """Whether several processes may send on it at the same time."""

    def engine(self, *, looks: bool) -> Engine:
        """Transactions begin with a snapshot for who only looks, else alone among those that write."""

    def version(self, raw: Driver) -> str | None:
        """The migration that its tables are of; None: it has none."""

    def version_now(self) -> str | None:
        """The same of a database that is not open; None too where there is none. Makes none."""

    def unwritable(self) -> str:
        """Why a server lets its user change nothing; empty: it may, or it is a file. Raises StoreError."""

    def upgrade(self, connection: Connection, head: str) -> None:
        """Make its tables, or bring them to this migration."""

    def receive(self, head: str, fill: Callable[[Connection], T]) -> T:
        """A new database of what is put into its tables, which are of this migration: all of it or nothing.

        One that holds anything is left as it is. Raises StoreError.
        """

    def explained(self) -> AbstractContextManager[None]:
        """Its own errors as StoreError."""

    def looking(self) -> AbstractContextManager[Driver]:
        """The database as it is at one moment, for reading alone."""

    def beside(self) -> AbstractContextManager[Driver]:
        """A connection that waits for none of those who write: each statement is a transaction."""

    def transaction(self, raw: Driver) -> str:
        """By what the one begun here is known, should its end not be heard of."""

    def is_committed(self, raw: Driver, transaction: str) -> bool:
        """Whether such a one was. Asked within another one that writes, before which it has ended."""

    def watch(self) -> Watch:
        """Look out for what others write."""

    def only_writer(self) -> AbstractContextManager[None]:
        """Hold the lock of the one process that collects and sends. Raises LockedError if another one has it."""

    def is_held_here(self) -> bool:
        """Whether this very process has the lock."""
