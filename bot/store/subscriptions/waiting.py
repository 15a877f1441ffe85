"""What waits obeys the configuration of now: who calls for it, when it falls due, in which hours it is held.

A paper whose message was not tried goes only while some alert of now calls for it. What was surely refused, or is
parked, counts as not tried once nothing calls for it; what may have arrived is looked up first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from bot.store.among import marks_for
from bot.store.archive import papers
from bot.store.archive.codec import instant
from bot.store.archive.references import near_for
from bot.store.engine import Row, driver
from bot.store.schema import due, message
from bot.store.subscriptions import rows
from bot.store.subscriptions.rows import Kept
from bot.store.upserts import upsert
from feeds.match import match
from feeds.paper import Paper
from feeds.query import Query, parse_query

UNCALLED, SKIPPED = "uncalled", "skipped"
"""States of a message that is never sent: nothing calls for it any more, or a person dropped it."""

_CHUNK = 500


def obey(connection: Connection, touched: Collection[int] | None, now: datetime) -> None:
    """Bring what waits in these lanes (None: in all) in line with the subscriptions of now."""
    waiting = _waiting_in(connection, touched)
    for start in range(0, len(waiting), _CHUNK):
        _obey(connection, waiting[start : start + _CHUNK], now)


def _waiting_in(connection: Connection, touched: Collection[int] | None) -> Sequence[Row]:
    if touched is None:
        return connection.execute(_waiting()).all()
    lanes, found = sorted(touched), list[Row]()
    for start in range(0, len(lanes), _CHUNK):
        found += connection.execute(_waiting().where(due.c.destination_id.in_(lanes[start : start + _CHUNK]))).all()
    return found


def skip(connection: Connection, lane: int, query: Query | None, now: datetime) -> int:
    """Drop what waits in a lane, or what of it a query matches: never sent. How many papers."""
    waiting = connection.execute(_waiting().where(due.c.destination_id == lane)).all()
    some = papers.by_ids(connection, {row.paper_id for row in waiting})
    near = near_for(connection, [query] if query else [])
    hits = match({"": query}, list(some.values()), now, near)[""] if query else list(some.values())
    chosen = {one.key for one in hits}
    rows = [row for row in waiting if some[row.paper_id].key in chosen]
    return _drop(connection, rows, SKIPPED, "skipped by a person", now)


def stop(connection: Connection, lane: int, now: datetime) -> None:
    """Whoever is there wants nothing more: all that waits goes, later parts of a digest too."""
    waiting = connection.execute(_waiting().where(due.c.destination_id == lane)).all()
    _drop(connection, waiting, UNCALLED, "unsubscribed", now, whole=False)


def _waiting() -> Select[Any]:
    """What was not sent and is not in hand, with the message it is packed in, if it is."""
    joined = select(due, message.c.state, message.c.attempts).outerjoin(message, message.c.id == due.c.message_id)
    return joined.where(due.c.message_id.is_(None) | message.c.state.in_(("pending", "unsure", "parked")))


def _obey(connection: Connection, waiting: Sequence[Row], now: datetime) -> None:
    some = papers.by_ids(connection, {row.paper_id for row in waiting})
    callers = _callers(connection, [row.id for row in waiting])
    wishes = _by_lane(connection, {row.destination_id for row in waiting})
    queries = _edited(wishes, callers, waiting)
    matches = match(queries, list(some.values()), now, near_for(connection, queries.values()))
    found = {query: {one.key for one in matches[query]} for query in queries}
    gone = []
    for row in waiting:
        mine = callers.get(row.id, [])
        calling = [one for one in wishes.get(row.destination_id, ()) if _calls(one, some[row.paper_id], mine, found)]
        if not calling:
            gone.append(row)
        elif row.message_id is None:
            _set(connection, row, calling, mine, now)
    _drop(connection, gone, UNCALLED, "no alert calls for it any more", now)


def _calls(wish: Kept, paper: Paper, callers: Iterable[Kept], found: Mapping[str, set[str]]) -> bool:
    """Whether it called for a paper by this query, under any name, or by an earlier one and matches it now too."""
    if any(one.query == wish.query for one in callers):
        return True
    edited = wish.name and any(one.name == wish.name for one in callers)
    return bool(edited) and paper.key in found[wish.query] and not (paper.withdrawn or paper.replaced)


def _edited(
    wishes: Mapping[int, Sequence[Kept]], callers: Mapping[int, Sequence[Kept]], waiting: Sequence[Row]
) -> dict[str, Query]:
    """The queries that were edited since they called for something, by their texts."""
    queries = dict[str, Query]()
    for row in waiting:
        called = {(one.name, one.query) for one in callers.get(row.id, ())}
        names = {name for name, _ in called if name}
        for wish in wishes.get(row.destination_id, ()):
            if wish.name in names and (wish.name, wish.query) not in called and wish.query not in queries:
                queries[wish.query] = parse_query(wish.query)
    return queries


def _set(connection: Connection, row: Row, wishes: Sequence[Kept], callers: Sequence[Kept], now: datetime) -> None:
    """Give it the earliest due time of its subscriptions of now; an edited one stands for what it was before."""
    before, since = instant(row.due_at), instant(row.created)
    moment, wish = min(((one.times.still(now, before, since), one) for one in wishes), key=lambda pair: pair[0])
    values = {
        "due_at": moment.timestamp(),
        "mode": wish.times.rule.mode,
        "quiet": wish.times.kept,
        "subscription_id": wish.id,
    }
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    connection.execute(update(due).where(due.c.id == row.id).values(values))
    names = {one.name for one in wishes if one.name}
    stay = [one.id for one in callers if one.name not in names]
    raw = driver(connection)
    raw.executemany("delete from hit where due_id = ? and subscription_id = ?", [(row.id, one.id) for one in callers])
    others = dict.fromkeys([*stay, *(one.id for one in wishes)])
    added = [(row.id, one, now.timestamp()) for one in others if one != wish.id]
    raw.executemany("insert into hit (due_id, subscription_id, created) values (?, ?, ?)", added)


def _drop(
    connection: Connection, rows: Sequence[Row], state: str, reason: str, now: datetime, *, whole: bool = True
) -> int:
    """Papers that are not sent after all. `whole`: a digest that was tried goes on with its later parts.

    It goes on, too, where one of its papers stays.
    """
    loose = [row for row in rows if row.message_id is None]
    for row in loose:
        now_so = {"destination_id": row.destination_id, "created": now.timestamp(), "settled": now.timestamp()}
        values = {"delivery": f"{state} {row.id}", "state": state, "payload": "{}", "error": reason, **now_so}
        # It may have been dropped before, and called for again since.
        added = upsert(connection, message).values(values)
        again = added.on_conflict_do_update(index_elements=["delivery"], set_=now_so)
        dropped = connection.execute(again.returning(message.c.id)).scalar_one()
        changed = update(due).where(due.c.id == row.id, due.c.message_id.is_(None))
        connection.execute(changed.values(message_id=dropped))
    packed = [row for row in rows if row.message_id]
    return len(loose) + _drop_packed(connection, packed, state, reason, now, whole=whole)


def _drop_packed(
    connection: Connection, rows: Sequence[Row], state: str, reason: str, now: datetime, *, whole: bool
) -> int:
    by_message: dict[int, list[Row]] = {}
    for row in rows:
        by_message.setdefault(row.message_id, []).append(row)
    count = 0
    for message_id, mine in by_message.items():
        papers_in_it = connection.execute(select(func.count()).where(due.c.message_id == message_id)).scalar_one()
        if len(mine) < papers_in_it or (whole and _goes_on(connection, message_id)):
            continue
        if mine[0].state == "unsure" and state == UNCALLED:
            connection.execute(update(due).where(due.c.message_id == message_id).values(mode=UNCALLED))
            continue
        values = {"state": state, "settled": now.timestamp(), "error": reason}
        connection.execute(update(message).where(message.c.id == message_id).values(values))
        count += len(mine)
    return count


def _goes_on(connection: Connection, message_id: int) -> bool:
    """Whether it is a later part of a digest whose first part was tried: they were stored together."""
    this = select(message.c.destination_id, message.c.created).where(message.c.id == message_id).subquery()
    parts = (message.c.destination_id == this.c.destination_id) & (message.c.created == this.c.created)
    earlier = parts & (message.c.id < message_id) & (message.c.attempts > 0)
    return connection.execute(select(func.count()).select_from(message).join(this, earlier)).scalar_one() > 0


def _callers(connection: Connection, due_ids: Sequence[int]) -> dict[int, list[Kept]]:
    """By delivery, the subscriptions that called for it."""
    pairs = driver(connection).execute(_CALLERS.format(marks_for(due_ids)), [*due_ids, *due_ids]).fetchall()
    kept = rows.some(connection, {number for _, number in pairs})
    found: dict[int, list[Kept]] = {}
    for due_id, number in pairs:
        if number in kept:
            found.setdefault(due_id, []).append(kept[number])
    return found


_CALLERS = """
    select id, subscription_id from due where id in ({0}) and subscription_id is not null
    union all select due_id, subscription_id from hit where due_id in ({0})
"""


def _by_lane(connection: Connection, lanes: Collection[int]) -> dict[int, list[Kept]]:
    """The subscriptions of lanes that call now."""
    found: dict[int, list[Kept]] = {}
    left = rows.left(connection, lanes)
    for row in rows.of_lanes(connection, lanes):
        if row.calls and row.destination_id not in left:
            found.setdefault(row.destination_id, []).append(row)
    return found
