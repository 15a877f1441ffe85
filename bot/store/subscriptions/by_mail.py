"""Who subscribes by mail: what they wish takes effect here, each wish in one transaction; and who wants nothing more.

An address that unsubscribed stays so until it asks again: it is kept, not a hash of it (docs/design.md).
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.rules.destinations import Destination
from bot.rules.manners import TOGETHER, TOP
from bot.rules.standing import Times
from bot.rules.wishes import MOST, Wish, mailbox
from bot.store.among import among
from bot.store.engine import Door, driver
from bot.store.outbox import lanes, outcomes
from bot.store.subscriptions import imported, questions, rows, waiting
from bot.store.subscriptions.imported import Wanted
from bot.store.subscriptions.questions import Question
from bot.store.subscriptions.rows import Kept, Subscription
from feeds.query import parse_query

ORIGIN = "mail"


def grant(connection: Connection, wish: Wish, name: str, now: datetime) -> None:
    """What somebody wishes. `name` is its own: of a question it becomes the name."""
    match wish.what:
        case "ask":
            said = Question(name, wish.about, wish.query, wish.deliver, wish.timezone, now.timestamp(), 0)
            questions.ask(connection, said, now)
        case "confirm":
            confirm(connection, wish.about, now)
        case "leave":
            leave(connection, wish.about, now)
        case _:
            _of_one(connection, wish, now)


def confirm(connection: Connection, name: str, now: datetime) -> bool:
    """A question's mailbox said yes: the subscription begins. False: it is no question any more, or there are many."""
    one = questions.open_one(connection, name, now)
    if one is None or len(standing(connection, one.address)) >= MOST:
        return False
    questions.answered(connection, name, now)
    to = mailbox(one.address)
    lane = lanes.of(connection, [to])[to]
    driver(connection).execute("update destination set unsubscribed = null where id = ?", (lane,))
    if lanes.is_closed(connection, lane):  # who says yes there has let us in again
        outcomes.reopen(connection, lane)
    query = parse_query(one.query)

    def make(its: int, there: Kept | None) -> Subscription:
        times = Times(one.deliver, there.quiet if there else "", one.timezone)
        top, together = (there.top, there.together) if there else (TOP, TOGETHER)
        return Subscription(str(to), its, query, times, top, together, owner=one.address)

    imported.take(connection, [Wanted(to, query.text, make)], ORIGIN, now)
    return True


def leave(connection: Connection, address: str, now: datetime) -> None:
    """An address wants nothing more: what it has ends, what waits for it goes, what the file says counts no more."""
    to = mailbox(address)
    lane = lanes.of(connection, [to])[to]
    rows.end(connection, [row.id for row in imported.every(connection, lane)], now)
    driver(connection).execute(_LEAVE, (now.timestamp(), lane))
    questions.void(connection, address, now)
    waiting.stop(connection, lane, now)


def standing(connection: Connection, address: str) -> list[Kept]:
    """The subscriptions of an address, but for the file's."""
    lane = lanes.at(connection, mailbox(address))
    return list(imported.every(connection, lane)) if lane is not None else []


def unsubscribed(connection: Connection, some: Iterable[Destination]) -> dict[Destination, float]:
    """Those of them that want nothing more, and since when (Unix seconds)."""
    named = {str(one): one for one in some}
    return {named[name]: since for name, since in among(connection, _SINCE, list(named))}


def has_left(connection: Door, lane: int) -> bool:
    """Whether a lane wants nothing more."""
    row = driver(connection).execute("select unsubscribed from destination where id = ?", (lane,)).fetchone()
    return row is not None and row[0] is not None


def stop_late(connection: Connection, now: datetime) -> None:
    """What was in hand when its address unsubscribed, and came back, goes too."""
    for (lane,) in driver(connection).execute(_LATE).fetchall():
        waiting.stop(connection, lane, now)


def _of_one(connection: Connection, wish: Wish, now: datetime) -> None:
    """Of a subscription that is its address's own."""
    for row in standing(connection, wish.about):
        if row.id == wish.number:
            _changed(connection, row, wish, now)
            waiting.obey(connection, {row.destination_id}, now)


def _changed(connection: Connection, row: Kept, wish: Wish, now: datetime) -> None:
    match wish.what:
        case "pause":
            rows.pause(connection, [row], None, now)
        case "resume":
            rows.resume(connection, [row], now)
        case "remove":
            rows.end(connection, [row.id], now)
        case _ if wish.query == row.query:
            after = row._replace(deliver=wish.deliver, timezone=wish.timezone)
            rows.change(connection, {row.id: after}, now)
        case _:
            _replaced(connection, row, wish, now)


def _replaced(connection: Connection, row: Kept, wish: Wish, now: datetime) -> None:
    """Another query, which begins anew."""
    rows.end(connection, [row.id], now)
    to, query = mailbox(wish.about), parse_query(wish.query)

    def make(its: int, _: Kept | None) -> Subscription:
        times = Times(wish.deliver, row.quiet, wish.timezone)
        return Subscription(
            str(to), its, query, times, row.top, row.together, owner=wish.about, paused=bool(row.paused)
        )

    imported.take(connection, [Wanted(to, query.text, make)], row.origin, now)


_LEAVE = "update destination set unsubscribed = coalesce(unsubscribed, ?) where id = ?"
_SINCE = """
    select name, unsubscribed from spelling join destination on destination.id = destination_id
    where unsubscribed is not null and name in ({})
"""
_LATE = """
    select distinct destination.id from destination join due on due.destination_id = destination.id
    left join message on message.id = due.message_id
    where unsubscribed is not null and (message_id is null or message.state in ('pending', 'unsure', 'parked'))
"""
