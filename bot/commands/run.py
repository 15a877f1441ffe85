"""`run`: a round at once, then whenever a schedule wakes a source, until a signal. Delivery goes on beside it."""

import asyncio
import logging
import socket
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot import pipeline
from bot.app import open_channels, open_sources
from bot.calling import Caller, Remembered, learn
from bot.commands.opening import CLOCK, configured, guarded, opened
from bot.commands.planned import InHand, plan
from bot.config.libraries import near_of
from bot.config.load import Config
from bot.delivery.at_work import at_work
from bot.delivery.deliverer import SLEPT, Deliverer
from bot.engine.choice import engine_of
from bot.intake import clock_set_back, feed_bests, feed_queries, kept, round_over, start
from bot.pipeline import Office
from bot.process.clock import Clock
from bot.process.heap import give_back, lives_long, one_heap
from bot.process.loop import run as to_its_end
from bot.process.stopping import CLOSING, given_up, stop_event, time_left
from bot.publishing.kept_entries import let_go
from bot.publishing.press import Press
from bot.scheduler import wake_ups
from bot.sources.source import Source
from bot.store import retention
from bot.store.engine import Store
from bot.store.lead import Lead, leading
from bot.store.outbox import moments, served
from bot.watch import notices
from bot.web.listening import address_of, listen

log = logging.getLogger(__name__)

WATCH = 5.0
"""Seconds between two looks at what the operator should know."""

AT_WORK = 60.0
"""Seconds between two notes that delivery is at work."""

TICK = 5.0
"""Seconds between two looks at the clock."""

WAKING = 60.0
"""Seconds for which digests wait, after a sleep, for sources to be read."""


@guarded
def command(path: Path, *, verbose: bool) -> int:
    """Rounds until a signal."""
    one_heap()
    lives_long()
    config = configured(path, verbose=verbose)
    with opened(config, waits=True) as store, leading(store, stands_by=True) as lead:
        to_its_end(run(config, store, CLOCK, lead))
    return 0


async def run(config: Config, store: Store, clock: Clock, lead: Lead | None = None) -> None:
    """Go on until a signal; then finish the sends in hand, for `[delivery] grace` at most. Raises ListenError.

    While another process collects, only the web server is at work. Raises ReplacedError where one took over.
    """
    lead = lead or Lead()
    with listen(config) if config.serves else nullcontext() as listening:
        address = address_of(listening) if listening else ""  # a server that is told to end closes it
        stop = stop_event(grace := config.settings.delivery.grace.total_seconds(), 0)
        heard, wished = asyncio.Event(), asyncio.Event()
        web = asyncio.create_task(_web(config, store, clock, stop, _Told(heard, wished), listening))
        standing_by = asyncio.create_task(lead.ours(stop))
        await _first(stop, standing_by, web)
        if standing_by.done() and not stop.is_set():
            await _run(config, store, clock, lead, stop, _Served(web, address, _Told(heard, wished)))
        else:
            await _wind_up(stop, [standing_by], [web], grace)
    log.info("stopped")


@dataclass(frozen=True, slots=True)
class _Told:
    """Set when somebody told the web server something that is stored: said it in a chat, or wished it on the site."""

    heard: asyncio.Event
    wished: asyncio.Event


@dataclass(frozen=True, slots=True)
class _Served:
    """The web server beside."""

    web: asyncio.Task[None]
    address: str
    """Where; empty: nowhere."""
    told: _Told


async def _run(config: Config, store: Store, clock: Clock, lead: Lead, stop: asyncio.Event, site: _Served) -> None:
    settings, grace = config.settings, config.settings.delivery.grace.total_seconds()
    wake, asked = asyncio.Event(), asyncio.Queue[str]()
    settle = settings.delivery.settle.total_seconds()
    led = store.led(lead.check)
    near = near_of(config, waits=True)
    await learn(near, list(feed_queries(config).values()))
    await led.run(start, config, clock.now())
    caller = Caller(led, clock, feed_queries(config), Remembered(), feed_bests(config), near)
    await caller.release("each")
    async with (
        at_work(store, "run", settle, clock) as life,
        open_sources(config) as sources,
        open_channels(config) as channels,
    ):
        deliverer = Deliverer(store, channels, settings.timezone, settle, clock, config.site, life)
        tell = partial(notices.about_sources, config, led, channels, clock)
        press, reading = Press(config, led, clock), InHand(asked)
        tidy = partial(_tidy, led, config, clock)
        office = Office(config, led, clock, channels, press, tell, caller, wake.set, tidy=tidy, ended=reading.ended)
        rounds = asyncio.create_task(_rounds(office, sources, reading, deliverer))
        serve = engine_of(store, deliverer, clock, settle, time_left(grace))
        delivery = asyncio.create_task(serve(wake, stop))
        watch = asyncio.create_task(_watch(office))
        work = asyncio.create_task(_tick(office, deliverer, reading, [source.name for source in sources]))
        chat = asyncio.create_task(_chat(office, deliverer, stop, site.told.heard))
        mail = asyncio.create_task(_mail(office, deliverer, stop, site.told.wished))
        lost = asyncio.create_task(lead.lost())
        with wake_ups(settings, asked.put_nowait) as planned:
            for line in plan(config, planned, clock.now(), site.address):
                log.info("%s", line)
            await _first(stop, rounds, delivery, watch, work, site.web, chat, mail, lost)
        await _wind_up(stop, [rounds, watch, work, lost], [delivery, site.web, chat, mail], grace)


