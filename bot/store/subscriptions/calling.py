"""From matches to deliveries: what each subscription may have of a batch of papers, and what is due where and when."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from bot.rules.standing import Due, Times
from bot.rules.timing import BATCH_WAIT
from bot.store import went
from bot.store.among import among
from bot.store.engine import Door, driver
from bot.store.subscriptions import file, rows
from bot.store.subscriptions.offers import Offers, alertable
from bot.store.subscriptions.rows import Kept
from bot.store.subscriptions.waiting import UNCALLED
from feeds.paper import Paper

When = Callable[[Times, bool], Due]
"""Times, and whether papers of `each` are counted -> when what is enqueued now falls due."""


class Match(NamedTuple):
    """A subscription and the papers of a batch that it matches, a bit each."""

    lane: int
    id: int
    bits: int


def may_call(row: Kept, days: Mapping[str, str], some: Offers) -> int:
    """The papers that a subscription may have, whatever it matches (contract: Where an alert begins)."""
    if file.is_of_the_file(row):
        found = 0
        for source, day in days.items():
            found |= some.seen_from(source, max(day, (some.stored and row.behind) or ""))
        return found if row.numbers else found & some.whole
    if not row.numbers:
        return some.after(row.begun) & some.whole
    day = datetime.fromtimestamp(row.begun, UTC).date().isoformat()
    turned = some.known & some.announced_from(day) & ~some.matched_before.get(row.id, 0)
    return some.after(row.begun) | turned


def enqueue(connection: Door, hits: Sequence[Match], some: Offers, when: When, now: datetime) -> int:
    """Enqueue what these subscriptions, all there are of their lanes, call for; the number of new deliveries."""
    kept = rows.some(connection, [one.id for one in hits])
    days = file.beginnings(connection, [row.id for row in kept.values() if file.is_of_the_file(row)])
    there = _still_there(connection, some)
    left = rows.left(connection, {one.lane for one in hits})
    calls: list[_Call] = []
    others: list[_Call] = []
    for lane, group in groupby(hits, key=lambda one: one.lane):
        if lane in left:
            continue
        mine = [
            (kept[hit.id], bits)
            for hit in group
            if hit.id in kept and kept[hit.id].calls
            if (bits := hit.bits & there & some.left(hit.lane) & may_call(kept[hit.id], days.get(hit.id, {}), some))
        ]
        first, later = _of_lane(mine, when)
        calls += first
        others += later
    return _store(connection, calls, others, some, now)


def why_not(connection: Door, key: tuple[str, str, str], paper_id: int, one: Paper) -> str:
    """Why a paper that a subscription of the file matches now was never due for it. `key`: `Subscription.key`."""
    if one.withdrawn or one.replaced:
        return "a withdrawn paper alerts nobody" if one.withdrawn else "a new version of an older paper alerts nobody"
    seen = alertable(connection, [paper_id]).get(paper_id)
    if not seen:
        return "it was filled in from the past"
    row = driver(connection).execute(_OF_FILE, key).fetchone()
    if row and rows.left(connection, [row[1]]):
        return "this address unsubscribed: nothing is sent to it until it asks again"
    days = file.beginnings(connection, row[:1]).get(row[0], {}) if row else {}
    begun = [(day, days[source]) for source, day in seen if source in days]
    if begun and all(day < first for day, first in begun):
        day, first = max(begun)
        return f"announced {day}, and the alert begins with {first}"
    return "it is due with the next round"


def release(connection: Door, mode: str, now: datetime, at_most: int, source: str | None) -> int:
    """Some of what waits for the end of a round (batch) or of a reading (each) is due now; how many that were.

    Of a reading's: those of its source, or of all where nobody reads.
    """
    moment = now.timestamp()
    mine, values = ("", ()) if source is None else ("and source = ?", (source,))
    statement = _RELEASE.format(mine)
    return driver(connection).execute(statement, (moment, mode, moment, moment + _WAIT, *values, at_most)).rowcount


class _Call(NamedTuple):
    """A subscription calls for a paper."""

    lane: int
    paper: int
    """Its bit."""
    due: Due
    id: int


def _of_lane(mine: Sequence[tuple[Kept, int]], when: When) -> tuple[list[_Call], list[_Call]]:
    """For each paper the call by which it is due, the earliest; and the others. In order of papers."""
    calls = [
        _Call(row.destination_id, bit, due, row.id)
        for row, bits in mine
        for due in [when(row.times, row.together > 0)]
        for bit in _bits(bits)
    ]
    if len(mine) < 2:
        return calls, []
    first: dict[int, _Call] = {}
    for one in calls:
        known = first.get(one.paper)
        if known is None or one.due.at < known.due.at:
            first[one.paper] = one
    chosen = set(first.values())
    return sorted(first.values(), key=lambda one: one.paper), [one for one in calls if one not in chosen]


def _store(connection: Door, calls: Sequence[_Call], others: Sequence[_Call], some: Offers, now: datetime) -> int:
    raw, moment, papers = driver(connection), now.timestamp(), some.all
    gone = went.pairs(connection, {papers[one.paper].id for one in calls})
    calls, others = ([one for one in few if (one.lane, papers[one.paper].id) not in gone] for few in (calls, others))
    if not calls:
        return 0
    ((last,),) = raw.execute("select coalesce(max(id), 0) from due").fetchall()
    added = raw.executemany(
        _ADD,
        [
            (one.lane, paper.id, *one.due, one.id, moment, paper.place, paper.source)
            for one, paper in zip(calls, [papers[one.paper] for one in calls], strict=True)
        ],
    ).rowcount
    joined = [*(calls if added < len(calls) else ()), *others]
    return added + sum(_join(connection, one, papers[one.paper].id, last, moment) for one in joined)


def _join(connection: Door, one: _Call, paper_id: int, last: int, moment: float) -> bool:
    """Add a call to a delivery that is there already; whether it revives it, since nothing called for it any more."""
    raw = driver(connection)
    due_id, due_at, caller, message_id, state = raw.execute(_THERE, (one.lane, paper_id)).fetchone()
    if caller == one.id and (due_id > last or state != UNCALLED):
        return False
    if state == UNCALLED or (message_id is None and one.due.at < due_at and caller != one.id):
        raw.execute(_TIME, (*one.due, one.id, due_id))
        if caller is not None and caller != one.id:
            raw.execute(_HIT, (due_id, caller, moment))
        raw.execute(_NO_HIT, (due_id, one.id))
        return bool(state == UNCALLED)
    raw.execute(_HIT, (due_id, one.id, moment))
    return False


_ADD = """
    insert into due (destination_id, paper_id, due_at, mode, quiet, subscription_id, created, place, source)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (destination_id, paper_id) do nothing
