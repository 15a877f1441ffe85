"""Listens: uvicorn on a socket of ours, stopped by an event and not by signals of its own."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn

from bot.config.libraries import near_of
from bot.config.load import Config
from bot.process.clock import Clock
from bot.process.installation import KeyFileError, tokens_of
from bot.store.engine import Store
from bot.web.app import web_app
from bot.web.context import Context
from bot.web.files import PublicFiles
from bot.web.letterbox import Letterbox
from bot.web.limits import Limits
from bot.web.live import LiveArchive
from bot.web.posted import NOTHING, Post

log = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """The process's own handlers hear the signals (bot.commands.run, bot.commands.serve)."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _nobody() -> None:
    """Whoever grants wishes looks for them by himself."""


def _letterbox(config: Config, looks: Store, clock: Clock, wished: Callable[[], object]) -> Letterbox | None:
    """With a store of its own, which writes."""
    if not config.has_doors:
        return None
    try:
        tokens = tokens_of(config.key_file)
    except KeyFileError as error:
        log.error("nobody can subscribe by mail: %s", error)  # noqa: TRY400  (it says all)
        return None
    return Letterbox(Store(config.database), looks, tokens, clock, wished)


@asynccontextmanager
async def context_of(
    config: Config,
    store: Store,
    clock: Clock,
    posts: Mapping[str, Post] = NOTHING,
    wished: Callable[[], object] = _nobody,
) -> AsyncIterator[Context]:
    """What the answers are made from, the archive followed beside; closed at the end. `wished` hears of wishes."""
    web = config.settings.web
    live = LiveArchive(store, clock, clock.steady, near_of(config))
    limits = Limits(web.searches_per_second, web.searches_at_once)
    following = asyncio.create_task(live.follow())
    letterbox = _letterbox(config, store, clock, wished)
    try:
        files = PublicFiles(config.public, hides=config.is_state)
        yield Context(config, store, clock, live, files, limits, steady=clock.steady, posts=posts, letterbox=letterbox)
    finally:
        if letterbox:
            letterbox.store.close()
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
    wished: Callable[[], object] = _nobody,
) -> None:
    """Answer until `stop`; then end what is being answered, in `grace` seconds at most.

    `posts`: who takes what is posted to us, by path. `wished`: hears of what people wish who are mailed.
    """
    store = Store(config.database, only_looks=True)
    try:
        async with context_of(config, store, clock, posts, wished) as context:
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
