"""Which feed files we wrote, so that what is up to date is left alone and nothing of anyone else's is removed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.store import driver


@dataclass(frozen=True, slots=True)
class File:
    """A file that we wrote: what it was made from, and what it looked like on disk then."""

    path: str
    """Below the published folder."""
    feed: str
    """The feed's slug."""
    stamp: str
    size: int
    mtime: int
    """Nanoseconds."""
    until: float | None = None
    """When its content changes by time alone, in Unix seconds."""


def every(connection: Connection) -> Sequence[File]:
    """All of them."""
    rows = driver(connection).execute("SELECT path, feed, stamp, size, mtime, until FROM published")
    return [File(*row) for row in rows]


def note(connection: Connection, files: Iterable[File]) -> None:
    """They were written, or found to be right."""
    rows = [(one.path, one.feed, one.stamp, one.size, one.mtime, one.until) for one in files]
    driver(connection).executemany("INSERT OR REPLACE INTO published VALUES (?, ?, ?, ?, ?, ?)", rows)


def forget(connection: Connection, paths: Iterable[str]) -> None:
    """They are no longer ours."""
    driver(connection).executemany("DELETE FROM published WHERE path = ?", [(path,) for path in paths])
