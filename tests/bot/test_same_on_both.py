"""A recorded week through each kind of database: the same feeds and pages, and the same messages, to the byte."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot import intake, pipeline
from bot.app import open_channels, open_sources
from bot.delivery.deliverer import Deliverer
from bot.store.database import Database
from bot.store.engine import Store
from tests import postgres
from tests.fakes.channel import JumpingClock
from tests.fakes.server import Message
from tests.offices import StoppedClock, office
from tests.world import INBOX, World, alert, feed, world

if TYPE_CHECKING:
    from bot.publishing.press import Press

WEEK = [datetime(2025, 9, day, 18, tzinfo=UTC) for day in (15, 16, 17, 18, 19, 22)]
TABLES = (
    INBOX,
    feed("all", "*"),
    feed("models", 'model* OR "reinforcement learning" votes>=20'),
    feed("best", "*") + 'top = 3\nperiod = "day"\n',
    alert("each", "diffusion OR video", "telegram:@papers", "slack:#papers", head_start="7d"),
    alert("daily", "agent* votes>=5", "telegram:-1001", deliver="daily 09:00", top=3, head_start="7d"),
    alert("batch", "reasoning", "slack:#papers", "telegram:@papers", deliver="batch"),
)
OTHERS = ("page_text/000_db072aecd6137a54.txt", "arxiv_rss/rss20_arxiv_cs_cl_2026-04-27_jmamath.xml")


async def test_feeds_pages_and_messages_of_a_recorded_week_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: Path
) -> None:
    with postgres.database() as server:
        on_a_server = await lived(tmp_path_factory.mktemp("server"), server, data)
    in_a_file = await lived(tmp_path_factory.mktemp("file"), None, data)
    assert len(in_a_file["files"]) > 30
    assert min(len(in_a_file["telegram"]), len(in_a_file["slack"])) > 20
    for name, found in in_a_file.items():
        assert on_a_server[name] == found


async def lived(folder: Path, database: Database | None, data: Path) -> dict[str, Any]:
    """What a week leaves behind."""
    with world(folder, database) as here:
        here.configure(*TABLES)
        store = Store(here.config.database)
        for now, other in zip(WEEK, (*OTHERS, *[None] * 4), strict=True):
            here.drop(f"{now.date()}.json", (data / "hf_api" / "days" / f"{now.date()}.json").read_bytes())
            if other:
                here.drop(Path(other).name, (data / other).read_bytes())
            await day(here, store, now)
        store.close()
        files = {name: content for name, (content, _) in here.files().items()}
        return {"files": files, "telegram": told(here.telegram.messages), "slack": told(here.slack.messages)}


async def day(here: World, store: Store, now: datetime) -> None:
    config = here.config
    await store.run(intake.start, config, now)
    async with open_sources(config) as sources, open_channels(config) as channels:
        made = office(config, store, StoppedClock(now))
        report = await pipeline.round(made, sources)
        assert report.failed == {}
        await cast("Press", made.press).last()
        clock = JumpingClock(now + timedelta(minutes=5))
        deliverer = Deliverer(store, channels, config.settings.timezone, 1.0, clock, config.site)
        await deliverer.drain((now + timedelta(hours=1)).timestamp(), asyncio.Event())


def told(messages: list[Message]) -> list[tuple[str, dict[str, Any]]]:
    """What was asked of a platform, chat by chat, but for the number of the delivery."""
    asked = [(one.chat, {key: value for key, value in one.params.items() if key != "metadata"}) for one in messages]
    return sorted(asked, key=lambda one: one[0])
