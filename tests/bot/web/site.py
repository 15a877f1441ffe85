"""A published world with a server over it, asked in memory."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin

import httpx
from sqlalchemy import Connection

from bot import intake, pipeline
from bot.app import open_sources
from bot.config.load import Config
from bot.process.clock import Clock
from bot.publishing.press import Press
from bot.store.archive import feeds, papers, shown
from bot.store.archive.papers import Sighting
from bot.store.engine import Store
from bot.web.app import web_app
from bot.web.context import Context
from bot.web.server import context_of
from feeds.digests import parse_digest
from tests.fakes.source import item
from tests.offices import office
from tests.world import World

SITE = '[web]\nlisten = "127.0.0.1:0"\ntelegram_bot = "round_bot"\n'
PAPERS = [
    item("2503.02130", "Forgetting Transformer", "Softmax attention with a forget gate.", date(2025, 9, 1), votes=7),
    item("2509.26507", "The Dragon Hatchling", "Streaming neurons that meet locally.", date(2025, 9, 9), votes=90),
    item("2510.00001", "Streaming video agents", "Agents that watch & remember.", date(2025, 9, 10), votes=12),
]


@dataclass
class Web:
    """A server's application, a client of it, and the world that it shows."""

    here: World
    client: httpx.AsyncClient
    context: Context

    async def get(self, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers={"Accept-Encoding": "identity", **named})

    def leads(self, path: str, href: str) -> str:
        """Where a link on a page leads."""
        return urljoin(f"http://papers.example.org{path}", href)

    async def round(self) -> None:
        """Collect and publish what was dropped since."""
        await collect_and_publish(self.here)

    def put(self, *items: dict[str, Any]) -> None:
        """Papers into the archive and its feeds, and nothing published."""
        store = Store(self.here.config.database)
        store.call(_put, self.here.config, json.dumps(items).encode())
        store.close()

    def drop(self, name: str, *papers: dict[str, Any]) -> None:
        self.here.drop(name, json.dumps(papers).encode())


def _put(connection: Connection, config: Config, digest: bytes) -> None:
    now = Clock().now()
    seen = [Sighting("inbox", "files", one, one.announced) for one in parse_digest(digest).papers]
    stored = [papers.add(connection, one, now, lambda day, key: f"tag:a,{day}:{key}") for one in seen]
    some = {one.id: one.paper for one in stored}
    feeds.follow(connection, feeds.belong(intake.feed_queries(config), some, now), some)
    shown.count_change(connection)


async def collect_and_publish(here: World) -> None:
    """A round without deliveries, on the loop that runs."""
    config = here.config
    store = Store(config.database)
    made = office(config, store, Clock())
    async with open_sources(config) as sources:
        await pipeline.round(made, sources)
    await store.run(intake.round_over, "once", Clock().now(), 0.5)
    assert isinstance(made.press, Press)
    await made.press.last()
    store.close()


@asynccontextmanager
async def served(here: World) -> AsyncIterator[Web]:
    """The site of a configured world."""
    await collect_and_publish(here)
    async with served_as_it_is(here) as made:
        yield made


@asynccontextmanager
async def served_as_it_is(here: World) -> AsyncIterator[Web]:
    """The site of a world in which no round has been."""
    config = here.config
    Store(config.database).close()
    store = Store(config.database, only_looks=True)
    async with context_of(config, store, Clock()) as context:
        transport = httpx.ASGITransport(web_app(context), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://papers.example.org") as client:
            yield Web(here, client, context)
    store.close()
