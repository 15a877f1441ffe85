"""Which files and pages we wrote, so that what is up to date is left alone and nothing of anyone else's is removed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from bot.store.engine import driver


class File(NamedTuple):
    """A file that we wrote: what it was made from, and what it looked like on disk then."""

    path: str
    """Below the published folder."""
    feed: str
    """The slug of the feed that it is, or shows; empty for other pages."""
    stamp: str
    size: int
    mtime: int
    """Nanoseconds."""
    until: float | None = None
    """When its content changes by time alone, in Unix seconds."""


def feed_files(connection: Connection) -> Sequence[File]:
    """Every file of a feed."""
    return _select(connection, f"NOT {_IS_PAGE}")


def pages(connection: Connection) -> Mapping[str, File]:
    """Every page, and the list of feeds, by its path."""
    return {file.path: file for file in _select(connection, _IS_PAGE)}


def replace(connection: Connection, files: Iterable[File], gone: Iterable[File]) -> None:
    """These were written, or found to be right; those are no longer ours."""
    rows = [(one.path, one.feed, one.stamp, one.size, one.mtime, one.until) for one in files]
    driver(connection).executemany(_NOTE, rows)
    driver(connection).executemany("DELETE FROM published WHERE path = ?", [(one.path,) for one in gone])


def look_again(connection: Connection) -> None:
    """The clock was wrong: what changes by time is made from the time of now."""
    driver(connection).execute("UPDATE published SET until = 0 WHERE until IS NOT NULL")


_NOTE = """
INSERT INTO published (path, feed, stamp, size, mtime, until) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE
SET feed = excluded.feed, stamp = excluded.stamp, size = excluded.size, mtime = excluded.mtime, until = excluded.until
"""
_IS_PAGE = "(path LIKE '%.html' OR path LIKE '%.opml')"


def _select(connection: Connection, which: str) -> list[File]:
    columns = "path, feed, stamp, size, mtime, until"
    rows = driver(connection).execute(f"SELECT {columns} FROM published WHERE {which}")  # noqa: S608
    return list(map(File._make, rows))
