"""Who asks while an edition is made: one more is made for all of them, and rounds never queue up behind it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config.load import load
from bot.process.clock import Clock
from bot.publishing import edition
from bot.publishing.files import Change
from bot.publishing.press import Press
from bot.store.engine import Store

FEED = '[[sources]]\nname = "inbox"\nkind = "files"\npath = "inbox/*"\n[[feeds]]\nslug = "all"\nquery = "*"\n'


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    (tmp_path / "config.toml").write_text(FEED)
    config = load(tmp_path / "config.toml", {})
    store = Store(config.database)
    yield Press(config, store, Clock())
    store.close()


@pytest.fixture
def editions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What becomes of each, in turn: those that are made are noted behind what is asked for here."""
    asked, changes = list[str](), edition.changes

    async def told(*args: Any) -> AsyncIterator[Change]:
        asked.append("made")
        if asked[0] == "cut the second short" and asked.count("made") == 2:
            raise asyncio.CancelledError
        async for change in changes(*args):
            yield change

    monkeypatch.setattr(edition, "changes", told)
    return asked


async def test_one_edition_is_made_for_all_who_ask_while_another_is(press: Press, editions: list[str]) -> None:
    press.soon()
    outcomes = await asyncio.gather(*(press.changed() for _ in range(10)))
    assert len(editions) <= 2
    assert "feeds/all.rss" in {name for outcome in outcomes for name in outcome.written}


async def test_who_waits_for_an_edition_that_is_cut_short_makes_it(press: Press, editions: list[str]) -> None:
    editions.append("cut the second short")
    outcomes = await asyncio.gather(*(press.changed() for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, asyncio.CancelledError) for one in outcomes) == 1
    assert editions.count("made") == 3
