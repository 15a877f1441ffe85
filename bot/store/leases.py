"""Who collects and publishes on a database that a server keeps: a row with a number, another one for each holder.

A lock of the server's own would outlive a machine that lost its power, and be lost where the server is started anew.
Times are the server's.
"""

import os
import socket
from typing import NamedTuple

from bot.store.database import Database
from bot.store.kind import NOW, Driver

LASTS = 20.0
"""Seconds for which a lease is held without being renewed."""
RENEWED = 5.0
"""Seconds between two renewals."""
AWAITED = 2.0
"""Seconds between two looks of one who stands by."""

_NAME = "collect"


class Held(NamedTuple):
    """The lease, as it was last taken."""

    number: int
    holder: str
    """For people, and the name of its connections."""

    @property
    def host(self) -> str:
        """Its machine."""
        return self.holder.partition(" on ")[2]

    @property
    def pid(self) -> int:
        """Its process there."""
        return int(self.holder.split()[1])


def me() -> str:
    """The name of this process, for people."""
    return f"process {os.getpid()} on {socket.gethostname()}"[:63]


def take(raw: Driver, holder: str, *, also_lapsed: bool = True, gone: int = 0) -> int | None:
    """Its number, from now on ours. None: somebody holds it; one that has lapsed may be left to its holder.

    That of a holder who is gone (its number) need not lapse.
    """
    row = raw.execute(_TAKE, (_NAME, holder, LASTS, gone, also_lapsed)).fetchone()
    return int(row[0]) if row else None


def renew(raw: Driver, number: int) -> bool:
    """It is held on. False: somebody else took it meanwhile."""
    return raw.execute(_RENEW, (LASTS, _NAME, number)).rowcount > 0


def give_back(raw: Driver, number: int) -> None:
    """Whoever waits for it may take it at once."""
    raw.execute("update lease set until = 0 where name = ? and number = ?", (_NAME, number))


def held(raw: Driver) -> Held | None:
    """Who took it last. Those who write do so one after another: what one of them reads here stays so until it ends."""
    row = raw.execute("select number, holder from lease where name = ?", (_NAME,)).fetchone()
    return Held(*row) if row else None


def is_connected(raw: Driver, holder: str) -> bool:
    """Whether the server knows of a connection of the holder's."""
    return raw.execute(_CONNECTED, (holder,)).fetchone() is not None


def is_gone(raw: Driver, there: Held) -> bool:
    """Whether its holder surely is: a process of this machine that is not there, and has no connection."""
    if there.host != me().partition(" on ")[2] or is_connected(raw, there.holder):
        return False
    try:
        os.kill(there.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:  # somebody else's
        return False
    return False


def told(holder: str, database: Database) -> str:
    """That another one leads, for people."""
    return f"{holder} is already collecting and sending on {database}; stop it, or leave this to it"


_TAKE = f"""
    insert into lease (name, number, holder, until) values (?, 1, ?, {NOW} + ?)
    on conflict (name) do update set number = lease.number + 1, holder = excluded.holder, until = excluded.until
    where lease.until = 0 or lease.number = ? or (lease.until < {NOW} and ?) returning number
"""  # noqa: S608  (of our own words)
_RENEW = f"update lease set until = {NOW} + ? where name = ? and number = ?"  # noqa: S608
_CONNECTED = "select 1 from pg_stat_activity where application_name = ? and datname = current_database()"
