"""One process leads on a server's database: by a lease with a number, which each of its writes checks."""

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.store import lead as leads
from bot.store import leases
from bot.store.database import LockedError, ReplacedError, Server
from bot.store.engine import Store, driver
from bot.store.kinds import kind_of
from bot.store.lead import SharedLead, leading
from bot.store.outbox import abandoned, moments, served
from tests.desk import NOON, outside

SOMEBODY = "update lease set number = number + 1, holder = 'process 1 on elsewhere', until = until + 1000"
LAPSED = "update lease set until = 1"
SILENT = "update lease set number = number + 1, holder = 'process 1 on elsewhere', until = 1"


@pytest.fixture
def stores(server: Server) -> Iterator[list[Store]]:
    made = [Store(server), Store(server)]
    yield made
    for one in made:
        one.close()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leads, "LOOK", 0.01)
    monkeypatch.setattr(leases, "AWAITED", 0.01)


def say(connection: Connection, statement: str) -> None:
    driver(connection).execute(statement)


def put(connection: Connection) -> None:
    driver(connection).execute("insert into meta values ('written', 'x')")


def test_one_leads_and_the_next_gets_a_number_of_its_own(stores: list[Store]) -> None:
    first, second = stores
    with leading(first):
        with pytest.raises(LockedError, match=r"^process .* is already collecting and sending on"), leading(second):
            pass
        assert outside(first, "select number from lease") == [(1,)]
    with leading(second):
        assert outside(first, "select number from lease") == [(2,)]


def test_one_that_ended_without_a_word_is_waited_for(stores: list[Store], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = stores
    monkeypatch.setattr(leases, "LASTS", 0.2)
    with first.beside() as raw:
        assert leases.take(raw, "process 1 on elsewhere") == 1
        assert leases.take(raw, "process 2 on elsewhere") is None
    with leading(second):
        assert outside(first, "select number from lease") == [(2,)]


def test_one_of_this_machine_that_is_not_there_is_not_waited_for(stores: list[Store]) -> None:
    ended, first = subprocess.Popen(["true"]), stores[0]
    ended.wait()
    here = leases.me().partition(" on ")[2]
    for holder, is_gone in ((f"process {ended.pid} on {here}", True), (f"process {os.getpid()} on {here}", False)):
        with first.beside() as raw:
            leases.take(raw, holder)
            there = leases.held(raw)
            assert there
            assert leases.is_gone(raw, there) == is_gone
            if is_gone:
                with leading(first):
                    pass
    with first.beside() as raw, kind_of(first.database).looking() as other:
        other.execute("select set_config('application_name', ?, false)", (holder := f"process {ended.pid} on {here}",))
        assert not leases.is_gone(raw, leases.Held(1, holder))
        assert not leases.is_gone(raw, leases.Held(1, f"process {ended.pid} on elsewhere"))


async def test_who_was_replaced_writes_nothing_and_hears_of_it(
    stores: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = stores
    monkeypatch.setattr(leases, "RENEWED", 0.01)
    with leading(first) as lead:
        led = first.led(lead.check)
        await led.run(lambda _: None)
        await second.run(say, SOMEBODY)
        told = "silent for too long: process 1 on elsewhere collects and publishes on .* now, and this one ends"
        with pytest.raises(ReplacedError, match=told):
            await led.run(put)
        with pytest.raises(ReplacedError, match=told):
            await asyncio.wait_for(lead.lost(), 10)
    assert outside(second, "select count(*) from meta") == [(0,)]
    assert outside(second, "select number, until > 1000 from lease") == [(2, True)]  # not given back


async def test_one_that_was_late_and_not_replaced_goes_on(stores: list[Store], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = stores
    monkeypatch.setattr(leases, "RENEWED", 0.01)
    with leading(first) as lead:
        await second.run(say, LAPSED)
        await first.led(lead.check).run(put)
        while outside(second, "select until > 1 from lease") != [(True,)]:
            pass


async def test_who_stands_by_takes_over_when_the_other_ends_or_is_silent(stores: list[Store]) -> None:
    first, second = stores
    for ends in (True, False):
        with leading(second, stands_by=True) as lead:
            with leading(first):
                waiting = asyncio.create_task(lead.ours(asyncio.Event()))
                await asyncio.sleep(0.1)
                assert not waiting.done()
                if not ends:
                    await first.run(say, SILENT)
                    assert await waiting
            assert await waiting
    assert outside(first, "select number from lease") == [(5,)]


async def test_who_stands_by_can_be_stopped(stores: list[Store]) -> None:
    stop = asyncio.Event()
    with leading(stores[0]), leading(stores[1], stands_by=True) as lead:
        waiting = asyncio.create_task(lead.ours(stop))
        stop.set()
        assert not await waiting


def test_after_an_outage_a_lease_that_lapsed_is_first_left_to_its_holder(
    stores: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWED", 0.05)
    lead = SharedLead(stores[0])
    with stores[0].beside() as raw:
        leases.take(raw, "process 1 on elsewhere")
        assert lead._hold(raw) == leases.AWAITED
    with stores[0].beside() as raw:  # it was away
        raw.execute(LAPSED)
        assert lead._hold(raw) == leases.AWAITED
        threading.Event().wait(0.15)
        assert lead._hold(raw) == leases.RENEWED
    assert outside(stores[0], "select number from lease") == [(2,)]


def test_the_clock_of_another_machine_moves_no_wait(stores: list[Store]) -> None:
    store, waits = stores[0], "select not_before from destination"
    store.call(say, "insert into destination (id, scheme, address, thread, not_before) values (1, 'x', '', '', 1e12)")
    with leading(store):
        for host, back in (("elsewhere", 0.0), (leases.me().partition(" on ")[2], 600.0)):
            store.call(served.mark, NOON + timedelta(minutes=10))
            store.call(say, f"update meta set value = '{host}' where name = 'served on'")
            assert store.call(moments.go_on, NOON) == back
            assert outside(store, waits) == [(1e12 - back,)]


@pytest.mark.parametrize(("later", "idle"), [(30.0, 600.0), (60.0, 600.0), (60.5, 539.5)])
def test_while_others_delivered_nothing_stood_still(stores: list[Store], later: float, idle: float) -> None:
    store = stores[0]
    store.call(say, "insert into destination (id, scheme, address, thread) values (1, 'x', '', '')")
    columns, values = "destination_id, delivery, payload, state, created, first_tried", "1, '', '', 'pending', 0, 0"
    store.call(say, f"insert into message ({columns}) values ({values})")
    store.call(served.mark, NOON)
    store.call(abandoned.sweep, NOON + timedelta(minutes=50), 8.0)
    store.call(abandoned.sweep, NOON + timedelta(minutes=50, seconds=later), 8.0)
    store.call(moments.go_on, NOON + timedelta(hours=1))
    assert outside(store, "select idle from message") == [(idle,)]
