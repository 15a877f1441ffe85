"""Posted messages that are to be kept true: whose papers changed, and what became of the corrections.

A paper that changed has a mark, which follows the messages that show it in short
commits; a message waits until its last correction is a day old.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bot.store.engine import Door, driver
from bot.store.outbox import next_up
from bot.store.outbox.next_up import Pack

AT_ONCE = 200
"""Messages noted in one transaction."""


class Wanted(NamedTuple):
    """A message to be looked at."""

    message: int
    alone: bool
    """Whether its paper went alone, and not in a digest."""
    scheme: str
    address: str
    ref: str
    """The platform's reference."""
    shown: str
    """What it shows, as the outbox keeps it."""
    payload: str | None
    """What it was to show when that was last tried, and perhaps does."""
    tries: int


def restate(connection: Door, papers: Iterable[int]) -> None:
    """These have changed."""
    driver(connection).executemany(_RESTATE, [(paper,) for paper in papers])


def spread(connection: Door) -> bool:
    """Note some of the messages that show a paper which has changed. False: all are."""
    raw = driver(connection)
    row = raw.execute("select paper_id, after from restated order by paper_id limit 1").fetchone()
    if row is None:
        return False
    paper, after = row
    found = raw.execute(_SHOW, (paper, after, AT_ONCE)).fetchall()
    raw.executemany(_NOTE, [(message,) for _, message in found])
    if len(found) < AT_ONCE:
        raw.execute("delete from restated where paper_id = ?", (paper,))
    else:
        raw.execute("update restated set after = ? where paper_id = ?", (found[-1][0], paper))
    return True


def next_ones(connection: Door, now: datetime, at_most: int) -> list[Wanted]:
    """Those that may be corrected now: nothing else is due in their lanes."""
    moment = now.timestamp()
    return list(map(Wanted._make, driver(connection).execute(_NEXT, (moment, moment, moment, at_most))))


def as_it_would_go(connection: Door, one: Wanted) -> Pack:
    """Its papers, as they would go now."""
    raw = driver(connection)
    dues = [due for (due,) in raw.execute(_DUES, (one.message,))]
    return Pack([next_up.known(raw, due) for due in dues], digest=not one.alone)


def freeze(connection: Door, message: int, payload: str) -> None:
    """It is about to show this: tried again, it is the same."""
    driver(connection).execute("update correction set payload = ? where message_id = ?", (payload, message))


def corrected(connection: Door, one: Wanted, payload: str, not_before: float) -> None:
    """It shows this, and is looked at again at a moment (Unix seconds): more may have changed since it was frozen."""
    driver(connection).execute(_CORRECTED, (payload, not_before, one.message))


def put_off(connection: Door, one: Wanted, until: float) -> None:
    """It is tried again after a moment (Unix seconds)."""
    driver(connection).execute(_PUT_OFF, (until, one.message))


def leave(connection: Door, one: Wanted) -> None:
    """There is nothing to correct, or it cannot be."""
    driver(connection).execute(_LEAVE, (one.message,))


_RESTATE = """
    insert into restated (paper_id, after)
    select id, 0 from paper where id = ? and exists (select 1 from due where paper_id = paper.id)
    on conflict (paper_id) do update set after = 0
"""
_SHOW = """
    select due.id, message.id
    from due join message on message.id = due.message_id
    where due.paper_id = ? and due.id > ? and message.state = 'sent' and message.ref <> ''
          and not message.fixed order by due.id limit ?
"""
_NOTE = """
    insert into correction (message_id, waits) values (?, true) on conflict (message_id) do update set waits = true
"""
_DUES = "select id from due where message_id = ? order by place, id"
# Parts of a digest are made at one moment, one behind the other.
_NEXT = """
    select message.id, (select min(mode) = 'each' and count(*) = 1 from due where due.message_id = message.id)
           and not exists (select 1 from message as other where other.id in (message.id - 1, message.id + 1)
                           and other.destination_id = message.destination_id and other.created = message.created),
           scheme, address, ref, coalesce(shown, message.payload), correction.payload, tries
    from correction join message on message.id = correction.message_id
         join destination on destination.id = message.destination_id
    where waits and correction.not_before <= ? and closed is null and destination.not_before <= ?
          and not exists (select 1 from due as other where other.destination_id = destination.id
                          and other.message_id is null and other.due_at <= ?)
          and not exists (select 1 from message as other where other.destination_id = destination.id
                          and other.state in ('pending', 'sending', 'unsure'))
    order by correction.not_before, message.id limit ?
"""
_CORRECTED = """
    update correction set shown = ?, payload = null, tries = 0, not_before = ? where message_id = ?
"""
_PUT_OFF = "update correction set tries = tries + 1, not_before = ? where message_id = ?"
_LEAVE = "update correction set waits = false, payload = null, tries = 0 where message_id = ?"
