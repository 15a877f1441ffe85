"""How destinations stand: what was sent, what waits and why, what parked. A few statements for thousands of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from bot.store.engine import Row
from bot.store.outbox import lanes
from bot.store.outbox.claims import OPEN
from bot.store.schema import chat_name, destination, due, message, platform

OTHERS = 20
"""Destinations that the file does not name, and that are in trouble: so many are shown, the rest is counted."""

_SOME = 500


@dataclass(frozen=True, slots=True)
class Lane:
    """One destination's counts of papers."""

    name: str
    state: str
    """open, refused (by the chat, which is tried again), closed or stopped (its whole platform)."""
    sent: int
    waiting: int
    parked: int
    reason: str
    last_sent: float | None
    configured: bool = True
    """Whether the file names it."""
    next_try: float | None = None
    """Unix seconds before which it waits, where it waits for more than its pace."""

    def troubled(self) -> bool:
        """Whether it wants a person."""
        return self.state != "open" or self.parked > 0


@dataclass(frozen=True, slots=True)
class Standing:
    """The file's destinations, and others."""

    lanes: list[Lane]
    more: int = 0
    """Others in trouble that are not shown."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the tables say, by lane."""

    counts: Mapping[int, Mapping[str | None, tuple[int, float | None]]]
    """State of the message, None without one: how many papers, and when the last was settled."""
    parked: Mapping[int, str]
    """Why the last one parked."""
    heads: Mapping[int, tuple[str, float]]
    """Why the first open message waits, and until when."""
    stopped: Mapping[str, str]


def standing(connection: Connection, wanted: Sequence[str], *, everything: bool = False) -> Standing:
    """How the destinations of the file stand, in its order, and others: those in trouble, or all."""
    lane_of = lanes.known(connection)
    first = {lane_of[name]: name for name in reversed(wanted) if name in lane_of}
    others = [lane for lane in _others(connection, everything=everything) if lane not in first]
    shown = others if everything else others[:OTHERS]
    named = _first_names(lane_of, shown)
    rows = _rows(connection, [*first, *shown])
    known = _known(connection, list(rows))
    notes = _notes(connection)
    mine = []
    for name in wanted:
        if name not in lane_of:
            mine.append(Lane(name, "open", 0, 0, 0, "", None))
        elif first[lane_of[name]] == name:
            mine.append(_lane(rows[lane_of[name]], name, known, notes.get(name, "")))
    rest = [_lane(rows[lane], named.get(lane, f"lane {lane}"), known, "", configured=False) for lane in shown]
    return Standing(mine + rest, len(others) - len(shown))


def _others(connection: Connection, *, everything: bool) -> list[int]:
    """Lanes in trouble, or all."""
    parked = select(message.c.destination_id).where(message.c.state == "parked")
    trouble = or_(destination.c.closed.is_not(None), destination.c.refused, destination.c.id.in_(parked))
    some = select(destination.c.id).order_by(destination.c.id)
    return list(connection.execute(some if everything else some.where(trouble)).scalars())


def _first_names(lane_of: Mapping[str, int], some: Iterable[int]) -> dict[int, str]:
    wanted, found = set(some), dict[int, str]()
    for name in sorted(lane_of):
        if lane_of[name] in wanted:
            found.setdefault(lane_of[name], name)
    return found


def _rows(connection: Connection, ids: Sequence[int]) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for start in range(0, len(ids), _SOME):
        some = select(destination).where(destination.c.id.in_(ids[start : start + _SOME]))
        found |= {row.id: row for row in connection.execute(some)}
    return found


def _known(connection: Connection, ids: Sequence[int]) -> _Known:
    counts: dict[int, dict[str | None, tuple[int, float | None]]] = {}
    parked: dict[int, str] = {}
    heads: dict[int, tuple[str, float]] = {}
    for start in range(0, len(ids), _SOME):
        some = ids[start : start + _SOME]
        state = select(due.c.destination_id, message.c.state, func.count(), func.max(message.c.settled))
        of_some = state.outerjoin_from(due, message, message.c.id == due.c.message_id)
        counted = of_some.where(due.c.destination_id.in_(some)).group_by(due.c.destination_id, message.c.state)
        for lane, name, number, last in connection.execute(counted):
            counts.setdefault(lane, {})[name] = (number, last)
        mine = message.c.destination_id.in_(some)
        for row in connection.execute(select(message).where(mine, message.c.state == "parked").order_by(message.c.id)):
            parked[row.destination_id] = row.error
        waits = select(message).where(mine, message.c.state.in_(OPEN)).order_by(message.c.id.desc())
        for row in connection.execute(waits):
            heads[row.destination_id] = (row.error or "", row.not_before)
    stopped = {row.scheme: row.stopped for row in connection.execute(select(platform)) if row.stopped}
    return _Known(counts, parked, heads, stopped)


def _lane(row: Row, name: str, known: _Known, note: str, *, configured: bool = True) -> Lane:
    count = known.counts.get(row.id, {})
    number = {state: papers for state, (papers, _) in count.items()}
    waiting = number.get(None, 0) + sum(number.get(state, 0) for state in OPEN)
    closed, stopped = row.closed is not None, known.stopped.get(row.scheme)
    why, until = known.heads.get(row.id, ("", 0.0))
    refused = row.error if row.refused else ""
    reason = row.closed or stopped or refused or known.parked.get(row.id) or row.error or why
    waits = bool(row.error or why) and not closed and not stopped
    return Lane(
        name=name,
        state="closed" if closed else "stopped" if stopped else "refused" if row.refused else "open",
        sent=number.get("sent", 0),
        waiting=0 if closed else waiting,
        parked=number.get("parked", 0) + (waiting if closed else 0),
        reason="; ".join(filter(None, (reason, note))),
        last_sent=count["sent"][1] if "sent" in count else None,
        configured=configured,
        next_try=max(row.not_before, until) or None if waits else None,
    )


def _notes(connection: Connection) -> dict[str, str]:
    """Spelling -> that its name was given to another chat."""
    rows = connection.execute(select(chat_name).where(chat_name.c.was.is_not(None)))
    return {f"{row.scheme}:{row.name}": given_away(row) for row in rows}


def given_away(row: Row) -> str:
    """A sentence for a name that leads to another chat than before."""
    return (
        f"{row.name} is the name of another chat now ({row.address}), which gets what is due there; if the one before "
        f"is meant, write {row.scheme}:{row.was}"
    )
