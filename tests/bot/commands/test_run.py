"""`run` says at its start what goes on from then: its address, its rhythm, its next round; what it reads, and when."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.commands import run as command
from bot.commands.planned import InHand, plan
from bot.commands.run import _tidy
from bot.config.load import Config, load
from bot.delivery.deliverer import Deliverer
from bot.process.clock import Clock
from bot.sources.source import Source
from bot.store.engine import Store
from bot.web.listening import listen
from feeds.known import remembered
from tests.desk import Desk
from tests.newsroom import Newsroom
from tests.world import INBOX, World

NOW = datetime(2026, 11, 28, 6, tzinfo=UTC)
SOURCE = '[[sources]]\nname = "{name}"\nkind = "huggingface"\n'


def said(folder: Path, text: str, planned: dict[str, datetime], address: str = "") -> list[str]:
    path = folder / "config.toml"
    path.write_text(text)
    return list(plan(load(path), planned, NOW, address))


def test_where_it_is_how_often_it_reads_and_when_next(tmp_path: Path) -> None:
    names = ["daily", *(f"lab{n:02}" for n in range(12))]
    tables = SOURCE.format(name="daily") + "".join(SOURCE.format(name=name) + 'every = "2h"\n' for name in names[1:])
    planned = {name: NOW + timedelta(hours=2, minutes=n) for n, name in enumerate(names)} | {
        "lab03": NOW + timedelta(hours=1)
    }
    assert said(tmp_path, 'timezone = "Europe/Berlin"\n' + tables, planned, "http://127.0.0.1:8000/") == [
        "serving on http://127.0.0.1:8000/",
        f"publishing to {tmp_path / 'public'}",
        "reading now, then every 30 minutes: daily",
        f"reading now, then every 2 hours: {', '.join(names[1:11])} and 2 more",
        "the next round is at 08:00 CET; Ctrl-C stops",
    ]


async def test_it_ends_well_where_it_is_told_to_while_it_begins(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The web server is at work by then, and ends at once."""
    here.configure(INBOX, '[web]\nlisten = "127.0.0.1:0"\n')
    stop, sockets, opened = asyncio.Event(), list[socket.socket](), command.open_sources

    def listened(config: Config) -> socket.socket:
        sockets.append(listen(config))
        return sockets[0]

    @asynccontextmanager
    async def told_meanwhile(config: Config) -> AsyncIterator[list[Source]]:
        stop.set()
        while sockets[0].fileno() >= 0:  # noqa: ASYNC110  (nobody tells)
            await asyncio.sleep(0.01)
        async with opened(config) as sources:
            yield sources

    monkeypatch.setattr(command, "stop_event", lambda *_: stop)
    monkeypatch.setattr(command, "listen", listened)
    monkeypatch.setattr(command, "open_sources", told_meanwhile)
    store = Store(here.config.database)
    async with asyncio.timeout(60):
        await command.run(here.config, store, Clock())
    store.close()


def test_no_source_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, '[publish]\nbase_url = "https://lab.example.net/"\n', {}) == [
        f"publishing to {tmp_path / 'public'} as https://lab.example.net/",
        "no source is configured, so nothing is read; Ctrl-C stops",
    ]


def test_after_a_sleep_what_is_being_read_is_read_once_more_after_that() -> None:
    reading = InHand(asyncio.Queue())
    reading.now.update(("slow", "quick"))
    reading.ended("quick")
    reading.anew(("slow", "quick"))
    assert [reading.asked.get_nowait() for _ in range(reading.asked.qsize())] == ["quick"]
    reading.ended("slow")
    reading.ended("slow")
    assert [reading.asked.get_nowait() for _ in range(reading.asked.qsize())] == ["slow"]


def test_digests_wait_for_a_round_that_began_after_the_sleep(desk: Desk) -> None:
    deliverer = Deliverer(desk.store, {}, ZoneInfo("UTC"), 8.0, desk.clock)
    woken = NOW + timedelta(hours=2)
    deliverer.hold_digests(woken, 60.0)
    deliverer.let_digests_go(NOW)
    assert deliverer._no_digest_before(woken) == woken.timestamp() + 60
    deliverer.let_digests_go(woken)
    assert deliverer._no_digest_before(woken) == 0.0


async def test_what_functions_remember_goes_once_a_local_day(tmp_path: Path) -> None:
    room, asked = Newsroom(tmp_path), list[str]()
    remembering = remembered(9)(asked.append)
    await room.configure()
    for hours in (0, 9, 6):  # noon, evening, the next morning
        room.later(hours=hours)
        await _tidy(room.store, room.config, room.clock)
        remembering("sonar")
    room.store.close()
    assert asked == ["sonar"] * 2
