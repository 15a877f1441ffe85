"""The rows of table `paper`, by the driver alone: the archive is read whole, and SQLAlchemy takes twice as long."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from bot.store.among import among
from bot.store.engine import Door, driver
from feeds.paper import Paper, arxiv_id, keys, normal_doi


class PaperRow(NamedTuple):
    """Its columns by name; instants are Unix seconds, days ISO."""

    id: int
    key: str
    entry_id: str
    announced: str
    first_seen: float
    updated: float
    data: str
    revision: str
    page: int
    picture: str


class PaperState(NamedTuple):
    """What tells whether a paper's page is as it should be."""

    id: int
    key: str
    page: int
    """Another one, and greater than all, with each change of what its page shows."""


class DayState(NamedTuple):
    """What tells whether pages that show a day's papers are as they should be: with any change it is another."""

    papers: int
    """How many were announced on it."""
    page: int
    """The newest number of theirs."""


def some(connection: Door, ids: Iterable[int]) -> dict[int, PaperRow]:
    """Rows by their number."""
    rows = map(PaperRow._make, among(connection, f"{_SELECT} WHERE id IN ({{}})", list(ids)))
    return {row.id: row for row in rows}


def every(connection: Door) -> Iterator[PaperRow]:
    """The whole archive, first stored first."""
    return _select(connection, "ORDER BY id", ())


def announced_since(connection: Door, day: date) -> Iterator[PaperRow]:
    """The archive from a day on, oldest first."""
    return _select(connection, "WHERE announced >= ? ORDER BY announced, first_seen, id", (day.isoformat(),))


def named(connection: Door, text: str) -> int | None:
    """The paper that a person names: an arXiv id, a DOI, an address, its key or its whole title."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    row = driver(connection).execute("SELECT id FROM paper WHERE key = ?", (text.strip(),)).fetchone()
    row = row or next(among(connection, _NAMED, [*keys(meant(text)), f"key:{text.strip()}"]), None)
    return int(row[0]) if row else None


def meant(text: str) -> Paper:
    """What such a name may be."""
    return Paper(id=arxiv_id(text) or normal_doi(text) or "", title=text, abstract="", links={"abstract": text})


def newest(connection: Door, until: date = date.max) -> date | None:
    """The newest day announced that the archive has, up to a day."""
    statement = "SELECT max(announced) FROM paper WHERE announced <= ?"
    ((day,),) = driver(connection).execute(statement, (until.isoformat(),)).fetchall()
    return date.fromisoformat(day) if day else None


def count_since(connection: Door, day: date) -> int:
    """How many papers were announced from a day on."""
    statement = "SELECT count(*) FROM paper WHERE announced >= ?"
    ((count,),) = driver(connection).execute(statement, (day.isoformat(),)).fetchall()
    return int(count)


def ends(connection: Door) -> tuple[date, date] | None:
    """The first day announced that the archive has, and the newest; None of an empty one."""
    first, newest = driver(connection).execute(_ENDS).fetchone()
    return (date.fromisoformat(first), date.fromisoformat(newest)) if first else None


_NAMED = "SELECT paper_id FROM paper_key WHERE key IN ({})"
_ENDS = "SELECT (SELECT min(announced) FROM paper), (SELECT max(announced) FROM paper)"
"""Two questions, so that SQLite reads no more than both ends of an index."""


def states(connection: Door, behind: int | None = None) -> list[PaperState]:
    """Of every paper whose page changed behind a number, or of every paper."""
    least = 0 if behind is None else behind + 1
    rows = driver(connection).execute("SELECT id, key, page FROM paper WHERE page >= ? ORDER BY id", (least,))
    return list(map(PaperState._make, rows))


def days(connection: Door) -> dict[date, DayState]:
    """Of every day on which papers were announced, in their order."""
    rows = driver(connection).execute(_DAYS)
    return {date.fromisoformat(day): DayState(papers, page) for day, papers, page in rows}


_DAYS = "SELECT announced, count(*), max(page) FROM paper GROUP BY announced ORDER BY announced"


def announced_within(connection: Door, first: date, last: date) -> list[PaperRow]:
    """Those announced from a day to another."""
    return list(_select(connection, "WHERE announced BETWEEN ? AND ?", (first.isoformat(), last.isoformat())))


def _select(connection: Door, which: str, values: Sequence[object]) -> Iterator[PaperRow]:
    return map(PaperRow._make, driver(connection).execute(f"{_SELECT} {which}", values))


_SELECT = f"SELECT {', '.join(PaperRow._fields)} FROM paper"  # noqa: S608  (of our own words)
