"""`run`: a round at once, then whenever a schedule wakes a source, until SIGTERM. Delivery goes on beside it."""

import asyncio
import logging
import socket
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress

from bot import pipeline
from bot.app import open_channels, open_sources
from bot.channels import Channel
from bot.commands.once import publish
from bot.config.load import Config
from bot.delivery.deliverer import Deliverer
from bot.process.clock import Clock
from bot.process.stopping import stop_event
from bot.scheduler import wake_ups
from bot.sources import Source
from bot.store import Store
from bot.store.outbox import claims, outcomes, served
from bot.watch import notices
from bot.web.listening import listen

log = logging.getLogger(__name__)

WATCH = 5.0
"""Seconds between two looks at what the operator should know."""

CLOSING = 1.5
"""Seconds of the grace that are kept for closing: connections, the database, the process itself."""


async def run(config: Config, store: Store, clock: Clock) -> None:
    """Go on until a signal; then finish the sends in hand, for `[delivery] grace` at most. Raises ListenError."""
    with listen(config) if config.serves else nullcontext() as listening:
        await _run(config, store, clock, listening)
    log.info("stopped")


async def _run(config: Config, store: Store, clock: Clock, listening: socket.socket | None) -> None:
    settings = config.settings
    stop, wake, asked = stop_event(), asyncio.Event(), asyncio.Queue[str]()
    settle = settings.delivery.settle.total_seconds()
    await store.run(claims.recover, clock.now(), settle)
    await store.run(outcomes.resume, clock.now())
    async with open_sources(config) as sources, open_channels(config) as channels:
        deliverer = Deliverer(store, channels, settings.timezone, settle, clock)
        rounds = asyncio.create_task(_rounds(config, store, clock, sources, channels, asked, wake))
        delivery = asyncio.create_task(deliverer.serve(wake, stop))
        watch = asyncio.create_task(_watch(config, store, clock, channels, wake))
        web = asyncio.create_task(_web(config, clock, stop, listening))
        with wake_ups(settings, asked.put_nowait):
            await _first(stop, rounds, delivery, watch, web)
        await _wind_up(stop, [rounds, watch], [delivery, web], settings.delivery.grace.total_seconds())


async def _rounds(
    config: Config,
    store: Store,
    clock: Clock,
    sources: Sequence[Source],
    channels: Mapping[str, Channel],
    asked: asyncio.Queue[str],
    wake: asyncio.Event,
) -> None:
    """A round of every source, then one for each batch of sources that the schedule asks for."""
    due = list(sources)
    while True:
        await pipeline.identify(config, store, channels, clock.now())
        report = await pipeline.collect(config, store, due, clock.now())
        await publish(config, store, clock.now(), report)
        log.info("round: %s new, %s enqueued, %s files", sum(report.new.values()), report.enqueued, len(report.files))
        await notices.about_sources(config, store, channels, clock.now())
        wake.set()
        names = {await _next_asked(store, clock, asked)}
        while not asked.empty():
            names.add(asked.get_nowait())
        due = [source for source in sources if source.name in names]


async def _web(config: Config, clock: Clock, stop: asyncio.Event, listening: socket.socket | None) -> None:
    """The web server, where the configuration has one; it ends with all else."""
    if listening is None:
        await stop.wait()
        return
    from bot.web.server import serve

    await serve(config, clock, stop, CLOSING, listening)


async def _watch(
    config: Config, store: Store, clock: Clock, channels: Mapping[str, Channel], wake: asyncio.Event
) -> None:
    """Tell the operator what goes wrong in delivery, soon after it does."""
    while True:
        await asyncio.sleep(WATCH)
        if await notices.about_delivery(config, store, channels, clock.now()):
            wake.set()


async def _next_asked(store: Store, clock: Clock, asked: asyncio.Queue[str]) -> str:
    """The next source that is due; until then, note every minute that delivery is at work."""
    while True:
        await store.run(served.mark, clock.now())
        with suppress(TimeoutError):
            async with asyncio.timeout(60):
                return await asked.get()


async def _first(stop: asyncio.Event, *tasks: asyncio.Task[None]) -> None:
    """Wait for the signal, or for a task that ends by a bug."""
    signalled = asyncio.create_task(stop.wait())
    await asyncio.wait([signalled, *tasks], return_when=asyncio.FIRST_COMPLETED)
    signalled.cancel()


async def _wind_up(
    stop: asyncio.Event, others: Sequence[asyncio.Task[None]], ending: Sequence[asyncio.Task[None]], grace: float
) -> None:
    stop.set()
    for task in others:
        task.cancel()
    await asyncio.wait(ending, timeout=max(grace - CLOSING, grace / 2))
    for task in ending:
        task.cancel()  # a send that hangs: it is unsure at the next start
    for task in (*others, *ending):
        with suppress(asyncio.CancelledError):
            await task
