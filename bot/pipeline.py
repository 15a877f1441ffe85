r"""One round, top to bottom. `once`, `run`, the dry run and the demo all call it; delivery runs beside it.

source -> Digest -> Paper -> store -> match -> feeds and pages
                                         \-> due -> lanes -> Telegram, Slack, a webhook, the console
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot import intake
from bot.calling import Caller, learn
from bot.channels.channel import Channel
from bot.channels.registry import is_name
from bot.config.load import Config
from bot.delivery.identity import identify
from bot.intake import Reading, Report
from bot.process.clock import Clock
from bot.publishing.files import Outcome
from bot.rules.words import counted, local
from bot.sources.registry import patience_of
from bot.sources.source import Batch, Failed, Source
from bot.store.archive import sources
from bot.store.archive.codec import instant
from bot.store.engine import Store

log = logging.getLogger(__name__)

TOGETHER = 5.0
"""Seconds from a round's begin in which what comes of several sources is still put into one order before it is sent."""


class Press(Protocol):
    """What publishes: bot.publishing.press, or a rehearsal of it."""

    def soon(self) -> None:
        """Something changed: publish it when there is time, waiting for nobody."""

    async def changed(self) -> Outcome:
        """Publish all that changed; what became of it since this was last asked."""


Told = Callable[[str, str], None]
"""Hears of a round as it goes: what is done, and what with."""


def unheard(_source: str) -> None:
    """Nobody wants to know which source has been read."""


async def untidied() -> None:
    """Everything stays."""


def untold(_done: str, _what: str) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class Office:
    """What a round works with."""

    config: Config
    store: Store
    clock: Clock
    channels: Mapping[str, Channel]
    press: Press
    tell: Callable[[], Awaitable[object]]
    """Tells the operator what is new about sources."""
    caller: Caller
    wake: Callable[[], object]
    """Wakes delivery: something may be due."""
    told: Told = untold
    tidy: Callable[[], Awaitable[object]] = untidied
    """Lets go what is no longer kept."""
    ended: Callable[[str], object] = unheard
    """Hears of each source by name when it has been read: it may be read again, whoever else is still slow."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A source has been read, and this went wrong with it."""

    failures: list[Failed]


Given = asyncio.Queue[tuple[Source, Batch | Ended, asyncio.Event]]
"""What sources gave, each with what to set when it is stored."""


async def round(office: Office, due: Sequence[Source]) -> Report:  # noqa: A001  (it is one)
    """Read these sources, store, match, publish, tell. What is there is published and sent, whoever is still slow."""
    report, began = Report(), office.clock.now()
    await _begun(office, began)
    report.enqueued += await office.caller.go_on()
    office.told("reading", ", ".join(source.name for source in due))
    async for source, outcome in collected(office, due):
        await taken(office, Reading(source, began), outcome, report)
    await office.caller.release("batch")
    await intake.decide(office.store, office.config, office.clock.now())
    await _published(office, report)
    await office.tell()
    office.wake()
    await _late(office, report)
    await office.tidy()
    return report


async def _begun(office: Office, began: datetime) -> None:
    """Chats are known, and what feeds compare with, before anybody who holds the database asks for it."""
    await identify(office.store, office.channels, office.config.destinations, is_name, office.clock)
    await learn(office.caller.near, list(intake.feed_queries(office.config).values()))
    await office.store.run(intake.begin, office.config, began)


async def _published(office: Office, report: Report) -> None:
    office.told("comparing", "feeds and pages with what is published")
    published = await office.press.changed()
    report.files, report.failed = published.written, report.failed | published.as_failure()


async def _late(office: Office, report: Report) -> None:
    """What papers call for by references that are only worked out now: all else is on its way."""
    if late := await office.caller.learn_missed():
        report.enqueued += late
        await office.caller.release("batch")
        office.wake()


async def taken(office: Office, reading: Reading, outcome: Batch | Ended, report: Report) -> None:
    """One batch of a source, or its end."""
    store, now, name = office.store, office.clock.now(), reading.source.name
    slow = (now - reading.began).total_seconds() > TOGETHER
    if isinstance(outcome, Batch):
        before, count = report.new.get(name, 0), counted(len(outcome.digest.papers), "paper")
        await intake.take(store, office.config, reading, outcome, now, report)
        office.told("read", f"{name}: {outcome.part}: {count}, {report.new.get(name, 0) - before} new")
    if isinstance(outcome, Ended) or slow:
        report.enqueued += await office.caller.call(name, reading=isinstance(outcome, Batch))
    if isinstance(outcome, Ended):
        await office.caller.release("each", name)
        await intake.finish(store, reading.source, outcome.failures, now, report)
        if not outcome.failures:
            new, updated = counted(report.new.get(name, 0), "new paper"), report.updated.get(name, 0)
            office.told("done", f"{name}: {new}, {updated} updated")
        office.press.soon()
        office.ended(name)
    if slow:
        office.wake()


async def collected(office: Office, due: Sequence[Source]) -> AsyncIterator[tuple[Source, Batch | Ended]]:
    """What sources give, as it comes. Each is on its own: one that breaks, hangs or is slow stops no other."""
    given: Given = asyncio.Queue()
    readers = [asyncio.create_task(_read(office, source, given)) for source in due]
    left = len(readers)
    try:
        while left:
            source, outcome, stored = await given.get()
            yield source, outcome
            stored.set()
            left -= isinstance(outcome, Ended)
    finally:
        for reader in readers:
            reader.cancel()


async def _read(office: Office, source: Source, given: Given) -> None:
    """Every batch of a source; it is asked for the next one when this one is stored."""
    failures: list[Failed] = []
    try:
        async for outcome in _in_time(source, _outcomes(office, source)):
            if isinstance(outcome, Failed):
                log.warning("source %s: %s", source.name, " ".join(filter(None, (outcome.part, outcome.reason))))
                failures.append(outcome)
            else:
                stored = asyncio.Event()
                await given.put((source, outcome, stored))
                await stored.wait()
    except Exception as error:  # whatever a reader does wrong is its source's failure
        log.exception("source %s: its reader broke", source.name)
        failures.append(Failed("", f"its reader broke ({type(error).__name__}: {error}); the log has more"))
    await given.put((source, Ended(failures), asyncio.Event()))


async def _in_time(source: Source, outcomes: AsyncIterator[Batch | Failed]) -> AsyncIterator[Batch | Failed]:
    """The same, until the source says nothing for longer than its kind may."""
    patience = patience_of(source.kind)
    while True:
        try:
            async with asyncio.timeout(patience):
                outcome = await anext(outcomes)
        except StopAsyncIteration:
            return
        except TimeoutError:
            yield Failed("", f"gave nothing for {patience:g} seconds")
            return
        yield outcome


async def _outcomes(office: Office, source: Source) -> AsyncIterator[Batch | Failed]:
    """What the source gives, unless it asked to be left alone until later (RFC 9110, Retry-After)."""
    now = office.clock.now()
    rest = await office.store.run(sources.rest_until, source.name)
    if rest and rest > now.timestamp():
        until = local(instant(rest), office.config.settings.timezone)
        yield Failed("", f"asked us to wait until {until}", rest - now.timestamp())
        return
    async for outcome in source.collect(await office.store.run(sources.parts, source.name), now):
        yield outcome
