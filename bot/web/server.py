"""Listens: uvicorn on a socket of ours, stopped by an event and not by signals of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn

from bot.config.load import Config
from bot.process.clock import Clock
from bot.store.engine import Store
from bot.web.app import web_app
from bot.web.context import Context
from bot.web.files import PublicFiles
from bot.web.limits import Limits
from bot.web.live import LiveArchive
from bot.web.posted import NOTHING, Post


class _Server(uvicorn.Server):
    """The process's own handlers hear the signals (bot.commands.run, bot.commands.serve)."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def context_of(
    config: Config, store: Store, clock: Clock, posts: Mapping[str, Post] = NOTHING
) -> AsyncIterator[Context]:
    """What the answers are made from, the archive followed beside; closed at the end."""
    web = config.settings.web
    live = LiveArchive(store, clock, clock.steady)
    limits = Limits(web.searches_per_second, web.searches_at_once)
    following = asyncio.create_task(live.follow())
    try:
        files = PublicFiles(config.public, hides=config.is_state)
        yield Context(config, store, clock, live, files, limits, steady=clock.steady, posts=posts)
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        await asyncio.to_thread(live.close)


async def serve(
    config: Config,
    clock: Clock,
    stop: asyncio.Event,
    grace: float,
    listening: socket.socket,
    posts: Mapping[str, Post] = NOTHING,
) -> None:
    """Answer until `stop`; then end what is being answered, in `grace` seconds at most.

    `posts`: who takes what is posted to us, by path.
    """
    store = Store(config.database, only_looks=True)
    try:
        async with context_of(config, store, clock, posts) as context:
            server = _Server(_settings(context, grace))
            serving = asyncio.create_task(server.serve([listening]))
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            server.should_exit = True
            await serving
    finally:
        store.close()


def _settings(context: Context, grace: float) -> uvicorn.Config:
    return uvicorn.Config(
        web_app(context),
        log_config=None,
        access_log=False,  # queries are their askers' own business
        lifespan="off",
        server_header=False,
        proxy_headers=False,  # bot.web.address reads them, by [web] trusted_proxies
        timeout_graceful_shutdown=max(int(grace), 1),
    )
