"""Subscriptions as rows: read, written, ended. Each change has a number, which whoever keeps them in memory follows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bot.rules.manners import TOGETHER, TOP
from bot.rules.standing import Times
from bot.store.among import among
from bot.store.engine import Door, driver
from bot.store.noted import forget, note, noted
from feeds.query import VERSION, Query

FILE = "config"
"""The origin of what stands in the configuration."""
_CHANGE_COUNT, _FILE_MADE = "change", "file"
AT_ONCE = Times()
"""Each paper, whatever the hour."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A standing query as somebody wants it: a query for a destination, and when."""

    destination: str
    lane: int
    query: Query
    times: Times = AT_ONCE
    top: int = TOP
    together: int = TOGETHER
    silent: bool = False
    name: str = ""
    """An alert's; others have none."""
    owner: str = ""
    paused: bool = False
    head_start: timedelta = timedelta(0)
    """Of the file's: how long before now it begins."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it among those of one origin."""
        return self.name, self.query.text, self.destination

    @property
    def keys(self) -> tuple[object, ...]:
        """What else it says, as its row holds it (`Kept.keys`)."""
        return (*self.times, self.top, self.together, self.silent, self.owner, self.paused)


class Kept(NamedTuple):
    """A row of table `subscription`, but for the compiled form."""

    id: int
    destination_id: int
    destination: str
    name: str
    query: str
    version: int
    numbers: int
    deliver: str
    quiet: str
    timezone: str
    top: int
    together: int
    silent: int
    owner: str
    paused: int
    origin: str
    begun: float
    ended: float | None
    behind: str | None

    @property
    def times(self) -> Times:
        """When it wants its papers."""
        return Times(self.deliver, self.quiet, self.timezone)

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it among those of one origin."""
        return self.name, self.query, self.destination

    @property
    def keys(self) -> tuple[object, ...]:
        """What else it says."""
        return self.deliver, self.quiet, self.timezone, self.top, self.together, self.silent, self.owner, self.paused

    @property
    def calls(self) -> bool:
        """Whether it calls for papers now."""
        return self.ended is None and not self.paused


COLUMNS = ", ".join(Kept._fields)


def some(connection: Door, ids: Iterable[int]) -> dict[int, Kept]:
    """Rows by their number."""
    return {row.id: row for row in _where(connection, "id", ids)}


def of_lanes(connection: Door, lanes: Iterable[int]) -> list[Kept]:
    """The rows of lanes, ended ones too."""
    return _where(connection, "destination_id", lanes)


def left(connection: Door, lanes: Collection[int]) -> set[int]:
    """Those of these lanes whose reader unsubscribed, and wants nothing whoever says otherwise."""
    if (
        driver(connection).execute("select 1 from destination where unsubscribed is not null limit 1").fetchone()
        is None
    ):
        return set()
    return {lane for (lane,) in among(connection, _LEFT, list(lanes))}


_LEFT = "select id from destination where id in ({}) and unsubscribed is not null"


def of_the_file(connection: Door) -> list[Kept]:
    """Every row that stands in the configuration, or once stood there."""
    statement = f"select {COLUMNS} from subscription where origin = '{FILE}'"  # noqa: S608  (of our own words)
    return list(map(Kept._make, driver(connection).execute(statement)))


def next_change(connection: Door) -> int:
    """A number for the change that is about to be made: greater than all before."""
    count = last_change(connection) + 1
    note(connection, _CHANGE_COUNT, str(count))
    return count


def last_change(connection: Door) -> int:
    """The number of the last change."""
    return int(noted(connection, _CHANGE_COUNT) or 0)


def insert(connection: Door, wanted: Sequence[Subscription], origin: str, now: datetime, behind: str | None) -> range:
    """New rows, which begin now; their numbers. `behind`: the day from which stored papers are to be asked for them."""
    raw, change = driver(connection), next_change(connection)
    ((first,),) = raw.execute("select coalesce(max(id), 0) + 1 from subscription").fetchall()
    moment = now.timestamp()
    raw.executemany(
        _INSERT,
        ((number, *_said(one), *one.keys, origin, moment, behind, change) for number, one in enumerate(wanted, first)),
    )
    return range(first, first + len(wanted))


def change(connection: Door, ids: Mapping[int, Subscription | Kept], now: datetime) -> None:
    """What these rows say from now on; nothing comes of a pause: one that ends begins anew."""
    number, moment = next_change(connection), now.timestamp()
    values = ((one.paused, moment, *one.keys, number, row) for row, one in ids.items())
    driver(connection).executemany(_CHANGE, values)


def pause(connection: Door, some: Iterable[Kept], until: float | None, now: datetime) -> None:
    """Until a moment (Unix seconds), or until somebody says so."""
    paused = {row.id: row._replace(paused=True) for row in some}
    change(connection, paused, now)
    driver(connection).executemany(_RESUMES, [(until, row) for row in paused])


def resume(connection: Door, some: Iterable[Kept], now: datetime) -> None:
    """What comes from now on."""
    awake = {row.id: row._replace(paused=False) for row in some}
    change(connection, awake, now)
    driver(connection).executemany(_RESUMES, [(None, row) for row in awake])


def to_resume(connection: Door, now: datetime) -> list[Kept]:
    """Those whose pause is over."""
    due = driver(connection).execute("select id from subscription where resumes <= ?", (now.timestamp(),))
    return list(some(connection, [row for (row,) in due]).values())


def end(connection: Door, ids: Iterable[int], now: datetime) -> None:
    """These have left the file, or were removed. What they called for is told by them for ever."""
    number = next_change(connection)
    driver(connection).executemany(_END, ((now.timestamp(), number, row) for row in ids))


def again(connection: Door, ids: Iterable[int], behind: str) -> None:
    """These stand in the file again: they get what was stored meanwhile, from this day on."""
    number = next_change(connection)
    driver(connection).executemany(_AGAIN, ((behind, number, row) for row in ids))


def begin_anew(connection: Connection, spelled: str, lane: int, now: datetime) -> None:
    """A spelling leads to another chat now: what stands there begins anew."""
    raw, number = driver(connection), next_change(connection)
    raw.execute(_FORGET_BEGINNINGS, (spelled,))
    raw.execute(_MOVED_ANEW, (lane, now.timestamp(), number, spelled))
    forget_file(connection)


def clock_set_back(connection: Door, now: datetime) -> None:
    """What begins at a moment that is still to come begins now."""
    moment = now.timestamp()
    driver(connection).execute("update subscription set begun = ? where begun > ?", (moment, moment))


def forget_file(connection: Door) -> None:
    """The file is to be looked at again, though it has not changed."""
    forget(connection, _FILE_MADE)


def file_known(connection: Door) -> str:
    """What was made of the file that is in the rows; empty: none."""
    return noted(connection, _FILE_MADE) or ""


def know_file(connection: Door, mark: str) -> None:
    """The rows are what this file says."""
    note(connection, _FILE_MADE, mark)


def joined(connection: Door, kept: int, gone: int) -> None:
    """Two lanes are one: of those that say the same for one chat, but for the file's, one is enough."""
    raw, number = driver(connection), next_change(connection)
    raw.execute(_JOIN, (kept, number, gone))
    raw.execute(_TWICE, (number, kept, FILE))


