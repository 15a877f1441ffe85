"""`once`: one whole round, then an honest word about how it went."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, TextIO

from bot import pipeline
from bot.app import open_channels, open_sources
from bot.channels import Channel
from bot.config.load import Config
from bot.delivery.deliverer import Deliverer
from bot.delivery.lane import Tally
from bot.pipeline import Report
from bot.process.clock import Clock
from bot.process.stopping import stop_event
from bot.publishing import hub
from bot.publishing.files import PublishError
from bot.sources import Source
from bot.store import Store
from bot.store.outbox import claims, outcomes, overview, served
from bot.watch import notices


@dataclass(slots=True)
class Result:
    """A round's report, delivery's tally, and what is due but unsent."""

    report: Report
    tally: Tally
    unsent: dict[str, str] = field(default_factory=dict)
    """Destination -> how many papers wait there and why."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"well": self.well(), **asdict(self.report), **asdict(self.tally), "unsent": self.unsent}

    def well(self) -> bool:
        """Whether all sources and platforms did their part and nothing due stayed behind."""
        return not (self.report.failed or self.tally.parked or self.tally.stopped or self.unsent)


async def once(config: Config, store: Store, clock: Clock, wait: float, stream: TextIO = sys.stdout) -> Result:
    """Collect every source, match, publish, deliver all that is due; `wait` seconds at most for paces and pauses.

    `stream` takes what goes to `console:`.
    """
    settings = config.settings
    stop = stop_event()
    settle, began = settings.delivery.settle.total_seconds(), clock.now()
    await store.run(claims.recover, clock.now(), settle)
    await store.run(outcomes.resume, clock.now())
    async with open_sources(config) as sources, open_channels(config, stream) as channels:
        collected = asyncio.create_task(_collected(config, store, clock, sources, channels))
        report = await _unless(stop, collected)
        deliverer = Deliverer(store, channels, settings.timezone, settle, clock)
        deadline = clock.now().timestamp() + wait
        await deliverer.drain(deadline, stop)
        await _tell(config, store, channels, clock)
        await deliverer.drain(deadline, stop)
    await store.run(served.mark, clock.now())
    unsent = await store.run(overview.unsent, clock.now(), settings.timezone, began)
    return Result(report, deliverer.tally, unsent)


async def _tell(config: Config, store: Store, channels: Mapping[str, Channel], clock: Clock) -> None:
    await notices.about_sources(config, store, channels, clock.now())
    await notices.about_delivery(config, store, channels, clock.now())


async def _collected(
    config: Config, store: Store, clock: Clock, sources: Sequence[Source], channels: Mapping[str, Channel]
) -> Report:
    await pipeline.identify(config, store, channels, clock.now())
    report = await pipeline.collect(config, store, sources, clock.now())
    await publish(config, store, clock.now(), report)
    return report


async def _unless(stop: asyncio.Event, work: asyncio.Task[Report]) -> Report:
    """The work's result, or, once stopped, a report that says so: what was stored stays stored."""
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, work], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if work.done():
        return work.result()
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    return Report(failed={"round": ["stopped by a signal before every source was read"]})


async def publish(config: Config, store: Store, now: datetime, report: Report) -> None:
    """Write the feeds and tell the hub; what cannot be written is told and the rest goes on."""
    try:
        outcome = await pipeline.publish_feeds(config, store, now)
    except PublishError as error:
        report.failed["publish"] = [str(error)]
        return
    report.files = outcome.written
    if outcome.failed:
        report.failed["publish"] = outcome.faults()
    await hub.tell(config, report.files)
