"""`run` says at its start what goes on from then: its address, its rhythm, its next round; what it reads, and when."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.commands.planned import InHand, plan
from bot.commands.run import _tidy
from bot.config.load import load
from bot.delivery.deliverer import Deliverer
from feeds.known import remembered
from tests.desk import Desk
from tests.newsroom import Newsroom

NOW = datetime(2026, 11, 28, 6, tzinfo=UTC)
SOURCE = '[[sources]]\nname = "{name}"\nkind = "huggingface"\n'


def said(folder: Path, text: str, planned: dict[str, datetime], listening: socket.socket | None = None) -> list[str]:
    path = folder / "config.toml"
    path.write_text(text)
    return list(plan(load(path), planned, NOW, listening))


def test_where_it_is_how_often_it_reads_and_when_next(tmp_path: Path) -> None:
    names = ["daily", *(f"lab{n:02}" for n in range(12))]
    tables = SOURCE.format(name="daily") + "".join(SOURCE.format(name=name) + 'every = "2h"\n' for name in names[1:])
    planned = {name: NOW + timedelta(hours=2, minutes=n) for n, name in enumerate(names)} | {
        "lab03": NOW + timedelta(hours=1)
    }
    with socket.create_server(("127.0.0.1", 0)) as listening:
        lines = said(tmp_path, 'timezone = "Europe/Berlin"\n' + tables, planned, listening)
        port = listening.getsockname()[1]
    assert lines == [
        f"serving on http://127.0.0.1:{port}/",
        f"publishing to {tmp_path / 'public'}",
        "reading now, then every 30 minutes: daily",
        f"reading now, then every 2 hours: {', '.join(names[1:11])} and 2 more",
        "the next round is at 08:00 CET; Ctrl-C stops",
    ]


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
