"""Papers as they are offered to subscriptions: with where each was announced, and what of it is new."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from bot.rules.places import place_of
from bot.store.among import among
from bot.store.archive import codec, paper_rows
from bot.store.archive.paper_rows import PaperRow
from bot.store.engine import Door, driver
from bot.store.subscriptions.news import Mark
from feeds.paper import Paper


@dataclass(frozen=True, slots=True)
class Offer:
    """A paper as it is offered to subscriptions."""

    id: int
    paper: Paper
    came: float
    """Unix seconds when it was first stored."""
    announced: str
    seen: Sequence[tuple[str, str]]
    """Source and day of each sighting by which it may alert."""
    source: str
    """Whose reading brought it; empty: it was stored before."""
    place: int
    mark: Mark | None = None


@dataclass(frozen=True)
class Offers:
    """Papers in the order in which they are enqueued: bit n is paper n."""

    all: Sequence[Offer]
    matched_before: Mapping[int, int] = field(default_factory=dict)
    """By subscription that asks for numbers: the papers that it matched as they were."""
    stored: bool = False
    """Whether all of them were there before those who call now."""
    _after: dict[float, int] = field(default_factory=dict)
    _seen_from: dict[tuple[str, str], int] = field(default_factory=dict)
    _from: dict[str, int] = field(default_factory=dict)

    def after(self, moment: float) -> int:
        """Those first stored after a moment."""
        if moment not in self._after:
            self._after[moment] = self._where(lambda one: one.came > moment) & self.free
        return self._after[moment]

    def seen_from(self, source: str, day: str) -> int:
        """Those that a source announced on a day or later."""
        if (source, day) not in self._seen_from:
            wanted = self._where(lambda one: any(name == source and on >= day for name, on in one.seen))
            self._seen_from[source, day] = wanted
        return self._seen_from[source, day]

    def announced_from(self, day: str) -> int:
        """Those announced on a day or later."""
        if day not in self._from:
            self._from[day] = self._where(lambda one: one.announced >= day) & self.free
        return self._from[day]

    @cached_property
    def free(self) -> int:
        """Those by which anybody is alerted: not of the past, not replaced, not withdrawn."""
        return self._where(lambda one: bool(one.seen))

    @cached_property
    def whole(self) -> int:
        """Those of which more than numbers is new."""
        return self._where(lambda one: one.mark is None or bool(one.mark.whole))

    @cached_property
    def known(self) -> int:
        """Those that were called for before."""
        return self._where(lambda one: one.mark is not None and one.mark.before is not None)

    @property
    def first_day(self) -> str:
        """The first on which anybody announced one of them."""
        return min(day for one in self.all for day in (one.announced, *(on for _, on in one.seen)))

    def left(self, lane: int) -> int:
        """Those that are not done yet in a lane."""
        found = 0
        for done, bits in self._by_lane.items():
            found |= bits if done < lane else 0
        return found

    @cached_property
    def _by_lane(self) -> Mapping[int, int]:
        """Several, where an earlier process was stopped in the middle of them."""
        found: dict[int, int] = {}
        for number, one in enumerate(self.all):
            lane = one.mark.lane if one.mark else 0
            found[lane] = found.get(lane, 0) | 1 << number
        return found

    def _where(self, test: Callable[[Offer], bool]) -> int:
        return sum(1 << number for number, one in enumerate(self.all) if test(one))


def of_marks(connection: Door, marks: Sequence[Mark]) -> list[Offer]:
    """Papers with marks, oldest day first, then as they came."""
    by_paper = {one.paper_id: one for one in marks}
    found = paper_rows.some(connection, by_paper)
    seen = alertable(connection, found)
    made = [
        _offer(found[number], seen.get(number, ()), mark.source, datetime.fromtimestamp(mark.began, UTC), mark)
        for number, mark in by_paper.items()
        if number in found
    ]
    return sorted(made, key=lambda one: (one.announced, one.mark.id if one.mark else 0))


def stored_since(connection: Door, day: str, now: datetime) -> list[Offer]:
    """Papers that a source announced on a day or later, for those who were not there then."""
    raw = driver(connection)
    names = [name for (name,) in raw.execute("select name from source")]
    ids = {number for name in names for (number,) in raw.execute(_SINCE, (name, day))}
    found = paper_rows.some(connection, sorted(ids))
    seen = alertable(connection, found)
    made = [_offer(row, seen.get(row.id, ()), "", now) for row in found.values()]
    return sorted(made, key=lambda one: (one.announced, one.id))


def _offer(
    row: PaperRow, seen: Sequence[tuple[str, str]], source: str, began: datetime, mark: Mark | None = None
) -> Offer:
    one = codec.from_row(row)
    silent = one.replaced or one.withdrawn
    place = place_of(one.announced, began)
    return Offer(row.id, one, row.first_seen, row.announced, () if silent else seen, source, place, mark)


def alertable(connection: Door, ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """By paper, the sources and days of its sightings, but for what was filled in from the past."""
    found = dict[int, list[tuple[str, str]]]()
    for number, source, day in among(connection, _SEEN, list(ids)):
        found.setdefault(number, []).append((source, day))
    return found


_SINCE = "select paper_id from sighting where source = ? and announced >= ? and not past"
_SEEN = "select paper_id, source, announced from sighting where paper_id in ({}) and not past"