async def _rounds(office: Office, sources: Sequence[Source], reading: InHand, deliverer: Deliverer) -> None:
    """A round of every source, then one for each batch of sources that the schedule asks for.

    A source that is still being read is not asked again, and keeps none of the others waiting.
    """
    asked = reading.asked
    async with asyncio.TaskGroup() as group:
        due = list(sources)
        while True:
            reading.now.update(source.name for source in due)
            group.create_task(_round(office, due, deliverer))
            names = {await asked.get()}
            while not asked.empty():
                names.add(asked.get_nowait())
            due = [source for source in sources if source.name in names - reading.now]


async def _round(office: Office, due: Sequence[Source], deliverer: Deliverer) -> None:
    if due:
        began, steady = office.clock.now(), office.clock.steady()
        report = await pipeline.round(office, due)
        await office.store.run(round_over, "run", began, office.clock.steady() - steady)
        deliverer.let_digests_go(began)
        office.wake()
        new, files = sum(report.new.values()), len(report.files)
        log.info("round: %s new, %s enqueued, %s files", new, report.enqueued, files)
        for reason in report.failed.get("publish", ()):
            log.error("%s", reason)
        await asyncio.to_thread(give_back)


async def _tidy(led: Store, config: Config, clock: Clock) -> None:
    """Once a local day, or as often as that takes, what is no longer kept goes, and what functions remember."""
    if await retention.tidy(led, kept(config), config.settings.timezone, clock.now, clock.steady):
        let_go()


async def _web(
    config: Config,
    store: Store,
    clock: Clock,
    stop: asyncio.Event,
    told: _Told,
    listening: socket.socket | None,
) -> None:
    """The web server, where the configuration has one; it ends with all else.

    What is said to it is stored also where another process leads, which deals with it.
    """
    if listening is None:
        await stop.wait()
        return
    from bot.web.posted import NOTHING
    from bot.web.server import serve

    taken = NOTHING
    if config.settings.chat is not None:
        from bot.chat.fronts import posts

        taken = posts(config, store, clock, told.heard.set)
    await serve(config, clock, stop, CLOSING, listening, taken, told.wished.set)


async def _chat(office: Office, deliverer: Deliverer, stop: asyncio.Event, heard: asyncio.Event) -> None:
    """Who asks is answered, where the configuration lets them; it ends with all else."""
    if office.config.settings.chat is None:
        await stop.wait()
        return
    from bot.chat.listening import listen_and_answer

    channels, gate_of = office.channels, deliverer.gate_of
    await listen_and_answer(office.config, office.store, office.clock, channels, gate_of, stop, heard)


async def _mail(office: Office, deliverer: Deliverer, stop: asyncio.Event, wished: asyncio.Event) -> None:
    """What readers of mails wish for on the site is done, where there are any; it ends with all else."""
    if not office.config.has_doors:
        await stop.wait()
        return
    from bot.letters.desk import WishDesk

    desk = WishDesk(office.config, office.store, office.clock, office.channels, deliverer.gate_of)
    await desk.serve(wished, stop)


async def _watch(office: Office) -> None:
    """Tell the operator what goes wrong in delivery, soon after it does."""
    while True:
        await asyncio.sleep(WATCH)
        if await notices.about_delivery(office.config, office.store, office.channels, office.clock):
            office.wake()


async def _tick(office: Office, deliverer: Deliverer, reading: InHand, names: Sequence[str]) -> None:
    """Follow the clock: note that delivery is at work, and deal with a machine that slept and a clock that was set."""
    store, clock, noted = office.store, office.clock, office.clock.steady()
    while True:
        await asyncio.sleep(TICK)
        moved, now = deliverer.moved(), clock.now()
        if moved < -moments.LEEWAY.total_seconds():
            log.warning("the clock was set back by %.0f seconds: waits go on by the clock of now", -moved)
            await store.run(clock_set_back, office.config, -moved, now)
            office.wake()
        elif moved > SLEPT:
            log.warning("the clock is %.0f seconds ahead of where it was: sources are read first", moved)
            deliverer.hold_digests(now, WAKING)
            noted = clock.steady()  # it is at work again when sources are read
            await store.run(moments.slept, moved, now)
            reading.anew(names)
        elif clock.steady() - noted >= AT_WORK:
            noted = clock.steady()
            await store.run(served.mark, now)


async def _first(stop: asyncio.Event, *tasks: asyncio.Task[Any]) -> None:
    """Wait for the signal, or for a task that ends by a bug."""
    signalled = asyncio.create_task(stop.wait())
    await asyncio.wait([signalled, *tasks], return_when=asyncio.FIRST_COMPLETED)
    signalled.cancel()


async def _wind_up(
    stop: asyncio.Event, others: Sequence[asyncio.Task[Any]], ending: Sequence[asyncio.Task[None]], grace: float
) -> None:
    stop.set()
    for task in others:
        task.cancel()
    await asyncio.wait(ending, timeout=time_left(grace))
    await given_up([*others, *ending])  # a send that hangs: it is unsure at the next start
