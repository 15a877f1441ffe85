"""The marks of papers that are still to be called for: set with what changed, moved with what is enqueued."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.store.among import marks_for
from bot.store.archive.papers import Stored
from bot.store.engine import Door, driver

AT_ONCE = 1000
"""Papers that are called for together: as many as the matcher takes for one number (feeds.match.batch)."""


class Mark(NamedTuple):
    """A paper that is still to be called for."""

    id: int
    paper_id: int
    source: str
    began: float
    """Unix seconds: when the reading began that brought it."""
    whole: int
    """Whether any query may have become true; else its numbers alone have changed."""
    before: str | None
    """The paper as it was when it was last called for (bot.store.archive.codec); None: never."""
    lane: int
    """Up to this one it is done."""


def mark(connection: Door, stored: Iterable[Stored], source: str, began: datetime) -> None:
    """These have changed. One that has a mark keeps what it says of before, and is asked for from the start."""
    raw = driver(connection)
    for one in stored:
        known = raw.execute(_OF, (one.id,)).fetchone()
        old = Mark(*known) if known else Mark(0, one.id, source, began.timestamp(), one.whole, one.before, 0)
        raw.execute(_FORGET, (old.id,))
        raw.execute(_ADD, (one.id, old.source, old.began, bool(old.whole or one.whole), old.before))


def some(connection: Door, source: str | None) -> list[Mark]:
    """The first of them, of one source or of all."""
    if source is None:
        return [Mark(*row) for row in driver(connection).execute(f"{_SELECT} order by id limit ?", (AT_ONCE,))]
    mine = driver(connection).execute(f"{_SELECT} where source = ? order by id limit ?", (source, AT_ONCE))
    return [Mark(*row) for row in mine]


def marked(connection: Door) -> int:
    """How many there are."""
    ((count,),) = driver(connection).execute("select count(*) from news").fetchall()
    return int(count)


def move(connection: Door, marks: Sequence[Mark], lane: int) -> None:
    """All that these papers call for is enqueued, up to this lane."""
    statement = f"update news set lane = ? where id in ({marks_for(marks)})"  # noqa: S608
    driver(connection).execute(statement, (lane, *(one.id for one in marks)))


def done(connection: Door, marks: Iterable[Mark]) -> None:
    """All that they call for is enqueued."""
    driver(connection).executemany(_FORGET, [(one.id,) for one in marks])


_SELECT = f"select {', '.join(Mark._fields)} from news"  # noqa: S608  (of our own words)
_OF = f"{_SELECT} where paper_id = ?"
_FORGET = "delete from news where id = ?"
_ADD = "insert into news (paper_id, source, began, whole, before) values (?, ?, ?, ?, ?)"
