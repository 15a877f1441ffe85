"""Which files and pages we wrote, so that what is up to date is left alone and nothing of anyone else's is removed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from bot.store.among import among
from bot.store.engine import driver
from feeds.render import paper_page_path

TURNS = 5
"""Each paper's page is looked at on disk in one of so many hours; no divisor of a day's 24."""


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
    """Every page but those of papers, and the list of feeds, by its path."""
    return _by_path(_select(connection, f"NOT {_OF_A_PAPER} AND {_IS_PAGE}"))


def paper_pages(connection: Connection, turn: int | None = None) -> Mapping[str, File]:
    """The pages of papers, by path; with a turn, some fifth of them: another one for each turn."""
    turns = "" if turn is None else f" AND size % {TURNS} = {turn:d}"
    return _by_path(_select(connection, _OF_A_PAPER + turns))


def some(connection: Connection, paths: Sequence[str]) -> Mapping[str, File]:
    """Those of these that we wrote."""
    return _by_path(map(File._make, among(connection, f"{_FILES} WHERE path IN ({{}})", paths)))


def forsake(connection: Connection, key: str) -> None:
    """A paper is no more: its page goes when papers' pages are looked at next."""
    driver(connection).execute("UPDATE published SET stamp = '' WHERE path = ?", (paper_page_path(key),))


def forsaken(connection: Connection) -> list[File]:
    """The pages of papers that are no more."""
    return _select(connection, f"stamp = '' AND {_OF_A_PAPER}")


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
_OF_A_PAPER = "(path >= 'papers/' AND path < 'papers0')"
_FILES = f"SELECT {', '.join(File._fields)} FROM published"  # noqa: S608  (of our own words)


def _select(connection: Connection, which: str) -> list[File]:
    return list(map(File._make, driver(connection).execute(f"{_FILES} WHERE {which}")))


def _by_path(files: Iterable[File]) -> Mapping[str, File]:
    return {file.path: file for file in files}
