"""How often what happened, since there is this database: counted in the transaction in which it happens.

So every process can tell it, a kill counts nothing twice, and it stays when the rows are gone that it was counted from.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.rules import lags
from bot.store.engine import Door, driver
from bot.store.kind import Driver

SEND = "send"
"""A message went to a platform: how it was answered (bot.channels.channel.Kind, or one of those below)."""
SENT, FOUND, LIMITED = "sent", "found", "limited"
"""It said yes; it had arrived, only the answer was lost; we were told to wait (429)."""
LAG = "lag"
"""A paper arrived: how long after its announcement, by steps (bot.rules.lags); in all, in seconds."""
ASK = "ask"
"""A platform was asked after a message with a lost answer, and did not tell."""
NEW = "new"
"""A source gave a paper that it had not given before."""
FETCH = "fetch"
"""A source was read: how that went."""
MATCH = "match"
"""A paper was found for a destination."""
ROUND = "round"
"""A round is over, by whom; in all, in seconds."""


class Happened(NamedTuple):
    """One thing that happened so often."""

    what: str
    whose: str
    """Of which platform or source; empty: of none."""
    how: str
    times: int
    total: float
    """What it adds up to, where it has a size."""
    last: float
    """Unix seconds of the last time."""


def count(
    connection: Door, what: str, whose: str, how: str, now: datetime, *, times: int = 1, total: float = 0.0
) -> None:
    """It happened."""
    driver(connection).execute(_COUNT, (what, whose, how, times, total, now.timestamp()))


def sent(raw: Driver, message: int, lane: int, how: str, moment: float) -> None:
    """A message arrived: it, and how long each of its papers took. One statement, since every message costs it.

    What was stored before a subscription was made, and is sent for it, is late by no fault of anybody.
    """
    raw.execute(_ARRIVED, (how, moment, lane, moment, message))


def every(connection: Door) -> Sequence[Happened]:
    """All that happened."""
    return [Happened(*row) for row in driver(connection).execute(_EVERY)]


_ADDED = """
    on conflict (what, whose, how) do update set
    times = happened.times + excluded.times, total = happened.total + excluded.total, last = excluded.last
"""
_COUNT = f"insert into happened (what, whose, how, times, total, last) values (?, ?, ?, ?, ?, ?) {_ADDED}"  # noqa: S608
_ARRIVED = f"""
    insert into happened (what, whose, how, times, total, last)
    select '{SEND}', scheme, ?, 1, 0.0, ? from destination where id = ?
    union all
    select '{LAG}', scheme, {lags.step_of("late")}, count(*), sum(case when late > 0 then late else 0.0 end),
           max(moment)
    from (select scheme, moment, moment - ({lags.ANNOUNCED}) as late
          from due join destination on destination.id = destination_id cross join (select ? as moment) as told
          where message_id = ? and source <> '') as its
    where true group by 2, 3 {_ADDED}
"""  # noqa: S608  (of our own words)
_EVERY = "select what, whose, how, times, total, last from happened order by what, whose, how"