_SAID = "destination_id, destination, name, query, code, version, numbers"
_KEYS = "deliver, quiet, timezone, top, together, silent, owner, paused"
_INSERT = f"""
    insert into subscription (id, {_SAID}, {_KEYS}, origin, begun, behind, changed)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608  (of our own words)
_CHANGE = f"""
    update subscription set begun = case when paused > ? then ? else begun end,
           {", ".join(f"{key} = ?" for key in _KEYS.split(", "))}, changed = ? where id = ?
"""  # noqa: S608  (of our own words)
_RESUMES = "update subscription set resumes = ? where id = ?"
_END = "update subscription set ended = ?, behind = null, changed = ? where id = ? and ended is null"
_AGAIN = "update subscription set ended = null, behind = ?, changed = ? where id = ?"
_FORGET_BEGINNINGS = """
    delete from beginning where subscription_id in (select id from subscription where destination = ?)
"""
_MOVED_ANEW = "update subscription set destination_id = ?, begun = ?, changed = ? where destination = ?"
_JOIN = "update subscription set destination_id = ?, changed = ? where destination_id = ?"
_TWICE = """
    update subscription set ended = begun, changed = ?
    where destination_id = ? and origin <> ? and ended is null and exists (
        select 1 from subscription as other where other.destination_id = subscription.destination_id
        and other.query = subscription.query and other.origin = subscription.origin and other.name = subscription.name
        and other.ended is null and other.id < subscription.id)
"""


def asks_numbers(query: Query) -> bool:
    """Whether votes alone may make it true."""
    return any(query.compares(name) for name in ("votes", "comments", "stars"))


def _said(one: Subscription) -> tuple[object, ...]:
    query = one.query
    return one.lane, one.destination, one.name, query.text, query.compiled, VERSION, asks_numbers(query)


def _where(connection: Door, column: str, wanted: Iterable[int]) -> list[Kept]:
    statement = f"select {COLUMNS} from subscription where {column} in ({{}})"  # noqa: S608  (of our own words)
    return list(map(Kept._make, among(connection, statement, list(wanted))))
