"""How destinations stand: what was sent, what waits and why, what parked. A few statements for thousands of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from bot.store.engine import Row
from bot.store.outbox import lanes
from bot.store.outbox.claims import IS_OPEN, IS_PARKED
from bot.store.schema import chat_name, destination, message, platform

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
    """What the tables say of the lanes that are shown, beside their counts."""

    parked: Mapping[int, str]
    """Why the last one parked."""
    heads: Mapping[int, tuple[str, float]]
    """Why the first open message waits, and until when."""
    stopped: Mapping[str, str]


def standing(connection: Connection, wanted: Sequence[str], *, everything: bool = False) -> Standing:
    """How the destinations of the file stand, in its order, and others: those in trouble, or all."""
    lane_of = lanes.known(connection, wanted)
    first = {lane_of[name]: name for name in reversed(wanted) if name in lane_of}
    others = [lane for lane in _others(connection, everything=everything) if lane not in first]
    shown = others if everything else others[:OTHERS]
    named = lanes.called(connection, shown)
    rows = _rows(connection, [*first, *shown])
    known = _known(connection, rows)
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
    trouble = or_(destination.c.closed.is_not(None), destination.c.refused, destination.c.parked > 0)
    some = select(destination.c.id).order_by(destination.c.id)
    return list(connection.execute(some if everything else some.where(trouble)).scalars())


def _rows(connection: Connection, ids: Sequence[int]) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for start in range(0, len(ids), _SOME):
        some = select(destination).where(destination.c.id.in_(ids[start : start + _SOME]))
        found |= {row.id: row for row in connection.execute(some)}
    return found


def _known(connection: Connection, rows: Mapping[int, Row]) -> _Known:
    parked: dict[int, str] = {}
    heads: dict[int, tuple[str, float]] = {}
    ids = list(rows)
    of_lanes = select(message.c.destination_id, message.c.error, message.c.not_before)
    for start in range(0, len(ids), _SOME):
        mine = of_lanes.where(message.c.destination_id.in_(ids[start : start + _SOME]))
        gave_up = connection.execute(mine.where(IS_PARKED).order_by(message.c.id))
        parked |= {lane: error for lane, error, _ in gave_up}
        heads_last = connection.execute(mine.where(IS_OPEN).order_by(message.c.id.desc()))
        heads |= {lane: (error or "", until) for lane, error, until in heads_last}
    stopped = {row.scheme: row.stopped for row in connection.execute(select(platform)) if row.stopped}
    return _Known(parked, heads, stopped)


def _lane(row: Row, name: str, known: _Known, note: str, *, configured: bool = True) -> Lane:
    closed, stopped = row.closed is not None, known.stopped.get(row.scheme)
    why, until = known.heads.get(row.id, ("", 0.0))
    refused = row.error if row.refused else ""
    reason = row.closed or stopped or refused or known.parked.get(row.id) or row.error or why
    waits = bool(row.error or why) and not closed and not stopped
    return Lane(
        name=name,
        state="closed" if closed else "stopped" if stopped else "refused" if row.refused else "open",
        sent=row.sent,
        waiting=0 if closed else row.waiting,
        parked=row.parked + (row.waiting if closed else 0),
        reason="; ".join(filter(None, (reason, note))),
        last_sent=row.last_sent,
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
