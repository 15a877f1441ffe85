"""What happened is counted where it happens, once, and outlives what it was counted from."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Kind, SendError
from bot.rules import lags
from bot.store import happened
from bot.store.database import Database, Server
from bot.store.engine import Store, driver
from bot.store.kinds import kind_of
from tests.desk import Desk
from tests.newsroom import NOON, Newsroom, papers
from tests.older import SINCE_0013

pytestmark = pytest.mark.usefixtures("database")


def counts(store: Store, what: str) -> dict[tuple[str, str], int]:
    return {(one.whose, one.how): one.times for one in store.call(happened.every) if one.what == what}


@pytest.fixture
async def room(tmp_path: Path, database: Database) -> AsyncIterator[Newsroom]:
    made = Newsroom(tmp_path, database)
    await made.alerts("all", together=0)
    yield made
    made.store.close()


async def test_every_answer_of_a_platform_is_counted_once(desk: Desk) -> None:
    desk.channel.can_find = True
    desk.enqueue(3)
    slow = SendError(Kind.WAIT, "flood", retry_after=5.0)
    lost = SendError(Kind.UNSURE, "the answer was lost")
    odd = SendError(Kind.DROP, "too odd")
    desk.channel.failures.extend([slow, slow, lost, odd])
    desk.channel.takes_first = True  # what was lost had arrived
    await desk.drain()
    assert counts(desk.store, happened.SEND) == {
        ("telegram", "limited"): 2,
        ("telegram", "unsure"): 1,
        ("telegram", "found"): 1,
        ("telegram", "drop"): 1,
        ("telegram", "sent"): 1,
    }


async def test_a_look_up_that_is_told_to_wait_is_counted_as_one(desk: Desk) -> None:
    desk.channel.can_find = True
    desk.enqueue(1)
    desk.channel.failures.append(SendError(Kind.UNSURE, "the answer was lost"))
    desk.channel.find_fails.append(SendError(Kind.WAIT, "ratelimited", retry_after=3.0))
    await desk.drain()
    assert counts(desk.store, happened.ASK) == {("telegram", "limited"): 1}


@pytest.mark.parametrize(
    ("days_before", "minutes", "step"),
    [
        pytest.param(0, 0, "5", id="at once"),
        pytest.param(0, 4, "300", id="the reading began 4 minutes ago"),
        pytest.param(1, 10, "86400", id="it is known since noon, and its day ended 12 hours before"),
    ],
)
async def test_a_lag_is_counted_from_when_a_paper_was_announced(
    room: Newsroom, days_before: int, minutes: int, step: str
) -> None:
    some = papers(2, day=NOON.date() - timedelta(days=days_before))
    began = room.clock.now()
    room.later(minutes=minutes)
    await room.read(some, began=began)
    await room.deliver()
    assert counts(room.store, happened.LAG) == {("telegram", step): 2}
    (one,) = [one for one in room.store.call(happened.every) if one.what == happened.LAG]
    assert one.total == pytest.approx(2 * (minutes * 60 + days_before * 43_200), abs=2)
    assert one.last == room.clock.now().timestamp()


async def test_stored_papers_of_a_new_alert_are_late_by_no_fault(room: Newsroom) -> None:
    await room.read(papers(1))
    await room.deliver()
    room.later(hours=5)
    await room.configure(*(f"[[alerts]]\nname = '{to}'\nquery = '*'\nto = ['telegram:-{to}']\n" for to in (1001, 1002)))
    assert await room.deliver() == ["P1"]
    assert counts(room.store, happened.SEND) == {("telegram", "sent"): 2}
    assert counts(room.store, happened.LAG) == {("telegram", "5"): 1}


async def test_what_a_source_gives_and_what_is_found_is_counted_once(room: Newsroom) -> None:
    for _ in range(2):
        await room.read(papers(3))
    await room.read(papers(3), source="lab")
    assert counts(room.store, happened.NEW) == {("daily", ""): 3, ("lab", ""): 3}
    assert counts(room.store, happened.MATCH) == {("", ""): 3}
    assert counts(room.store, happened.FETCH) == {("daily", "ok"): 2, ("lab", "ok"): 1}


def test_the_steps_go_up_from_seconds_to_days() -> None:
    assert list(lags.SECONDS) == sorted(lags.SECONDS)
    assert (lags.SECONDS[0], lags.SECONDS[-1]) == (5, 7 * 86_400)


async def test_a_database_of_before_begins_with_what_its_sources_gave(room: Newsroom, database: Database) -> None:
    await room.read(papers(3))
    await room.deliver()
    await room.read(papers(2), source="lab")
    room.store.call(_made_older)
    room.store.close()
    newer = Store(database)
    assert counts(newer, happened.NEW) == {("daily", ""): 3, ("lab", ""): 2}
    assert {one.what for one in newer.call(happened.every)} == {happened.NEW}
    newer.close()


def _made_older(connection: object) -> None:
    raw = driver(connection)  # type: ignore[arg-type]
    for statement in (*SINCE_0013, "drop table happened", "drop index destination_parked"):
        raw.execute(statement)
    raw.execute("update alembic_version set version_num = '0012'")


async def test_an_older_database_is_brought_to_the_tables_of_a_new_one(database: Database) -> None:
    store = Store(database)
    before = _tables(database)
    store.call(_made_older)
    assert _tables(database) != before
    store.close()
    Store(database).close()
    assert _tables(database) == before


def _tables(database: Database) -> list[object]:
    asked = (
        "select table_name, column_name, data_type, is_nullable, collation_name from information_schema.columns"
        " where table_schema = 'public' union all"
        " select tablename, indexname, indexdef, '', '' from pg_indexes where schemaname = 'public' order by 1, 2"
        if isinstance(database, Server)
        else 'select m.name, c.name, c.type, c."notnull", c.pk from sqlite_master m, pragma_table_info(m.name) c'
        " where m.type in ('table', 'index') order by 1, 2"
    )
    with kind_of(database).looking() as raw:
        return raw.execute(asked).fetchall()
