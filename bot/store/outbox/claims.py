"""What a lane does next, and the claim before each send: durable when it is told.

`pending -> sending -> sent`, or `unsure` when the answer was lost, or `parked`; what became of a send is
bot.store.outbox.outcomes'. Decides nothing about time but what it is told, packs nothing and sends nothing. Statements
that every message costs go to the driver directly (bot.store.engine.driver).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, literal_column

from bot.store.engine import driver
from bot.store.kind import Driver
from bot.store.outbox import turns
from bot.store.outbox.next_up import Pack, Waiting, peek
from bot.store.outbox.terms import Hold, Terms
from bot.store.schema import message

OPEN = ("pending", "sending", "unsure")
"""States of a message that is still to be settled."""

IS_OPEN = message.c.state.in_([literal_column(f"'{state}'") for state in OPEN])
IS_PARKED = message.c.state == literal_column("'parked'")
"""Written out, not bound: SQLite takes a partial index for the very words alone that it was made with (measured: 10,000
lanes that wait, of 200,000 messages, were told in ten minutes, now in less than a second)."""


class Lane(NamedTuple):
    """An open destination with something due."""

    id: int
    scheme: str
    name: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A packed message, as it is stored, and the due rows that it carries."""

    payload: str
    dues: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send now: the claim is durable."""

    message: int
    delivery: str
    address: str
    thread: str
    payload: str
    papers: int
    """How many it carries; 0: it is a notice."""
    owner: str
    """The worker whose it is: one that was taken for dead has lost it."""
    turn: float | None = None
    """When the platform's turn is that was taken with it (bot.store.outbox.turns)."""
    of: Sequence[Waiting] = ()
    """What it was made of just now; empty: it was made before."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A message with a lost answer, to be looked up before it is sent again."""

    message: int
    address: str
    delivery: str
    payload: str
    since: float
    """Unix seconds of its first send."""
    after: str
    """Reference of the last message before it that surely arrived; empty if there was none."""
    papers: int
    attempts: int
    """How often it was sent: one that was sent since is another question."""
    asked: str = ""
    """How far the look-up came that was refused before."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that is being sent already."""

    message: int
    owner: str | None
    lives: bool
    """Whether the database knows its owner."""


AtHand: TypeAlias = Callable[[Pack, datetime], str | None]
"""The message for what would be packed now, where the very same was packed for another destination; packs nothing."""

SOMETHING_DUE = """id in (
        select destination_id from due where message_id is null and due_at <= ?
        union select destination_id from message where state in ('pending', 'sending', 'unsure'))
"""
"""Of a destination, at a moment."""
_LANES = f"""
    select id, scheme, (select min(name) from spelling where destination_id = destination.id) from destination
    where closed is null and unsubscribed is null and not_before <= ? and {SOMETHING_DUE}
    order by id
"""  # noqa: S608  (of our own words)
_HEAD = """
    select address, thread, destination.not_before, message.id, delivery, state, payload, message.not_before,
           first_tried, asked, owner, attempts,
           (select count(*) from due where due.message_id = message.id)
    from destination left join message on message.id = (
        select min(id) from message
        where destination_id = destination.id and state in ('pending', 'sending', 'unsure'))
    where destination.id = ? and closed is null and unsubscribed is null
"""
_LANE = "select address, thread, not_before from destination where id = ? and closed is null and unsubscribed is null"
_THIS = """
    select delivery, payload, (select count(*) from due where message_id = message.id),
           state = 'unsure' and attempts = ? and not_before <= ?
    from message where id = ?
"""
_LIVES = "select 1 from worker where id = ?"
_AS_FAR = 100_000
# Of lanes that were joined, one with a smaller id may have been sent later: it is no bound of a look-up.
_BEFORE = """
    select ref from message
    where destination_id = ? and id < ? and id > ? and state = 'sent' and settled <= ? order by id desc limit 1
"""
_CLAIM = """
    update message set state = 'sending', attempts = attempts + 1, asked = '', first_tried = coalesce(first_tried, ?),
                       owner = ?
    where id = ?
"""
_PACE = "update destination set not_before = ? where id = ?"
_CALLED = "select 1 from due where message_id = ? and mode <> 'uncalled'"
_UNCALLED = """
    update message set state = 'uncalled', settled = ?, error = 'no alert calls for it any more' where id = ?
"""
_MESSAGE = """
    insert into message (destination_id, delivery, payload, created, state, attempts, first_tried, owner)
    values (?, ?, ?, ?, ?, ?, ?, ?) returning id
"""
_CARRIED = "update due set message_id = ? where id = ? and destination_id = ? and message_id is null"
_FREE = "select 1 from due where id = ? and destination_id = ? and message_id is null"
_LANE_WITH = """
    select address, thread, not_before, exists (
        select 1 from due where id = ? and destination_id = destination.id and message_id is null)
    from destination where id = ? and closed is null and unsubscribed is null
"""


def lanes(connection: Connection, now: datetime, until: float) -> list[Lane]:
    """Every open destination with something due now that may go on before `until` (Unix seconds)."""
    found = driver(connection).execute(_LANES, (until, now.timestamp()))
    return [Lane(lane, scheme, name or f"lane {lane}") for lane, scheme, name in found]


def step(
    connection: Connection, lane: int, now: datetime, terms: Terms, owner: str, at_hand: AtHand
) -> Claim | Ask | Taken | Pack | Hold | None:
    """The lane's next move, durable when this returns: a claim is `owner`'s. None: nothing is due here."""
    raw = driver(connection)
    row = raw.execute(_HEAD, (lane,)).fetchone()
    if row is None:  # joined with another lane, or closed by its last send
        return None
    if row[3] is not None:
        return _again(raw, lane, _Head(*row), now, terms, owner)
    move = peek(raw, lane, now, terms, row[2])
    if isinstance(move, Pack) and (payload := at_hand(move, now)) is not None:  # a commit and a look less
        place = _Place(lane, row[0], row[1], move.waiting)
        return _stored(raw, place, [Ready(payload, tuple(one.due for one in move.waiting))], now, terms, owner)
    return move


