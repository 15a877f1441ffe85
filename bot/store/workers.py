"""Who sends on a database that a server keeps: each process says so, and again every few seconds while it lives.

Times are the server's own: clocks of machines differ. A file has one such process, the one that has its lock, and so no
rows here: whatever another one had in hand is of one that is dead.
"""

import os
import socket
from dataclasses import dataclass
from uuid import uuid4

from bot.store.engine import Door, driver
from bot.store.kind import NOW

BEAT = 5.0
"""Seconds between two signs of life."""
SURE = 10.0
"""Seconds after a sign of life for which a worker itself takes for granted that nobody thinks it dead."""
DEAD = 15.0
"""Seconds without a sign of life after which others do, and what it had in hand is theirs."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that sends, or did."""

    id: str
    kind: str
    """`run`, `once` or `work`."""
    host: str
    pid: int
    began: float
    """Unix seconds, as is `beat`."""
    beat: float
    """When it last said that it lives."""


def fresh_id() -> str:
    """A name that no worker ever had."""
    return uuid4().hex


def join(connection: Door, worker: str, kind: str) -> None:
    """A process, this one, begins to send under this name."""
    driver(connection).execute(_JOIN, (worker, kind, socket.gethostname(), os.getpid()))


def beat(connection: Door, worker: str) -> bool:
    """It lives. False: it was taken for dead, and what it had in hand is no longer its own."""
    return driver(connection).execute(_BEAT, (worker,)).rowcount > 0


def leave(connection: Door, worker: str) -> None:
    """It ends."""
    driver(connection).execute("delete from worker where id = ?", (worker,))


def alive(connection: Door) -> list[Worker]:
    """Those who said so lately, the oldest first."""
    return [Worker(*row) for row in driver(connection).execute(_ALIVE, (DEAD,))]


def bury(connection: Door) -> int:
    """Forget those who did not; how many."""
    return driver(connection).execute(_BURY, (DEAD,)).rowcount


_JOIN = f"insert into worker (id, kind, host, pid, began, beat) values (?, ?, ?, ?, {NOW}, {NOW})"  # noqa: S608
_BEAT = f"update worker set beat = {NOW} where id = ?"  # noqa: S608  (of our own words)
_ALIVE = f"select id, kind, host, pid, began, beat from worker where beat >= {NOW} - ? order by began, id"  # noqa: S608
_BURY = f"delete from worker where beat < {NOW} - ?"  # noqa: S608
