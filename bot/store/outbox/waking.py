"""When lanes go on, and which are to be woken where they run anywhere: by any of several processes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.engine import driver
from bot.store.outbox.claims import SOMETHING_DUE, Lane
from bot.store.schema import due as due_row
from bot.store.schema import platform

_DUE = f"""
    select id from destination left join platform on platform.scheme = destination.scheme
    where closed is null and unsubscribed is null and not_before <= ? and stopped is null
          and coalesce(paused_until, 0) <= ? and {SOMETHING_DUE}
    order by id
"""  # noqa: S608  (of our own words)
_STOPPED = "select scheme from platform where stopped is not null order by scheme"
_LANE = """
    select id, destination.scheme, (select min(name) from spelling where destination_id = destination.id), stopped
    from destination left join platform on platform.scheme = destination.scheme
    where id = ? and closed is null and unsubscribed is null
"""


@dataclass(frozen=True, slots=True)
class Woken:
    """An open lane, and why its platform refuses us, if it does."""

    lane: Lane
    stopped: str | None


def next_due(connection: Connection, now: datetime) -> float | None:
    """When the next paper that waits for its time falls due."""
    later = (due_row.c.message_id.is_(None)) & (due_row.c.due_at > now.timestamp())
    return connection.execute(select(func.min(due_row.c.due_at)).where(later)).scalar()


def pauses(connection: Connection) -> dict[str, float]:
    """Platforms that several lanes were told to leave alone, and until when (Unix seconds)."""
    return {row.scheme: row.paused_until for row in connection.execute(select(platform))}


def due(connection: Connection, now: datetime) -> list[int]:
    """Every lane with something due now that may go on, on a platform that takes messages."""
    moment = now.timestamp()
    return [lane for (lane,) in driver(connection).execute(_DUE, (moment, moment, moment))]


def woken(connection: Connection, lane: int) -> Woken | None:
    """A lane that was woken; None: it was joined with another, or is closed."""
    row = driver(connection).execute(_LANE, (lane,)).fetchone()
    return Woken(Lane(row[0], row[1], row[2] or f"lane {lane}"), row[3]) if row else None


def stopped(connection: Connection) -> list[str]:
    """The platforms that refuse us."""
    return [scheme for (scheme,) in driver(connection).execute(_STOPPED)]
