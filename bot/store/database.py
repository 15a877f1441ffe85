"""Where the database is, a file or a server, and what is told when it cannot be used."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Server:
    """A database of PostgreSQL."""

    url: str
    """`postgresql://user@host/name`, without a password."""
    password: str = field(default="", repr=False)
    """Empty: it asks for none, or finds it where PostgreSQL's own programs do."""

    def __str__(self) -> str:
        return self.url


Database: TypeAlias = Path | Server
"""A file of SQLite, or a database of PostgreSQL."""


class StoreError(Exception):
    """The database cannot be used; the text says what to do, which `said` leaves out."""

    def __init__(self, said: str, advice: str = "") -> None:
        super().__init__("; ".join(filter(None, (said, advice))))
        self.said = said


class AwayError(StoreError):
    """The server does not answer, or ended what was begun: done again later, it may go well."""


class ShutError(AwayError):
    """The server answers and lets nobody in by this name, password or database: it goes well once somebody helps."""


class ReplacedError(StoreError):
    """Another process collects and publishes by now: this one ends, and the text says so."""


class LockedError(Exception):
    """Another process collects and sends on this database, and the text names it; or its lock cannot be taken."""
