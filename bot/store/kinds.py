"""The kinds of databases: nobody but the modules named here knows what one has otherwise than the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.database import StoreError
from bot.store.sqlite import File

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bot.store.database import Database
    from bot.store.kind import Kind


def kind_of(database: Database) -> Kind:
    """How the database there is dealt with. Raises StoreError where its driver is not installed."""
    if isinstance(database, Path):
        return File(database)
    try:
        from bot.store.postgres import Postgres  # noqa: PLC0415  (who has a file needs none of it)
    except ImportError as error:
        raise StoreError(f'database {database} needs psycopg ({error}): pip install "paperround[postgres]"') from None
    return Postgres(database)


def exists(database: Database) -> bool:
    """Whether there is a database that a command may look at. Raises StoreError where a server does not answer."""
    return database.exists() if isinstance(database, Path) else kind_of(database).version_now() is not None


def unwritable(database: Database) -> str:
    """Why a server lets us change nothing; empty: it does, or it is a file. Raises StoreError."""
    return kind_of(database).unwritable()


def only_writer(database: Database) -> AbstractContextManager[None]:
    """Hold the lock of the one process that collects and sends there. Raises LockedError at once if another has it."""
    return kind_of(database).only_writer()