"""
_THERE = """
    select due.id, due_at, subscription_id, message_id, state from due left join message on message.id = message_id
    where due.destination_id = ? and paper_id = ?
"""
_TIME = "update due set due_at = ?, mode = ?, quiet = ?, subscription_id = ?, message_id = null where id = ?"
_HIT = "insert into hit (due_id, subscription_id, created) values (?, ?, ?) on conflict do nothing"
_NO_HIT = "delete from hit where due_id = ? and subscription_id = ?"
_RELEASE = """
    update due set due_at = ? where id in (
        select id from due where message_id is null and mode = ? and due_at > ? and due_at <= ? {} limit ?)
"""
_WAIT = BATCH_WAIT.total_seconds()
_OF_FILE = """
    select id, destination_id from subscription
    where origin = 'config' and name = ? and query = ? and destination = ?
"""


def _bits(bits: int) -> Iterable[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _still_there(connection: Door, some: Offers) -> int:
    """Those whose marks are still as they were read; of stored papers, those that were not joined with another."""
    marks = {row[0] for row in among(connection, _MARKED, [one.mark.id for one in some.all if one.mark])}
    papers = {row[0] for row in among(connection, _EXISTS, [one.id for one in some.all if not one.mark])}
    there = (one.mark.id in marks if one.mark else one.id in papers for one in some.all)
    return sum(1 << number for number, is_there in enumerate(there) if is_there)


_MARKED = "select id from news where id in ({})"
_EXISTS = "select id from paper where id in ({})"
