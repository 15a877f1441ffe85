"""What a lane's next message carries: the first paper that is due, or all that share its digest. Claims nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import NamedTuple

from bot.rules.manners import Manner, together
from bot.rules.places import of_one_round
from bot.rules.stops import Stop
from bot.rules.timing import BATCH_WAIT
from bot.store.archive.paper_rows import PaperRow
from bot.store.kind import Driver
from bot.store.outbox.served import last_stop
from bot.store.outbox.terms import Hold, Terms

DIGESTS = ("daily", "weekly")
"""Modes that have a time of their own, and one message for a local date."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that is due, and why."""

    due: int
    by: Manner
    """The subscription by whose time it is due."""
    came: float
    """Unix seconds since which it waits."""
    paper: PaperRow
    callers: tuple[Manner, ...]
    """Each that called for it, first come first."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What the lane's next message carries: one paper, or all that share its digest. To be packed, then claimed."""

    waiting: Sequence[Waiting]
    digest: bool
    stop: Stop | None = None
    """Of a digest: the last long time in which delivery was not at work."""
    weekly: tuple[Manner, ...] = ()
    """Of a weekly digest: all that the destination gets by the week, also what brought nothing."""


_CALLED = 2 + len(PaperRow._fields)
"""The column from which on a caller stands in what is known of a paper."""
_DUE = """
    select id, mode, quiet, subscription_id, place, source from due
    where destination_id = ? and message_id is null and due_at <= ? order by place, id
"""
_SAME_READING = """
    select id, quiet, subscription_id, place from due
    where destination_id = ?1 and message_id is null and place between ?2 and ?3 and source = ?4 and mode = 'each'
          and due_at <= ?5
    union all
    select due.id, quiet, hit.subscription_id, place from due join hit on hit.due_id = due.id
    where destination_id = ?1 and message_id is null and place between ?2 and ?3 and source = ?4 and mode = 'each'
          and due_at <= ?5
    order by place, id
"""
_AS_MANNER = """
    subscription.id, name, query, deliver, timezone, top, silent, together, ended is null
"""
_MANNER = f"select {_AS_MANNER} from subscription where id = ?"  # noqa: S608
# One that was missed counts for the date on which it came late; one that waited a little, for its own.
_LAST_DIGEST = """
    with same as (select id from subscription where destination_id = ?1 and (id = ?2 or (name = ?3 and ?3 <> '')))
    select max(moment) from (
        select case when message.created - due.due_at < 3600 then due.due_at else message.created end as moment
        from due join message on message.id = due.message_id
        where due.destination_id = ?1 and due.mode in ('daily', 'weekly')
              and message.state not in ('uncalled', 'skipped')
              and (due.subscription_id in (select id from same) or exists (
                   select 1 from hit where hit.due_id = due.id and hit.subscription_id in (select id from same))))
    where moment < ?4
"""
_WEEKLY = f"""
    select {_AS_MANNER} from subscription
    where destination_id = ? and ended is null and not paused and deliver like 'weekly%' order by id
"""  # noqa: S608
_PUT_OFF = "update due set due_at = ? where id = ?"
# One statement for a paper and all who called for it: between two, other threads take their turn.
_WAITING = f"""
    select due.subscription_id, due.created, {", ".join(f"paper.{column}" for column in PaperRow._fields)}, {_AS_MANNER}
    from due join paper on paper.id = due.paper_id join (
        select subscription_id, created from due where id = ?1
        union all select subscription_id, created from hit where due_id = ?1) as called on true
    left join subscription on subscription.id = called.subscription_id
    where due.id = ?1 order by called.created, name, subscription.id
"""  # noqa: S608


