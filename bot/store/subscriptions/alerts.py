"""From matches to deliveries: where an alert begins, what it may send, and what is due where and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.rules.places import place_of
from bot.rules.timing import BATCH_WAIT
from bot.store.archive import papers
from bot.store.engine import Row, driver
from bot.store.schema import beginning, due, hit, message, meta, sighting
from bot.store.subscriptions.waiting import UNCALLED
from feeds.match import match
from feeds.paper import Paper
from feeds.query import Query


@dataclass(frozen=True, slots=True)
class Calling:
    """One alert for one destination: what the contract counts as a unit with a beginning of its own."""

    alert: str
    query: Query
    destination: str
    lane: int
    head_start: timedelta
    mode: str
    quiet: str
    due_at: float
    """Unix seconds when what is enqueued now falls due."""


_RELEASE = "update due set due_at = ? where message_id is null and mode = 'each' and due_at > ? and due_at <= ?"


class _Place(NamedTuple):
    """A paper, the source whose reading brought it, and where it stands in a lane."""

    paper_id: int
    source: str
    place: int


class _Unit(NamedTuple):
    alert: str
    query: str
    destination: str


def begin(connection: Connection, callings: Sequence[Calling], sources: Iterable[str], now: datetime) -> int:
    """Note where new callings and sources begin, and enqueue the stored papers that they may have.

    A calling that was out of the configuration for some rounds gets what it missed. Returns the deliveries enqueued.
    """
    count = _next_round(connection)
    known = {(*_unit_of(row), row.source): row for row in connection.execute(select(beginning))}
    back: dict[_Unit, tuple[Calling, set[str]]] = {}
    for calling in callings:
        unit = _unit(calling)
        for source in sources:
            row = known.get((*unit, source))
            day = (now - calling.head_start).date().isoformat()
            if row is not None and row.day > now.date().isoformat():  # the clock was ahead
                connection.execute(delete(beginning).where(*_is(unit), beginning.c.source == source))
                row = None
            if row is None:
                values = {**unit._asdict(), "source": source, "day": day, "round": count}
                connection.execute(insert(beginning).values(values))
            if row is None or row.round != count - 1:
                back.setdefault(unit, (calling, set()))[1].add(source)
    _mark_round(connection, callings, count)
    return sum(_catch_up(connection, calling, names, now) for calling, names in back.values())


def enqueue(
    connection: Connection,
    callings: Sequence[Calling],
    some: Mapping[int, Paper],
    now: datetime,
    began: datetime,
    source: str = "",
) -> int:
    """Enqueue what these papers, in this order, call for; the number of new deliveries.

    `began` and `source`: of the reading that brought them; no source where they were stored before.
    """
    if not some or not callings:
        return 0
    ids = {one.key: paper_id for paper_id, one in some.items()}
    matches = match({calling.query: calling.query for calling in callings}, list(some.values()), now)
    beginnings = _beginnings(connection)
    seen = _alertable(connection, some)
    wanted: dict[int, list[Calling]] = {}
    for calling in callings:
        days = beginnings.get(_unit(calling), {})
        for one in matches[calling.query]:
            if any(source in days and day >= days[source] for source, day in seen.get(ids[one.key], ())):
                wanted.setdefault(ids[one.key], []).append(calling)
    order = {paper_id: place for place, paper_id in enumerate(some)}
    ordered = sorted(wanted, key=lambda paper_id: (some[paper_id].announced, order[paper_id]))
    return sum(
        _call(connection, _Place(paper_id, source, place_of(some[paper_id].announced, began)), calling, now)
        for paper_id in ordered
        for calling in wanted[paper_id]
    )


def release_batches(connection: Connection, now: datetime) -> None:
    """Every source of a round is read: what waited for that waits no more."""
    waits = (due.c.mode == "batch") & due.c.message_id.is_(None) & (due.c.due_at > now.timestamp())
    soon = due.c.due_at <= (now + BATCH_WAIT).timestamp()
    connection.execute(update(due).where(waits, soon, due.c.quiet == "").values(due_at=now.timestamp()))


def release_readings(connection: Connection, now: datetime, source: str | None = None) -> None:
    """A source is read, or nobody reads any: what came of `each` from it, and waited to be counted, waits no more."""
    statement, moment = _RELEASE if source is None else f"{_RELEASE} and source = ?", now.timestamp()
    values = (moment, moment, moment + BATCH_WAIT.total_seconds())
    driver(connection).execute(statement, values if source is None else (*values, source))


def why_not(connection: Connection, alert: str, query: Query, destination: str, paper_id: int, one: Paper) -> str:
    """Why a paper that an alert matches now was never due for it there."""
    if one.withdrawn or one.replaced:
        return "a withdrawn paper alerts nobody" if one.withdrawn else "a new version of an older paper alerts nobody"
    seen = _alertable(connection, {paper_id: one}).get(paper_id)
    if not seen:
        return "it was filled in from the past"
    days = _beginnings(connection).get(_Unit(alert, str(query), destination), {})
    begun = [(day, days[source]) for source, day in seen if source in days]
    if begun and all(day < first for day, first in begun):
        day, first = max(begun)
        return f"announced {day}, and the alert begins with {first}"
    return "it is due with the next round"


def _call(connection: Connection, one: _Place, calling: Calling, now: datetime) -> bool:
    """Enqueue one paper for one lane, or add this alert to what is enqueued already."""
    lane = (due.c.destination_id == calling.lane) & (due.c.paper_id == one.paper_id)
    wanted = select(due, message.c.state).outerjoin(message, message.c.id == due.c.message_id)
    row = connection.execute(wanted.where(lane)).first()
    timing = {"due_at": calling.due_at, "mode": calling.mode, "quiet": calling.quiet, "heading": calling.alert}
    revived = False
    if row is None:
        added = connection.execute(
            insert(due).values(destination_id=calling.lane, created=now.timestamp(), **one._asdict(), **timing)
        )
        assert added.inserted_primary_key
        due_id = added.inserted_primary_key[0]
    else:
        due_id = row.id
        revived = row.state == UNCALLED
        if revived or (row.message_id is None and calling.due_at < row.due_at):
            connection.execute(update(due).where(due.c.id == due_id).values(**timing, message_id=None))
    values = {"due_id": due_id, "alert": calling.alert, "query": str(calling.query), "created": now.timestamp()}
    connection.execute(upsert(hit).values(values).on_conflict_do_nothing())
    return row is None or revived


def _catch_up(connection: Connection, calling: Calling, sources: set[str], now: datetime) -> int:
    days = _beginnings(connection)[_unit(calling)]
    ids: set[int] = set()
    for source in sources:
        wanted = select(sighting.c.paper_id).where(sighting.c.source == source, ~sighting.c.past)
        ids.update(connection.execute(wanted.where(sighting.c.announced >= days[source])).scalars())
    some = papers.by_ids(connection, sorted(ids))
    return enqueue(connection, [calling], dict(sorted(some.items())), now, now)


def _beginnings(connection: Connection) -> dict[_Unit, dict[str, str]]:
    found: dict[_Unit, dict[str, str]] = {}
    for row in connection.execute(select(beginning)):
        found.setdefault(_unit_of(row), {})[row.source] = row.day
    return found


def _alertable(connection: Connection, some: Mapping[int, Paper]) -> dict[int, list[tuple[str, str]]]:
    """By paper, the sources and days by which it may alert: not of the past, not replaced, not withdrawn."""
    ids = [paper_id for paper_id, one in some.items() if not one.replaced and not one.withdrawn]
    found: dict[int, list[tuple[str, str]]] = {}
    for start in range(0, len(ids), 500):
        wanted = select(sighting).where(sighting.c.paper_id.in_(ids[start : start + 500]), ~sighting.c.past)
        for row in connection.execute(wanted):
            found.setdefault(row.paper_id, []).append((row.source, row.announced))
    return found


def _next_round(connection: Connection) -> int:
    before = connection.execute(select(meta.c.value).where(meta.c.name == "round")).scalar()
    count = int(before or 0) + 1
    statement = upsert(meta).values(name="round", value=str(count))
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": str(count)}))
    return count


def _mark_round(connection: Connection, callings: Sequence[Calling], count: int) -> None:
    for calling in callings:
        unit = _unit(calling)
        connection.execute(update(beginning).where(*_is(unit)).values(round=count))


def _is(unit: _Unit) -> list[ColumnElement[bool]]:
    return [
        beginning.c.alert == unit.alert,
        beginning.c.query == unit.query,
        beginning.c.destination == unit.destination,
    ]


def _unit(calling: Calling) -> _Unit:
    return _Unit(calling.alert, str(calling.query), calling.destination)


def _unit_of(row: Row) -> _Unit:
    return _Unit(row.alert, row.query, row.destination)
