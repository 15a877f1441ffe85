"""Messages that were being sent by who is gone, or deals with them no more: they may have arrived."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store import workers
from bot.store.engine import driver
from bot.store.outbox import served
from bot.store.outbox.claims import IS_OPEN, Taken
from bot.store.schema import message
from bot.store.schema_workers import worker

_LOST = """
    update message set state = 'unsure', unsure = unsure + 1, not_before = ?, owner = null
    where id = ? and state = 'sending' and owner is not distinct from ?
"""


def recover(connection: Connection, now: datetime, settle: float) -> int:
    """What was being sent by nobody who is alive may have arrived. How many."""
    workers.bury(connection)
    lives = select(worker.c.id).where(worker.c.id == message.c.owner).exists()
    moved = connection.execute(
        update(message)
        .where(IS_OPEN, message.c.state == "sending", ~lives)
        .values(state="unsure", unsure=message.c.unsure + 1, not_before=now.timestamp() + settle, owner=None)
    )
    return moved.rowcount


def sweep(connection: Connection, now: datetime, settle: float) -> int:
    """The same, at next to no cost while nobody dies. Who sweeps delivers."""
    served.delivered(connection, now)
    return recover(connection, now, settle) if workers.bury(connection) else 0


def lost(connection: Connection, taken: Taken, until: float) -> None:
    """Nobody deals with it any more, and it may have arrived: looked up, or sent again, after `until`."""
    driver(connection).execute(_LOST, (until, taken.message, taken.owner))
