"""What a lane's next message carries: one paper, or all that share its digest. Looks, and packs nothing."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import NamedTuple

from bot.rules.places import of_one_round
from bot.rules.stops import Stop
from bot.rules.timing import BATCH_WAIT
from bot.store.archive.paper_rows import PaperRow
from bot.store.outbox.served import last_stop
from bot.store.outbox.terms import Hold, Terms

DIGESTS = ("daily", "weekly")
"""Modes that have a time of their own, and one message for a local date."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that is due, and why."""

    due: int
    heading: str
    """The alert by whose time it is due."""
    came: float
    """Unix seconds since which it waits."""
    paper: PaperRow
    hits: tuple[tuple[str, str], ...]
    """Alert and query of each that called for it, first come first."""


@dataclass(frozen=True, slots=True)
class Pack:
    """What the lane's next message carries: one paper, or all that share its digest. To be packed, then claimed."""

    waiting: Sequence[Waiting]
    digest: bool
    stop: Stop | None = None
    """Of a digest: the last long time in which delivery was not at work."""


_DUE = """
    select id, mode, quiet, heading, place, source from due
    where destination_id = ? and message_id is null and due_at <= ? order by place, id
"""
_SAME_READING = """
    select due.id, quiet, alert from due join hit on hit.due_id = due.id
    where destination_id = ? and message_id is null and place between ? and ? and source = ? and mode = 'each'
          and due_at <= ?
    order by place, due.id
"""
_WAITING = f"""
    select due.id, heading, created, {", ".join(f"paper.{column}" for column in PaperRow._fields)}
    from due join paper on paper.id = due.paper_id where due.id = ?
"""  # noqa: S608  (of our own words)
# One that was missed counts for the date on which it came late; one that waited a little, for its own.
_LAST_DIGEST = """
    select max(moment) from (
        select case when message.created - due.due_at < 3600 then due.due_at else message.created end as moment
        from due join hit on hit.due_id = due.id join message on message.id = due.message_id
        where due.destination_id = ? and hit.alert = ? and due.mode in ('daily', 'weekly')
              and message.state not in ('uncalled', 'skipped'))
    where moment < ?
"""
_PUT_OFF = "update due set due_at = ? where id = ?"
_HITS = "select alert, query from hit where due_id = ? order by created, alert"


def peek(raw: sqlite3.Connection, lane: int, now: datetime, terms: Terms, not_before: float) -> Pack | Hold | None:
    """What the next message carries: the first due paper, or all that share its digest; else when the first may go."""
    together: list[int] = []
    its_mode = ""
    ends: dict[str, float | None] = {}
    put_off: dict[str, float | None] = {}
    for due_id, mode, quiet, heading, place, source in raw.execute(_DUE, (lane, now.timestamp())):
        if quiet not in ends:
            ends[quiet] = terms.held(quiet, now)
        if ends[quiet] is not None or (together and mode != its_mode):
            continue
        if not_before > now.timestamp():
            return Hold(not_before)
        if mode in DIGESTS and (first := terms.no_digest_before(now)) > now.timestamp():
            ends[quiet + mode] = first
            continue
        if mode in DIGESTS and heading not in put_off:
            ((last,),) = raw.execute(_LAST_DIGEST, (lane, heading, terms.end_of_day(heading, now))).fetchall()
            put_off[heading] = terms.put_off(heading, now, last)
        if mode in DIGESTS and put_off[heading] is not None:  # its alert had one for this local date here
            raw.execute(_PUT_OFF, (put_off[heading], due_id))
            continue
        if mode == "each":
            many = _many_at_once(raw, lane, _Head(due_id, place, source), now, terms)
            return _pack(raw, many or [due_id], digest=bool(many))
        together.append(due_id)
        its_mode = mode
    held_until = min((end for end in ends.values() if end is not None), default=None)
    if together:
        return _pack(raw, together, digest=True)
    return Hold(held_until) if held_until is not None else None


class _Head(NamedTuple):
    """The first due paper of `each`, and what it came with."""

    due: int
    place: int
    source: str


def _many_at_once(raw: sqlite3.Connection, lane: int, head: _Head, now: datetime, terms: Terms) -> list[int]:
    """Papers of `each` that go as one digest, the head among them: so many came with one reading for an alert.

    Also those that still wait for the reading's end. Empty: the head goes alone.
    """
    counted = [alert for alert, _ in raw.execute(_HITS, (head.due,)) if terms.together((alert,)) < inf]
    if not counted:
        return []
    until = (now + BATCH_WAIT).timestamp()
    rows = raw.execute(_SAME_READING, (lane, *of_one_round(head.place), head.source, until)).fetchall()
    callers: dict[int, set[str]] = {}
    papers: dict[str, set[int]] = {}
    for due_id, _, alert in rows:
        callers.setdefault(due_id, set()).add(alert)
        papers.setdefault(alert, set()).add(due_id)
    chosen: set[int] = set()
    for alert in counted:
        of_it = papers[alert]
        if len(of_it) > terms.together(set[str]().union(*(callers[one] for one in of_it))):
            chosen |= of_it
    free = {quiet: terms.held(quiet, now) is None for _, quiet, _ in rows}
    return list(dict.fromkeys(due_id for due_id, quiet, _ in rows if due_id in chosen and free[quiet]))


def _pack(raw: sqlite3.Connection, dues: Sequence[int], *, digest: bool) -> Pack:
    waiting = []
    for one in dues:
        due_id, heading, came, *paper = raw.execute(_WAITING, (one,)).fetchone()
        hits = tuple(raw.execute(_HITS, (one,)).fetchall())
        waiting.append(Waiting(due_id, heading, came, PaperRow(*paper), hits))
    return Pack(waiting, digest, last_stop(raw) if digest else None)
