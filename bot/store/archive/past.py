"""What papers were before they changed, in the order of the changes: a number of that order tells what was true then.

The numbers follow the commits: who writes does so alone (bot.store.sqlite, bot.store.postgres), so that none is
committed after a later one.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from bot.rules.cursors import mark_of
from bot.store import noted
from bot.store.among import among
from bot.store.archive import codec
from bot.store.engine import Door, driver
from feeds.paper import Paper

GOOD_FOR = timedelta(days=90)
"""How old a number may be (contract: a cursor)."""
KEPT = GOOD_FOR + timedelta(days=1)
AT_ONCE = 2_000
"""Changes that are read, or go, in one transaction: some milliseconds."""
Content: TypeAlias = Mapping[str, Any]
"""What is stored of a paper (bot.store.archive.codec), and the day announced."""
_GONE = "past gone"
"""Under which the last number that went is noted."""
_NUMBERS = {"votes", "comments", "stars"}


class Change(NamedTuple):
    """A paper became otherwise."""

    number: int
    paper_id: int
    part: str
    """The key of a paper that is this one since: of what that one was. Empty: of its own."""
    before: str | None
    """What was otherwise, as JSON: each fact's old value, null where it had none. None: the paper was not there."""

    @property
    def in_numbers(self) -> bool:
        """Whether votes, comments and stars alone became otherwise."""
        return self.before is not None and json.loads(self.before).keys() <= _NUMBERS


def added(connection: Door, paper_id: int, now: datetime) -> None:
    """A paper is new."""
    _note(connection, paper_id, "", None, now)


def changed(connection: Door, paper_id: int, before: tuple[str, str], after: tuple[str, str], now: datetime) -> None:
    """A paper's content is another one; each is what is stored and the day announced."""
    old, new = _content(*before), _content(*after)
    differ = {name: old.get(name) for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    _note(connection, paper_id, "", differ, now)


def joined(connection: Door, kept: int, other: int, key: str, was: tuple[str, str], now: datetime) -> None:
    """A paper is another one from now on, which has its past beside its own."""
    raw = driver(connection)
    raw.execute("update past set part = ? where paper_id = ? and part = ''", (key, other))
    raw.execute("update past set paper_id = ? where paper_id = ?", (kept, other))
    _note(connection, kept, key, _content(*was), now)


def forget(connection: Door, paper_id: int) -> None:
    """A paper is no longer kept. The newest number stays, so that the next one is a later one."""
    driver(connection).execute(f"delete from past where paper_id = ? and id < {_NEWEST}", (paper_id,))  # noqa: S608


def prune(connection: Door, after: int, before: datetime) -> int | None:
    """What happened before a moment goes, some from behind a number on. Where to go on; None: that was all."""
    raw = driver(connection)
    rows = raw.execute(_OLDEST, (after, AT_ONCE)).fetchall()
    gone = [number for number, at in rows if at < before.timestamp()]
    raw.executemany("delete from past where id = ?", [(number,) for number in gone])
    if gone:
        noted.note(connection, _GONE, str(gone[-1]))
    return gone[-1] if len(gone) == AT_ONCE else None


def newest(connection: Door) -> int:
    """The number of the last change; 0: nothing changed yet."""
    ((number,),) = driver(connection).execute(f"select {_NEWEST}").fetchall()
    return int(number)


def mark(connection: Door, number: int) -> str:
    """What tells a change from another one of the same number, once a database was put back; empty: it is not known."""
    row = driver(connection).execute("select at from past where id = ?", (number,)).fetchone()
    return "" if row is None else mark_of(repr(float(row[0])), 4)


def oldest(connection: Door) -> int:
    """The number behind all that are no longer known; 0: every change is.

    It is not that of the first that is there: a server gives none twice, also where what took it was undone.
    """
    gone = noted.noted(connection, _GONE)
    return 0 if gone is None else int(gone) + 1


def between(connection: Door, after: int, up_to: int) -> list[Change]:
    """The first changes behind a number, up to another one."""
    return list(map(Change._make, driver(connection).execute(_BETWEEN, (after, up_to, AT_ONCE))))


def of_papers(connection: Door, papers: Sequence[int], after: int, up_to: int) -> list[Change]:
    """All changes of some papers behind a number, up to another one, in order."""
    found = map(Change._make, among(connection, _OF_PAPERS, papers))
    return sorted(one for one in found if after < one.number <= up_to)


def has_joined(connection: Door, after: int) -> bool:
    """Whether papers became one behind a number: what was read before of their past is not all of it."""
    return bool(driver(connection).execute(_JOINED, (after,)).fetchone())


def names(connection: Door, papers: Sequence[int]) -> dict[int, list[str]]:
    """The keys that some papers had while they were several."""
    found: dict[int, list[str]] = {}
    for paper_id, key in among(connection, _NAMES, papers):
        found.setdefault(paper_id, []).append(key.removeprefix("key:"))
    return found


class Past:
    """What one paper was at each moment behind a number, made from all its changes since."""

    def __init__(self, now: Paper, changes: Iterable[Change]) -> None:
        self._now = now
        mine: dict[str, list[Change]] = {"": []}
        for one in sorted(changes):
            mine.setdefault(one.part, []).append(one)
        self.numbers = sorted(one.number for some in mine.values() for one in some)
        """When it changed, in order."""
        self._parts = [_Part(some, _content_of(now) if not part else None) for part, some in mine.items()]

    def after(self, number: int) -> list[Paper]:
        """What it was once that change was made: several papers where they are one since, none where there was none."""
        found = (part.after(number) for part in self._parts)
        return [codec.was(one, self._now) for one in found if one is not None]


class _Part:
    def __init__(self, changes: Sequence[Change], now: Content | None) -> None:
        self._numbers = [one.number for one in changes]
        contents = [now]
        for one in reversed(changes):
            contents.append(_undone(contents[-1], one))
        self._before = contents[::-1]

    def after(self, number: int) -> Content | None:
        return self._before[bisect_right(self._numbers, number)]


def _undone(content: Content | None, change: Change) -> Content | None:
    """As it was before a change. Before it was there is nothing; only what was joined is there before it was gone."""
    if change.before is None or (content is None and not change.part):
        return None
    found = {**(content or {}), **json.loads(change.before)}
    return {name: value for name, value in found.items() if value is not None}


def _note(connection: Door, paper_id: int, part: str, before: Content | None, now: datetime) -> None:
    said = None if before is None else json.dumps(before, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    driver(connection).execute(_NOTE, (paper_id, part, said, now.timestamp()))


def _content(data: str, announced: str) -> dict[str, Any]:
    return {**json.loads(data), "announced": announced}


def _content_of(paper: Paper) -> dict[str, Any]:
    return _content(codec.dump(paper), str(paper.announced))


_NEWEST = "(select coalesce(max(id), 0) from past)"
_NOTE = "insert into past (paper_id, part, before, at) values (?, ?, ?, ?)"
_OLDEST = f"select id, at from past where id > ? and id < {_NEWEST} order by id limit ?"  # noqa: S608
_BETWEEN = "select id, paper_id, part, before from past where id > ? and id <= ? order by id limit ?"
_OF_PAPERS = "select id, paper_id, part, before from past where paper_id in ({})"
_JOINED = "select 1 from past where id > ? and part <> '' limit 1"
_NAMES = "select paper_id, key from paper_key where key like 'key:%' and paper_id in ({})"
