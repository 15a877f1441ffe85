"""What waits obeys the configuration of now: who calls for it, when it falls due, in which hours it is held.

A paper whose message was not tried goes only while some alert of now calls for it. What was surely refused, or is
parked, counts as not tried once nothing calls for it; what may have arrived is looked up first.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.rules.timing import Quiet, Rule, still_due
from bot.store.archive import papers
from bot.store.archive.codec import instant
from bot.store.engine import Row
from bot.store.schema import due, hit, message, meta
from feeds.match import match
from feeds.paper import Paper
from feeds.query import Query

UNCALLED, SKIPPED = "uncalled", "skipped"
"""States of a message that is never sent: nothing calls for it any more, or a person dropped it."""

_OBEYED = "obeyed"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What an alert says now of one of its destinations."""

    alert: str
    query: Query
    lane: int
    rule: Rule
    quiet: Quiet | None
    zone: ZoneInfo

    def due(self, now: datetime, before: datetime, since: datetime) -> datetime:
        """When something that waits since then, and was due at `before`, falls due."""
        return still_due(self.rule, self.quiet, self.zone, now, before, since)


def obey(connection: Connection, wishes: Sequence[Wish], now: datetime, *, again: bool = False) -> None:
    """Bring what waits in line with these wishes, all there are; at no cost while they are what they were.

    `again`: also then, since the clock was set back.
    """
    mark = hashlib.sha256(repr([_words(one) for one in wishes]).encode()).hexdigest()[:16]
    known = connection.execute(select(meta.c.value).where(meta.c.name == _OBEYED)).scalar()
    if known == mark and not again:
        return
    statement = upsert(meta).values(name=_OBEYED, value=mark)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": mark}))
    by_lane = _by_lane(wishes)
    waiting = connection.execute(_waiting()).all()
    for start in range(0, len(waiting), _CHUNK):
        _obey(connection, waiting[start : start + _CHUNK], by_lane, now)


def skip(connection: Connection, lane: int, query: Query | None, now: datetime) -> int:
    """Drop what waits in a lane, or what of it a query matches: never sent. How many papers."""
    waiting = connection.execute(_waiting().where(due.c.destination_id == lane)).all()
    some = papers.by_ids(connection, {row.paper_id for row in waiting})
    hits = match({"": query}, list(some.values()), now)[""] if query else list(some.values())
    chosen = {one.key for one in hits}
    rows = [row for row in waiting if some[row.paper_id].key in chosen]
    return _drop(connection, rows, SKIPPED, "skipped by a person", now)


def _waiting() -> Select[Any]:
    """What was not sent and is not in hand, with the message it is packed in, if it is."""
    joined = select(due, message.c.state, message.c.attempts).outerjoin(message, message.c.id == due.c.message_id)
    return joined.where(due.c.message_id.is_(None) | message.c.state.in_(("pending", "unsure", "parked")))


def _obey(connection: Connection, rows: Sequence[Row], by_lane: Mapping[int, Sequence[Wish]], now: datetime) -> None:
    some = papers.by_ids(connection, {row.paper_id for row in rows})
    hits = _hits(connection, [row.id for row in rows])
    queries = {wish.query: wish.query for wishes in by_lane.values() for wish in wishes}
    matches = match(queries, list(some.values()), now)
    found = {query: {one.key for one in matches[query]} for query in queries}
    gone = []
    for row in rows:
        paper = some[row.paper_id]
        wishes = [
            one for one in by_lane.get(row.destination_id, ()) if _calls(one, paper, hits.get(row.id, set()), found)
        ]
        if not wishes:
            gone.append(row)
        elif row.message_id is None:
            _set(connection, row, wishes, now)
    _drop(connection, gone, UNCALLED, "no alert calls for it any more", now)


def _calls(wish: Wish, paper: Paper, hits: set[tuple[str, str]], found: Mapping[Query, set[str]]) -> bool:
    """Whether an alert called for it by this query, under any name, or by an earlier one and matches it now too."""
    if any(query == str(wish.query) for _, query in hits):
        return True
    edited = any(alert == wish.alert for alert, _ in hits)
    return edited and paper.key in found[wish.query] and not (paper.withdrawn or paper.replaced)


def _set(connection: Connection, row: Row, wishes: Sequence[Wish], now: datetime) -> None:
    """Give it the earliest due time of its alerts of now."""
    before, since = instant(row.due_at), instant(row.created)
    moment, wish = min(((one.due(now, before, since), one) for one in wishes), key=lambda pair: pair[0])
    values = {
        "due_at": moment.timestamp(),
        "mode": wish.rule.mode,
        "quiet": str(wish.quiet or ""),
        "heading": wish.alert,
    }
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    connection.execute(update(due).where(due.c.id == row.id).values(values))
    for one in wishes:
        added = {"due_id": row.id, "alert": one.alert, "query": str(one.query), "created": now.timestamp()}
        newer = {"query": str(one.query)}
        statement = upsert(hit).values(added)
        connection.execute(statement.on_conflict_do_update(index_elements=["due_id", "alert"], set_=newer))


def _drop(connection: Connection, rows: Sequence[Row], state: str, reason: str, now: datetime) -> int:
    """Papers that are not sent after all. A digest is tried as a whole: it goes on where one of its papers stays."""
    loose = [row for row in rows if row.message_id is None]
    for row in loose:
        now_so = {"destination_id": row.destination_id, "created": now.timestamp(), "settled": now.timestamp()}
        values = {"delivery": f"{state} {row.id}", "state": state, "payload": "{}", "error": reason, **now_so}
        # It may have been dropped before, and called for again since.
        added = upsert(message).values(values).on_conflict_do_update(index_elements=["delivery"], set_=now_so)
        dropped = connection.execute(added.returning(message.c.id)).scalar_one()
        changed = update(due).where(due.c.id == row.id, due.c.message_id.is_(None))
        connection.execute(changed.values(message_id=dropped))
    return len(loose) + _drop_packed(connection, [row for row in rows if row.message_id], state, reason, now)


def _drop_packed(connection: Connection, rows: Sequence[Row], state: str, reason: str, now: datetime) -> int:
    by_message: dict[int, list[Row]] = {}
    for row in rows:
        by_message.setdefault(row.message_id, []).append(row)
    count = 0
    for message_id, mine in by_message.items():
        whole = connection.execute(select(func.count()).where(due.c.message_id == message_id)).scalar_one()
        if len(mine) < whole or _goes_on(connection, message_id):
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


def _hits(connection: Connection, due_ids: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = {}
    for row in connection.execute(select(hit).where(hit.c.due_id.in_(due_ids))):
        found.setdefault(row.due_id, set()).add((row.alert, row.query))
    return found


def _by_lane(wishes: Sequence[Wish]) -> dict[int, list[Wish]]:
    found: dict[int, list[Wish]] = {}
    for wish in wishes:
        found.setdefault(wish.lane, []).append(wish)
    return found


def _words(wish: Wish) -> tuple[str, ...]:
    return wish.alert, str(wish.query), str(wish.lane), repr(wish.rule), str(wish.quiet), wish.zone.key