def _again(
    raw: Driver, lane: int, head: "_Head", now: datetime, terms: Terms, owner: str
) -> Claim | Ask | Taken | Hold:
    """What to do about a message that was packed before."""
    moment = now.timestamp()
    wait = max(head.lane_not_before, head.not_before)
    if wait > moment:
        return Hold(wait)
    if head.state == "sending":
        return Taken(head.message, head.owner, raw.execute(_LIVES, (head.owner,)).fetchone() is not None)
    if head.state == "unsure":
        return _ask(raw, lane, head, head.first_tried or moment)
    claim = Claim(head.message, head.delivery, head.address, head.thread, head.payload, head.papers, owner)
    return _claimed(raw, lane, claim, now, terms)


def claim_again(
    connection: Connection, lane: int, ask: Ask, now: datetime, terms: Terms, owner: str
) -> Claim | Hold | None:
    """A message that was asked after and not found: ours to send again. Hold: meanwhile somebody else did.

    None if its lane is gone, or no alert calls for any of its papers by now (bot.store.subscriptions.waiting).
    """
    raw, moment = driver(connection), now.timestamp()
    row = raw.execute(_LANE, (lane,)).fetchone()
    it = raw.execute(_THIS, (ask.attempts, moment, ask.message)).fetchone()
    if row is None or it is None:
        return None
    delivery, payload, papers, is_still_asked = it
    if not is_still_asked:
        return Hold(moment)
    if papers and raw.execute(_CALLED, (ask.message,)).fetchone() is None:
        raw.execute(_UNCALLED, (moment, ask.message))
        return None
    return _claimed(raw, lane, Claim(ask.message, delivery, row[0], row[1], payload, papers, owner), now, terms)


def claim_packed(
    connection: Connection, lane: int, ready: Sequence[Ready], now: datetime, terms: Terms, owner: str
) -> Claim | Hold | None:
    """Store what was packed and claim its first message; a digest of several messages is stored whole.

    Hold: something changed since it was looked at, so look again. None: the lane is gone.
    """
    raw, moment = driver(connection), now.timestamp()
    first, *others = (due_id for one in ready for due_id in one.dues)
    row = raw.execute(_LANE_WITH, (first, lane)).fetchone()
    if row is None:
        return None
    address, thread, not_before, is_free = row
    if not_before > moment or not is_free or not all(raw.execute(_FREE, (one, lane)).fetchone() for one in others):
        return Hold(max(not_before, moment))
    return _stored(raw, _Place(lane, address, thread), ready, now, terms, owner)


class _Place(NamedTuple):
    """A lane, and where its messages go."""

    lane: int
    address: str
    thread: str
    of: Sequence[Waiting] = ()
    """What goes there, where it was looked at in this very transaction."""


def _stored(
    raw: Driver, place: _Place, ready: Sequence[Ready], now: datetime, terms: Terms, owner: str
) -> Claim | Hold:
    """Messages of what is due, the first of them ours. Hold: the platform is paused."""
    moment = now.timestamp()
    if isinstance(turn := turns.take(raw, terms.turns, moment), Hold):
        return turn
    delivery = terms.new_delivery(now)
    first = _added(raw, place.lane, delivery, ready[0], moment, ("sending", 1, moment, owner))
    for one in ready[1:]:
        _added(raw, place.lane, terms.new_delivery(now), one, moment, ("pending", 0, None, None))
    its = (first, delivery, place.address, place.thread, ready[0].payload, len(ready[0].dues))
    return _paced(raw, place.lane, Claim(*its, owner, turn, place.of), now, terms)


def _added(raw: Driver, lane: int, delivery: str, one: Ready, moment: float, tried: tuple[object, ...]) -> int:
    """A message's number."""
    ((added,),) = raw.execute(_MESSAGE, (lane, delivery, one.payload, moment, *tried)).fetchall()
    raw.executemany(_CARRIED, [(added, due_id, lane) for due_id in one.dues])
    return int(added)


class _Head(NamedTuple):
    """A lane, and its first message that is open."""

    address: str
    thread: str
    lane_not_before: float
    message: int
    delivery: str
    state: str
    payload: str
    not_before: float
    first_tried: float | None
    asked: str
    owner: str | None
    attempts: int
    papers: int


def _ask(raw: Driver, lane: int, head: _Head, since: float) -> Ask:
    ref = raw.execute(_BEFORE, (lane, head.message, head.message - _AS_FAR, since)).fetchone()
    after = (ref and ref[0]) or ""
    its = (head.message, head.address, head.delivery, head.payload, since, after, head.papers, head.attempts)
    return Ask(*its, head.asked)


def _claimed(raw: Driver, lane: int, wanted: Claim, now: datetime, terms: Terms) -> Claim | Hold:
    """A message that is packed already, from now on ours. Hold: its platform is paused."""
    moment = now.timestamp()
    if isinstance(turn := turns.take(raw, terms.turns, moment), Hold):
        return turn
    raw.execute(_CLAIM, (moment, wanted.owner, wanted.message))
    return _paced(raw, lane, replace(wanted, turn=turn), now, terms)


def _paced(raw: Driver, lane: int, claimed: Claim, now: datetime, terms: Terms) -> Claim:
    """The lane keeps its pace from the claim on: a kill right after the send does not forget it."""
    raw.execute(_PACE, (now.timestamp() + terms.interval(claimed.address), lane))
    return claimed