def peek(raw: Driver, lane: int, now: datetime, terms: Terms, not_before: float) -> Pack | Hold | None:
    """What the next message carries: the first due paper, or all that share its digest; else when the first may go."""
    digest: list[int] = []
    its_mode = ""
    ends: dict[str, float | None] = {}
    put_off: dict[int, float | None] = {}
    for due_id, mode, quiet, number, place, source in raw.execute(_DUE, (lane, now.timestamp())):
        if quiet not in ends:
            ends[quiet] = terms.held(quiet, now)
        if ends[quiet] is not None or (digest and mode != its_mode):
            continue
        if not_before > now.timestamp():
            return Hold(not_before)
        if mode in DIGESTS and (first := terms.no_digest_before(now)) > now.timestamp():
            ends[quiet + mode] = first
            continue
        if mode in DIGESTS and number not in put_off:
            one = _manner(raw, number)
            ((last,),) = raw.execute(_LAST_DIGEST, (lane, one.id, one.name, terms.end_of_day(one, now))).fetchall()
            put_off[number] = terms.put_off(one, now, last)
        if mode in DIGESTS and put_off[number] is not None:  # it had one for this local date here
            raw.execute(_PUT_OFF, (put_off[number], due_id))
            continue
        if mode == "each":
            head = known(raw, due_id)
            many = _many_at_once(raw, lane, _Head(place, source, head.callers), now, terms)
            return _pack(raw, many) if many else Pack([head], digest=False)
        digest.append(due_id)
        its_mode = mode
    held_until = min((end for end in ends.values() if end is not None), default=None)
    if digest:
        return replace(_pack(raw, digest), weekly=_weekly(raw, lane) if its_mode == "weekly" else ())
    return Hold(held_until) if held_until is not None else None


class _Head(NamedTuple):
    """The first due paper of `each`: what it came with, and who called for it."""

    place: int
    source: str
    callers: tuple[Manner, ...]


def _many_at_once(raw: Driver, lane: int, head: _Head, now: datetime, terms: Terms) -> list[int]:
    """Papers of `each` that go as one digest, the head among them: so many came with one reading for an alert.

    Also those that still wait for the reading's end. Empty: the head goes alone.
    """
    counted = [one for one in head.callers if together((one,)) < inf]
    if not counted:
        return []
    until = (now + BATCH_WAIT).timestamp()
    rows = raw.execute(_SAME_READING, (lane, *of_one_round(head.place), head.source, until)).fetchall()
    callers: dict[int, set[Manner]] = {}
    papers: dict[Manner, set[int]] = {}
    for due_id, _, number, _ in rows:
        one = _manner(raw, number)
        callers.setdefault(due_id, set()).add(one)
        papers.setdefault(one, set()).add(due_id)
    chosen: set[int] = set()
    for one in counted:
        of_it = papers[one]
        if len(of_it) > together(set[Manner]().union(*(callers[paper] for paper in of_it))):
            chosen |= of_it
    free = {quiet: terms.held(quiet, now) is None for _, quiet, _, _ in rows}
    return list(dict.fromkeys(due_id for due_id, quiet, _, _ in rows if due_id in chosen and free[quiet]))


def _pack(raw: Driver, dues: Sequence[int]) -> Pack:
    """Of a digest."""
    return Pack([known(raw, one) for one in dues], digest=True, stop=last_stop(raw))


def known(raw: Driver, due_id: int) -> Waiting:
    """A paper that waits, or went, as it would go now: with each that called for it, first come first."""
    rows = raw.execute(_WAITING, (due_id,)).fetchall()
    number, came, *paper = rows[0][:_CALLED]
    callers = tuple(Manner(*row[_CALLED:]) for row in rows if row[_CALLED] is not None)
    by = next((one for one in callers if one.id == number), None) or _manner(raw, number)
    return Waiting(due_id, by, came, PaperRow(*paper), callers)


def _weekly(raw: Driver, lane: int) -> tuple[Manner, ...]:
    return tuple(Manner(*row) for row in raw.execute(_WEEKLY, (lane,)))


def _manner(raw: Driver, number: int | None) -> Manner:
    """A subscription's, as it is now."""
    row = raw.execute(_MANNER, (number,)).fetchone()
    return Manner(*row) if row else Manner(stands=0)
