"""Papers that match a query now and did not when a cursor was made: each once for a chain of cursors.

What a paper was then is made from what it is and what has changed since (bot.store.archive.past). A paper that was told
and no longer matches is remembered in the cursor, and so is one that matched at the start of the chain, left and came
back; of all others start and cursor tell whether they were told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.process.clock import Clock
from bot.rules.cursors import Cursor, CursorError, mark_of, read_cursor
from bot.store.archive import past
from bot.store.archive.past import Change, Past
from bot.store.engine import Store
from bot.web.archive import Archive
from bot.web.limits import cost_of
from bot.web.live import Crowded, LiveArchive
from bot.web.turns import Steps
from feeds.match import Batch, Near
from feeds.paper import Paper
from feeds.query import Query

_TOGETHER = 512
"""Papers that are matched in one step."""
_TRIES = 5
"""Papers may become one while their past is read; then it is read again."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A paper that changed since: whether it matches now, and did then."""

    row: int
    paper: Paper
    past: Past
    now: bool
    then: bool


class Newcomers:
    """Answers for one archive."""

    def __init__(self, store: Store, live: LiveArchive, clock: Clock) -> None:
        self._store, self._live, self._clock = store, live, clock

    async def since(self, query: Query, text: str) -> tuple[list[Paper], Cursor]:
        """The papers, in the order in which they came to match, and the next cursor; no text: where to begin.

        Raises CursorError, Crowded.
        """
        if query.compares("age"):
            raise CursorError("What is asked by age changes with every moment: leave age out.")
        for _ in range(_TRIES):
            archive, now = await self._live.now(), self._clock.now()
            if not text:
                return [], Cursor.begun(str(query), archive.newest, now, archive.mark)
            found = await self._found(archive, query, await self._cursor(archive, query, text, now), now)
            if found is not None:
                return found
        raise Crowded

    async def _cursor(self, archive: Archive, query: Query, text: str, now: datetime) -> Cursor:
        oldest = await self._store.run(past.oldest)
        cursor = read_cursor(text, oldest, archive.newest, now, past.GOOD_FOR)
        cursor.check(await self._store.run(past.mark, cursor.at))
        return cursor.of(str(query))

    async def _found(
        self, archive: Archive, query: Query, cursor: Cursor, now: datetime
    ) -> tuple[list[Paper], Cursor] | None:
        """None: papers became one meanwhile."""
        cost = cost_of(query, len(archive.batches))
        await self._live.learn(query)
        changes = await self._changes(cursor.at, archive.newest, numbers=_asks_for_numbers(query))
        matching = await self._live.ask(archive.matched(query), cost)
        seen = await self._live.ask(_seen(archive, query, matching, changes, cursor.at), cost)
        moved = [one for one in seen if one.now != one.then]
        rows = [one.row for one in moved]
        earlier = await self._store.run(past.of_papers, rows, cursor.start, archive.newest)
        names = await self._store.run(past.names, rows)
        if await self._store.run(past.has_joined, archive.newest):
            return None
        began = await self._live.ask(_matched_at(query, moved, earlier, cursor.start, archive.near), cost)
        known = await self._store.run(past.oldest) <= cursor.start + 1
        told = _told(cursor, moved, began if known else set(), names)
        came = [one for one in moved if one.now and not _marks(one, names) & set(cursor.told)]
        ordered = await self._live.ask(_in_order(query, came, archive.near), cost)
        return ordered, cursor.moved(archive.newest, told, now, archive.mark)

    async def _changes(self, after: int, up_to: int, *, numbers: bool) -> dict[int, list[Change]]:
        """By paper; not those in which numbers alone changed, where nobody asks for them."""
        found: dict[int, list[Change]] = defaultdict(list)
        while some := await self._store.run(past.between, after, up_to):
            for one in some:
                if numbers or not one.in_numbers:
                    found[one.paper_id].append(one)
            after = some[-1].number
        return found


def _asks_for_numbers(query: Query) -> bool:
    return any(map(query.compares, ("votes", "comments", "stars")))


def _seen(
    archive: Archive, query: Query, matching: Sequence[Paper], changes: Mapping[int, Sequence[Change]], at: int
) -> Steps[list[_Seen]]:
    """The papers that changed, with what they were when the cursor was made."""
    now = {paper.key for paper in matching}
    rows = [row for row in changes if row in archive.rows]
    pasts: dict[int, Past] = {}
    for row in rows:
        pasts[row] = Past(archive.rows[row].paper, changes[row])
        if len(pasts) % _TOGETHER == 0:
            yield
    then = yield from _matched(query, [(row, pasts[row].after(at)) for row in rows], archive.near)
    papers = ((row, archive.rows[row].paper) for row in rows)
    return [_Seen(row, one, pasts[row], one.key in now, row in then) for row, one in papers]


def _matched_at(
    query: Query, some: Sequence[_Seen], changes: Iterable[Change], number: int, near: Near | None
) -> Steps[set[int]]:
    """Which of them matched once a change was made; `changes` are all that they had since."""
    mine: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        mine[change.paper_id].append(change)
    then = [(one.row, Past(one.paper, mine[one.row]).after(number)) for one in some]
    return (yield from _matched(query, then, near))


def _matched(query: Query, some: Iterable[tuple[int, Sequence[Paper]]], near: Near | None) -> Steps[set[int]]:
    """The names of those of which one paper matches."""
    pairs = [(name, paper) for name, papers in some for paper in papers]
    found: set[int] = set()
    for start in range(0, len(pairs), _TOGETHER):
        few = pairs[start : start + _TOGETHER]
        bits = Batch([paper for _, paper in few], near=near).bitmap(query)
        found |= {name for place, (name, _) in enumerate(few) if bits >> place & 1}
        yield
    return found


def _marks(one: _Seen, names: Mapping[int, Sequence[str]]) -> set[str]:
    """By what a cursor may remember a paper: its key, and those of papers that are this one since."""
    return set(map(mark_of, (one.paper.key, *names.get(one.row, ()))))


def _told(cursor: Cursor, moved: Sequence[_Seen], began: set[int], names: Mapping[int, Sequence[str]]) -> list[str]:
    """What the next cursor remembers: of those that left, who was told; of those that came, who was there before."""
    told = dict.fromkeys(cursor.told)
    for one in moved:
        if one.now == (one.row in began) or _marks(one, names) & told.keys():
            told.setdefault(mark_of(one.paper.key))
    return list(told)


def _in_order(query: Query, came: Sequence[_Seen], near: Near | None) -> Steps[list[Paper]]:
    """By the change since which they match."""
    moments = [(one, number) for one in came for number in one.past.numbers]
    then = [(place, one.past.after(number)) for place, (one, number) in enumerate(moments)]
    matched = yield from _matched(query, then, near)
    since: dict[str, int] = {}
    for place, (one, number) in enumerate(moments):
        key = one.paper.key
        if place not in matched:
            since.pop(key, None)
        else:
            since.setdefault(key, number)
    return [one.paper for one in sorted(came, key=lambda one: (since.get(one.paper.key, 0), one.paper.key))]
