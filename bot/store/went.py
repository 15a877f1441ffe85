"""Which papers went to which destinations, when what was sent is no longer kept: they never go there again."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from bot.store.among import among
from bot.store.engine import Door, driver


class Went(NamedTuple):
    """A paper went to a lane, or was skipped there."""

    lane: int
    at: int
    """Unix seconds."""
    skipped: int


def lanes_of(connection: Door, paper_id: int) -> list[Went]:
    """Where a paper went, the first first."""
    wanted = "select destination_id, at, skipped from went where paper_id = ? order by at, destination_id"
    return list(map(Went._make, driver(connection).execute(wanted, (paper_id,))))


def pairs(connection: Door, papers: Iterable[int]) -> Collection[tuple[int, int]]:
    """(lane, paper) for each place where some papers went."""
    return {(lane, paper) for lane, paper in among(connection, _PAIRS, list(papers))}


def add(connection: Door, messages: Iterable[tuple[int]]) -> None:
    """The papers of messages that were sent or skipped went where those did."""
    driver(connection).executemany(_ADD, messages)


def any_to(connection: Door, lane: int) -> bool:
    """Whether anything went there."""
    raw = driver(connection)
    return raw.execute("select 1 from went where destination_id = ? limit 1", (lane,)).fetchone() is not None


def papers_joined(connection: Connection, kept: int, other: int) -> None:
    """Two papers are one: it went wherever either did, and waits there no more."""
    raw = driver(connection)
    raw.execute(_PAPERS_JOINED, (kept, other, kept))
    raw.execute("delete from went where paper_id = ?", (other,))
    _wait_no_more(connection, "paper_id", kept)


def lanes_joined(connection: Connection, kept: int, gone: int) -> None:
    """Two lanes are one: what went to either went there, and waits there no more."""
    raw = driver(connection)
    raw.execute(_LANES_JOINED, (kept, gone, kept))
    raw.execute("delete from went where destination_id = ?", (gone,))
    _wait_no_more(connection, "destination_id", kept)


def lane_grew(connection: Connection, lane: int) -> None:
    """More waits in a lane than was called for there: not what went there."""
    _wait_no_more(connection, "destination_id", lane)


def _wait_no_more(connection: Connection, column: str, value: int) -> None:
    raw = driver(connection)
    mine = raw.execute(_WAITING_STILL.format(column), (value,)).fetchall()
    raw.executemany("delete from hit where due_id = ?", mine)
    raw.executemany("delete from due where id = ?", mine)


_PAIRS = "select destination_id, paper_id from went where paper_id in ({})"
_ADD = """
    insert into went (destination_id, paper_id, at, skipped)
    select due.destination_id, paper_id, cast(coalesce(settled, message.created) as integer), state = 'skipped'
    from due join message on message.id = message_id where message_id = ? and state <> 'uncalled'
    on conflict do nothing
"""
_PAPERS_JOINED = """
    update went set paper_id = ? where paper_id = ?
    and not exists (select 1 from went as same where same.destination_id = went.destination_id and same.paper_id = ?)
"""
_LANES_JOINED = """
    update went set destination_id = ? where destination_id = ?
    and not exists (select 1 from went as same where same.paper_id = went.paper_id and same.destination_id = ?)
"""
_WAITING_STILL = """
    select due.id from went join due on due.destination_id = went.destination_id and due.paper_id = went.paper_id
    where went.{} = ? and message_id is null
"""
