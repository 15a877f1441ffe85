"""`once`: one whole round, then an honest word about how it went."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from bot import pipeline
from bot.app import open_channels, open_sources
from bot.calling import Caller, Streamed, learn
from bot.commands.following import Following, following
from bot.commands.opening import CLOCK, configured, guarded, opened, show
from bot.config.libraries import near_of
from bot.config.load import Config
from bot.delivery.at_work import at_work
from bot.delivery.deliverer import Deliverer
from bot.delivery.hands import Tally, refusal
from bot.intake import Report, feed_bests, feed_queries, kept, round_over, start
from bot.pipeline import Office
from bot.process.clock import Clock
from bot.process.loop import run as to_its_end
from bot.process.stopping import given_up, stop_event, time_left, until_stopped
from bot.publishing.press import Press
from bot.rules.words import counted, headed, in_a_line
from bot.sources.source import Source
from bot.store import retention
from bot.store.engine import Store
from bot.store.lead import Lead, leading
from bot.store.outbox import overview
from bot.watch import notices

if TYPE_CHECKING:
    from bot.letters.desk import WishDesk


@guarded
def command(path: Path, *, verbose: bool, wait: float, as_json: bool = False) -> int:
    """One round. 0 all well, 1 something failed or stayed unsent, 2 the configuration is wrong."""
    config = configured(path, verbose=verbose, follows=True)
    stream = sys.stderr if as_json else sys.stdout
    with opened(config) as store, leading(store) as lead:
        result = to_its_end(once(config, store, CLOCK, wait, stream, following(config, CLOCK), lead))
    show(result.as_json(), text_of(result), as_json=as_json)
    return 0 if result.well() else 1


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


async def once(
    config: Config,
    store: Store,
    clock: Clock,
    wait: float,
    stream: TextIO = sys.stdout,
    follow: Following | None = None,
    lead: Lead | None = None,
) -> Result:
    """Collect every source, match, publish, deliver all that is due; `wait` seconds at most for paces and pauses.

    `stream` takes what goes to `console:`.
    """
    follow, lead, settings = follow or Following(), lead or Lead(), config.settings
    grace = settings.delivery.grace.total_seconds()
    stop, left = stop_event(grace, 1), time_left(grace)
    settle, began, steady = settings.delivery.settle.total_seconds(), clock.now(), clock.steady()
    led = store.led(lead.check)
    caller = await _called(config, led, clock)
    async with (
        at_work(store, "once", settle, clock) as life,
        open_sources(config) as sources,
        open_channels(config, stream) as channels,
        told_of(stop, follow),
    ):
        deliverer = Deliverer(store, channels, settings.timezone, settle, clock, config.site, life)
        deliverer.sent = partial(follow.sent, store)
        tell, wake = partial(notices.about_sources, config, led, channels, clock), asyncio.Event()
        press = Press(config, led, clock)
        tidy = partial(retention.tidy, led, kept(config), settings.timezone, clock.now, clock.steady)
        office = Office(config, led, clock, channels, press, tell, caller, wake.set, follow.told, tidy)
        desk = await _granted(office, deliverer)
        report = await _beside_delivery(office, sources, deliverer, wake, stop, left)
        await _sent(office, deliverer, wait, stop, left)
        if desk:
            await until_stopped(desk.once(stop), stop, left)
        await _pictured(office, press, report, stop, left)
    await led.run(round_over, "once", clock.now(), clock.steady() - steady)
    unsent = await store.run(overview.unsent, clock.now(), settings.timezone, began)
    return Result(report, deliverer.tally, unsent)


async def _granted(office: Office, deliverer: Deliverer) -> "WishDesk | None":
    """What readers of mails wished for on the site is granted, where there are any."""
    if not office.config.has_doors:
        return None
    from bot.letters.desk import WishDesk

    desk = WishDesk(office.config, office.store, office.clock, office.channels, deliverer.gate_of)
    await desk.grant()
    return desk


async def _called(config: Config, led: Store, clock: Clock) -> Caller:
    """Who calls for papers, once the database is as the configuration has it."""
    near = near_of(config, waits=True)
    await learn(near, list(feed_queries(config).values()))
    await led.run(start, config, clock.now())
    caller = Caller(led, clock, feed_queries(config), Streamed(), feed_bests(config), near)
    await caller.release("each")
    return caller


async def _sent(office: Office, deliverer: Deliverer, wait: float, stop: asyncio.Event, grace: float) -> None:
    """All that is due, and what the operator is told of it; `wait` seconds at most."""
    deadline = office.clock.now().timestamp() + wait
    await until_stopped(deliverer.drain(deadline, stop), stop, grace)
    await notices.about_delivery(office.config, office.store, office.channels, office.clock)
    await until_stopped(deliverer.drain(deadline, stop), stop, grace)


async def _pictured(office: Office, press: Press, report: Report, stop: asyncio.Event, grace: float) -> None:
    """Pictures that papers were asked for, and the pages that show them."""
    if office.config.settings.publish.pictures:
        office.told("fetching", "pictures of papers")
    if published := await until_stopped(press.last(), stop, grace):
        report.files = list(dict.fromkeys([*report.files, *published.written]))
        report.failed |= published.as_failure()


@asynccontextmanager
async def told_of(stop: asyncio.Event, follow: Following) -> AsyncIterator[None]:
    """While the block runs, a signal is told at once: what is in hand may take as long as its grace."""

    async def wait() -> None:
        await stop.wait()
        follow.told("stopping", "what is in hand is finished; a second time ends at once")

    waiting = asyncio.create_task(wait())
    try:
        yield
    finally:
        waiting.cancel()


async def _beside_delivery(
    office: Office, sources: list[Source], deliverer: Deliverer, wake: asyncio.Event, stop: asyncio.Event, grace: float
) -> Report:
    """The round, and what it brings sent meanwhile. Once stopped, a report that says so; what was stored stays.

    Sends in hand have `grace` seconds then.
    """
    over = asyncio.Event()
    working = asyncio.create_task(pipeline.round(office, sources))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, working], timeout=pipeline.TOGETHER, return_when=asyncio.FIRST_COMPLETED)
    delivering = asyncio.create_task(deliverer.serve(wake, over))
    await asyncio.wait([stopped, working, delivering], return_when=asyncio.FIRST_COMPLETED)
    over.set()
    stopped.cancel()
    await until_stopped(delivering, stop, grace)
    if working.done():
        return working.result()
    await given_up([working])
    return Report(failed={"round": ["stopped by a signal before every source was read"]})


def text_of(result: Result) -> str:
    """What a round did, and what went wrong, each on a line."""
    return "\n".join(lines_of(result))


def lines_of(result: Result, *, dry: bool = False, named: bool = True) -> list[str]:
    """The same; `dry`: what it would do, with the files' names where `named`."""
    report, tally = result.report, result.tally
    lines = [
        f"source {name}: {counted(new, 'new paper')}, {report.updated.get(name, 0)} updated"
        for name, new in report.new.items()
    ]
    lines += [f"source {name}: {counted(len(skips), 'item')} skipped" for name, skips in report.skipped.items()]
    would = "would be " if dry else ""
    lines.append(f"feeds: {counted(len(report.files), 'file')} {would}written")
    if dry and named:
        lines += [f"  {name}" for name in report.files]
    lines += [f"{counted(count, 'paper')} {would}sent to {name}" for name, count in tally.sent.items()]
    lines += [f"FAILED {_what(name)}: {one}" for name, reasons in report.failed.items() for one in reasons]
    lines += [f"FAILED {scheme}: {refusal(reason)}" for scheme, reason in tally.stopped.items()]
    lines += [f"PARKED {reason}" for reason in tally.parked]
    lines += [f"UNSENT {headed(name)} {why}" for name, why in result.unsent.items()]
    return list(map(in_a_line, lines))


def _what(name: str) -> str:
    return name if name in {"publish", "round"} else f"source {name}"
