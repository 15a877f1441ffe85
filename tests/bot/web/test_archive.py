"""The archive in memory: in which parts papers are indexed, as more and more come."""

import asyncio
import threading
from datetime import date
from pathlib import Path

import pytest

from bot.process.clock import Clock
from bot.store.archive import shown
from bot.store.engine import Store
from bot.web import archive
from bot.web.archive import Archive
from bot.web.live import LiveArchive
from tests.bot.web.site import Web
from tests.fakes.source import item

FRIDAY = date(2025, 9, 12)


async def parts(web: Web) -> list[list[int]]:
    """How many papers each part of each batch has."""
    batches = (await web.context.live.now()).batches.values()
    return [[len(block.papers) for block in batch.blocks] for batch in batches]


async def test_where_papers_come_and_go_a_batch_is_in_parts_and_stays_so(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = len((await web.context.live.now()).rows)
    monkeypatch.setattr(archive, "_CHUNK", 8)
    monkeypatch.setattr(archive, "_PART", 4)
    for n in range(there, 24):
        web.put(item(f"2509.{n:05}", f"Paper {n}", "Text.", FRIDAY))
        grown = await parts(web)
    assert grown == [[3, 4], [4, 4], [4, 4], [1]]
    web.put(item(f"2509.{10:05}", "Paper 10", "Text.", FRIDAY, votes=9))
    assert await parts(web) == grown
    web.context.live._archive = None  # as a process begins
    assert await parts(web) == [[3, 4], [8], [8], [1]]


async def test_what_somebody_else_found_meanwhile_is_not_taken_for_what_was_known_before(tmp_path: Path) -> None:
    writer, looks = Store(tmp_path / "a.db"), Store(tmp_path / "a.db", only_looks=True)
    live = LiveArchive(looks, Clock())
    old = await live.now()
    await writer.run(shown.count_change)
    told, version = threading.Event(), live._watch.version

    def waits() -> object:
        found = version()
        told.wait()
        return found

    live._watch.version = waits  # type: ignore[assignment]
    late = asyncio.create_task(live.now())
    await asyncio.sleep(0)
    live._archive, live._version = object.__new__(Archive), version()  # another look ended
    object.__setattr__(live._archive, "day", old.day)
    told.set()
    assert await late is live._archive is not old
    live.close()
    looks.close()
    writer.close()
