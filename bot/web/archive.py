"""The whole archive in memory, to be asked any query. A new one takes over from the last what did not change."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from operator import is_
from typing import TypeVar

from sqlalchemy import Connection

from bot.store.archive import codec, paper_rows, past, shown
from bot.store.archive.feeds import AT_MOST, Member
from bot.store.archive.near import Near
from bot.web.limits import is_slow
from bot.web.turns import Steps, at_once
from feeds.match import Batch
from feeds.paper import Paper
from feeds.query import Query
from feeds.render import in_order
from feeds.site import Period, Times, page_name, periods
from feeds.weeks import Covered

T = TypeVar("T")
_CHUNK = 1_024
"""Papers of one batch, by their row: as many as the matcher takes at once."""
_PART = 64
"""Papers that are indexed by themselves where papers come and go: in the newest batch, the oldest, and what was so.

To index a thousand at once takes 20 MB for a moment, in the midst of what stays.
"""


@dataclass(frozen=True, slots=True)
class _Row:
    stamp: int
    paper: Paper
    revision: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Every stored paper at one moment."""

    serial: int
    """Counts up with each change."""
    newest: int
    """The number of the last change (bot.store.archive.past)."""
    mark: str
    """Its mark."""
    day: date
    """In UTC; what asks for an age is answered anew each day."""
    rows: Mapping[int, _Row]
    batches: Mapping[int, Batch]
    rank: Mapping[str, int]
    """The place of each paper, by key, in the order of feeds: 0 is first."""
    named: Mapping[str, int]
    """Row by key, and by the name of the paper's page."""
    news: frozenset[str]
    """Keys of papers that no feed drops yet."""
    days: Mapping[date, Sequence[Paper]]
    """The papers of each day announced, the oldest day first, each day's in the order of feeds."""
    covered: Covered | None
    """The days that plots show of it; None of an empty one."""
    near: Near | None
    """What answers `similar:` and `library:`."""

    def matching(self, query: Query) -> list[Paper]:
        """Every paper that the query matches, in the order of feeds. Not to be called by two threads at once."""
        return at_once(self.matched(query))

    def matched(self, query: Query, within: Period | None = None) -> Steps[list[Paper]]:
        """The same in steps of some milliseconds, or of those announced in one period alone."""
        found: list[Paper] = []
        for batch, bits in (yield from self._asked(query, within)):
            found += batch.chosen(bits)
            yield
        return sorted(found, key=lambda paper: self.rank[paper.key])

    def counted(self, query: Query, within: Period | None = None) -> Steps[int]:
        """How many that would be."""
        return sum(bits.bit_count() for _, bits in (yield from self._asked(query, within)))

    def times(self, period: Period) -> Times | None:
        """A time with papers, and those beside it that have some; None where it has none."""
        some = periods(self.days, period.span)
        at = bisect_left(some, period)
        if some[at : at + 1] != [period]:
            return None
        return Times(period, some[at - 1] if at else None, next(iter(some[at + 1 : at + 2]), None))

    def within(self, period: Period) -> list[Paper]:
        """The papers of a time, in the order of feeds."""
        some = [day for day in self.days if period.first <= day <= period.last]
        return [paper for day in reversed(some) for paper in self.days[day]]

    def _asked(self, query: Query, within: Period | None) -> Steps[list[tuple[Batch, int]]]:
        """A batch of papers at a time, or one slow leaf of the query for it."""
        slow = [Query.stored("", line) for line in set(query.leaves) if is_slow(line)] if len(query.leaves) > 1 else []
        found: list[tuple[Batch, int]] = []
        for batch in self.batches.values():
            wanted = _of(batch, within) if within else -1
            for leaf in slow if wanted else ():
                batch.bitmap(leaf)  # it keeps what it works out
                yield
            if wanted:
                found.append((batch, batch.bitmap(query) & wanted))
                yield
        return found

    def entries(self, found: list[Paper], at_least: int) -> list[Paper]:
        """What a feed shows of them: the newest, and all that is news, at most a thousand (contract: publish)."""
        more = [paper for paper in found[at_least:] if paper.key in self.news] if self.news else []
        return (found[:at_least] + more)[:AT_MOST]

    def members(self, some: list[Paper]) -> list[Member]:
        """Their rows and revisions."""
        rows = [self.named[paper.key] for paper in some]
        return [(row, self.rows[row].revision) for row in rows]

    def find(self, name: str) -> Paper | None:
        """The paper of a key or a page's name."""
        row = self.named.get(name)
        return None if row is None else self.rows[row].paper


def load(connection: Connection, before: Archive | None, now: datetime, near: Near | None = None) -> Archive:
    """The archive as it stands."""
    rows = _rows(connection, before.rows if before else {})
    papers = [row.paper for row in rows.values()]
    ranked = in_order(papers)
    newest = past.newest(connection)
    return Archive(
        serial=before.serial + 1 if before else 1,
        newest=newest,
        mark=past.mark(connection, newest),
        day=now.date(),
        rows=rows,
        batches=_batches(rows, before, now, near),
        rank={paper.key: place for place, paper in enumerate(ranked)},
        named=_names(rows),
        news=frozenset(rows[number].paper.key for number in shown.news(connection, now) if number in rows),
        days=_by_day(ranked),
        covered=shown.covered(connection),
        near=near,
    )


def _rows(connection: Connection, before: Mapping[int, _Row]) -> dict[int, _Row]:
    """Only what changed is parsed: that is most of the cost (measured: 0.5 s for 14,000 papers, else 0.1)."""
    found: dict[int, _Row] = {}
    for row in paper_rows.every(connection):
        stamp = hash(row)
        known = before.get(row.id)
        found[row.id] = known if known and known.stamp == stamp else _Row(stamp, codec.from_row(row), row.revision)
    return found


def _batches(rows: Mapping[int, _Row], before: Archive | None, now: datetime, near: Near | None) -> dict[int, Batch]:
    parts: dict[int, dict[int, list[Paper]]] = {}
    for number, row in rows.items():
        parts.setdefault(number // _CHUNK, {}).setdefault(number // _PART, []).append(row.paper)
    batches = before.batches if before else {}
    ends, same_day = {min(parts, default=0), max(parts, default=0)}, before and before.day == now.date()
    made: dict[int, Batch] = {}
    for number, some in parts.items():
        known, every = batches.get(number), list(chain.from_iterable(some.values()))
        if known and same_day and len(known.papers) == len(every) and all(map(is_, known.papers, every)):
            made[number] = known
        else:
            in_parts = number in ends or (known is not None and known.in_parts)
            made[number] = Batch.renewed(some.values() if in_parts else [every], now, near, known)
    return made


def _by_day(ranked: Sequence[Paper]) -> dict[date, list[Paper]]:
    found: dict[date, list[Paper]] = {}
    for paper in ranked:
        if paper.announced:  # as every stored one is
            found.setdefault(paper.announced, []).append(paper)
    return dict(reversed(found.items()))


def _of(batch: Batch, within: Period) -> int:
    days = [paper.announced for paper in batch.papers]
    return sum(1 << number for number, day in enumerate(days) if day and within.first <= day <= within.last)


def _names(rows: Mapping[int, _Row]) -> dict[str, int]:
    pages = {page_name(row.paper.key): number for number, row in rows.items()}
    return pages | {row.paper.key: number for number, row in rows.items()}
