"""How much waits, was sent and is in trouble, by platform: some statements for a hundred thousand destinations.

One looks at each of them, and counts as little as it can; what is rare is found by indexes of it alone (measured with
100,000: 0.04 s, and 0.07 s where all is asked of each).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot.rules.backoff import LONG, TOLD_DOUBTS
from bot.store import hearing
from bot.store.engine import driver
from bot.store.kind import Cursor
from bot.store.outbox.claims import OPEN


class Total(NamedTuple):
    """Papers of a platform, by delivery."""

    sent: int
    waiting: int
    parked: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A platform's."""

    papers: Total
    waiting: Mapping[str, int]
    """The papers that wait, by the state of their destination."""
    destinations: Mapping[str, int]
    """By state: open, refused (by the chat, which is tried again) or closed."""
    messages: Mapping[str, int]
    """Those that are not settled, by state."""
    troubles: Mapping[str, int]
    """Destinations that want a person, by why (bot.store.outbox.troubles): one may do so for several reasons."""
    stopped: bool
    """It refuses us altogether."""
    paused_until: float
    """Unix seconds: several destinations were told to wait at once."""


def figures(connection: Connection, now: datetime) -> dict[str, Figures]:
    """By platform, of all destinations."""
    raw, moment = driver(connection), now.timestamp()
    every, closed, parked, renamed, known = (
        _by_scheme(raw.execute(asked)) for asked in (_ALL, _CLOSED, _PARKED, _RENAMED, _PLATFORMS)
    )
    held = _by_scheme(raw.execute(_HELD, (moment, moment + LONG)))
    messages: dict[str, dict[str, int]] = {}
    doubted: dict[str, int] = {}
    for scheme, state, count, doubts in raw.execute(_OPEN, (TOLD_DOUBTS,)):
        messages.setdefault(scheme, {})[state] = count
        doubted[scheme] = doubted.get(scheme, 0) + doubts
    found = {}
    for scheme in sorted(every.keys() | known.keys() | renamed.keys()):
        count, sent, waiting, given_up = every.get(scheme, (0, 0, 0, 0))
        shut, shut_in = closed.get(scheme, (0, 0))
        refused, of_refused, of_paused, long = held.get(scheme, (0, 0, 0, 0))
        stopped, paused_until, unheard = known.get(scheme, (False, 0.0, None))
        left = waiting - shut_in
        found[scheme] = Figures(
            papers=Total(sent, left, given_up + shut_in),
            waiting={"open": left - of_refused - of_paused, "paused": of_paused, "refused": of_refused},
            destinations={"open": count - shut - refused, "refused": refused, "closed": shut},
            messages={state: messages.get(scheme, {}).get(state, 0) for state in OPEN},
            troubles={
                "closed": shut,
                "refused": refused,
                "paused": long,
                "parked": parked.get(scheme, (0,))[0],
                "unsure": doubted.get(scheme, 0),
                "renamed": renamed.get(scheme, (0,))[0],
                "unheard": int(unheard is not None and moment - unheard >= hearing.LASTING),
            },
            stopped=bool(stopped),
            paused_until=paused_until,
        )
    return found


def _by_scheme(rows: Cursor) -> dict[str, tuple[Any, ...]]:
    return {scheme: tuple(rest) for scheme, *rest in rows}


def _sum(what: str) -> str:
    return f"cast(coalesce(sum({what}), 0) as bigint)"


def _sum_where(condition: str, what: str = "1") -> str:
    return _sum(f"case when {condition} then {what} else 0 end")


_ALL = f"select scheme, count(*), {_sum('sent')}, {_sum('waiting')}, {_sum('parked')} from destination group by scheme"  # noqa: S608
_SHUT = "from destination indexed by destination_closed where closed is not null"
"""Told by hand which index has the few: to group by platform, SQLite looks at all (measured: 0.015 s more each)."""
_CLOSED = f"select scheme, count(*), {_sum('waiting')} {_SHUT} group by scheme"
_PARKED = "select scheme, count(*) from destination indexed by destination_parked where parked > 0 group by scheme"
_HELD = f"""
    select scheme, {_sum_where("refused")}, {_sum_where("refused", "waiting")},
           {_sum_where("not refused and not_before > ?", "waiting")},
           {_sum_where("not_before > ?")}
    from destination indexed by destination_error where error is not null and closed is null group by scheme
"""  # noqa: S608
_RENAMED = "select scheme, count(*) from chat_name where was is not null group by scheme"
_PLATFORMS = "select scheme, stopped is not null, paused_until, unheard_since from platform"
# A notice to the operator that is lost again and again is no trouble of a reader's.
_CARRIES = "exists (select 1 from due where message_id = message.id)"
_OPEN = f"""
    select scheme, state, count(*), {_sum_where(f"unsure >= ? and {_CARRIES}")}
    from message join destination on destination.id = destination_id
    where state in ('pending', 'sending', 'unsure') group by scheme, state
"""  # noqa: S608
