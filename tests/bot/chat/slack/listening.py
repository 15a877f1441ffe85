"""A bot that listens in Slack, in this process: its front and its desk, over the loopback Slack."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bot.app import open_channels
from bot.chat.desk import Desk
from bot.chat.front import Ear, Front
from bot.chat.fronts import opened
from bot.config.load import Config, load
from bot.process.clock import Clock
from bot.store import answers
from bot.store.database import Database
from bot.store.engine import Store, driver
from bot.store.subscriptions import imported
from tests.fakes.slack import APP_TOKEN, TOKEN, FakeSlack
from tests.world import named

SECRET = "a-made-up-signing-secret"
ENVIRONMENT = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": SECRET}
SOCKETS, REQUESTS = 'app_token_env = "SLACK_APP_TOKEN"', 'signing_secret_env = "SLACK_SIGNING_SECRET"'
CHAT = '[chat]\naccess = "open"\nper_minute = 1000\nper_chat = 200\n'
TABLES = '[web]\nlisten = "127.0.0.1:0"\n[publish]\nbase_url = "https://papers.example.org/"\n' + CHAT


@dataclass
class Listening:
    """What listens, and what it heard."""

    config: Config
    store: Store
    front: Front
    desk: Desk

    def standing(self) -> list[str]:
        return sorted(one.query for one in self.store.call(lambda at: list(imported.every(at))))

    def answered(self) -> int:
        return len(self.store.call(lambda at: driver(at).execute("select id from answer").fetchall()))

    async def say_all(self) -> None:
        """What was answered, said in order, at no pace."""
        for one in await self.store.run(answers.next_ones, 1000):
            await self.front.say(one.address, one.thread, json.loads(one.body))
            await self.store.run(answers.said, one.id)


def configure(
    folder: Path, slack: FakeSlack, way: str = SOCKETS, tables: str = TABLES, database: Database | None = None
) -> Config:
    table = f'[slack]\ntoken_env = "SLACK_BOT_TOKEN"\napi_url = "{slack.api_url}"\n{way}\n'
    (folder / "config.toml").write_text(f'{named(database)}{tables}{table}[delivery]\ntimeout = "3s"\n')
    return load(folder / "config.toml", ENVIRONMENT)


Configured: TypeAlias = Callable[..., Config]
"""`configure`, with a folder, a Slack and a database of one's own."""


@asynccontextmanager
async def listening(config: Config, *, listen: bool = True, clock: Clock | None = None) -> AsyncIterator[Listening]:
    store, heard, clock = Store(config.database), asyncio.Event(), clock or Clock()
    async with open_channels(config) as channels:
        (front,) = opened(Ear(config, store, clock, channels, heard.set))
        desk = Desk(config, store, clock, {"slack": front}, lambda: None, heard)
        tasks = [asyncio.create_task(front.listen()), asyncio.create_task(desk.serve())] if listen else []
        try:
            yield Listening(config, store, front, desk)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await front.aclose()
            store.close()


async def becomes(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.01)
