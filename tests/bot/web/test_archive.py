"""The archive in memory: in which parts papers are indexed, as more and more come."""

from datetime import date

import pytest

from bot.web import archive
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
