"""`once --dry-run`: the whole round on a copy of the database. What would be sent is listed instead, a line a paper."""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from bot import pipeline
from bot.app import open_sources
from bot.calling import Caller, Streamed
from bot.channels.channel import Channel, Payload, Sent
from bot.channels.console.channel import ConsoleChannel
from bot.channels.registry import CHANNELS
from bot.commands.following import Following, following
from bot.commands.once import Result, lines_of
from bot.commands.opening import CLOCK, configured, guarded, show
from bot.config.libraries import libraries_of
from bot.config.load import Config
from bot.delivery.deliverer import Deliverer
from bot.delivery.hands import Tally
from bot.intake import Report, feed_bests, feed_queries
from bot.pipeline import Office
from bot.process.clock import Clock
from bot.process.loop import run as to_its_end
from bot.publishing.press import Rehearsal
from bot.store.archive.near import Near
from bot.store.engine import Store, StoreError
from bot.store.kinds import exists
from bot.store.outbox import lanes, overview
from bot.store.outbox.claims import Lane
from feeds.paper import Paper

if TYPE_CHECKING:
    from bot.terminal.screen import Screen


@guarded
def command(path: Path, *, verbose: bool, as_json: bool = False) -> int:
    """Show it. 0 all well, 1 a source failed, 2 the configuration is wrong."""
    config = configured(path, verbose=verbose, platforms=False, follows=True)
    result = to_its_end(dry_run(config, CLOCK, following(config, CLOCK)))

    def drawn(screen: "Screen") -> None:
        from bot.commands.drawn.rehearsal import rehearsal_page

        would = [(one.destination, one.paper) for one in result.would]
        rehearsal_page(screen, would, "\n".join(lines_of(result.result, dry=True, named=False)))

    show(result.as_json(), text_of(result), as_json=as_json, drawn=drawn)
    return 1 if result.report.failed else 0


@dataclass(frozen=True, slots=True)
class Would:
    """A paper that would be sent, and where."""

    destination: str
    paper: Paper | None
    """None: a notice to the operator."""

    def line(self) -> str:
        """For people."""
        said = f"{self.paper.key}  {' '.join(self.paper.title.split())}" if self.paper else "a notice to the operator"
        return f"--> {self.destination}  {said}"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a round would do."""

    report: Report
    tally: Tally
    would: list[Would]

    @property
    def result(self) -> Result:
        """As if it had been done."""
        return Result(self.report, self.tally)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        sends = [
            {"destination": one.destination, "key": one.paper.key, "title": one.paper.title}
            for one in self.would
            if one.paper
        ]
        return {**self.result.as_json(), "would_send": sends}


def text_of(result: Rehearsed) -> str:
    """A line for each paper and destination, then what the round would do."""
    return "\n".join([*(one.line() for one in result.would), *lines_of(result.result, dry=True)])


class _Swallowing(ConsoleChannel):
    """Sends nothing."""

    def __init__(self) -> None:
        super().__init__(stream=sys.stderr)

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """As if it had arrived."""
        return Sent("rehearsed")


async def dry_run(config: Config, clock: Clock, follow: Following | None = None) -> Rehearsed:
    """What `once` would do now; `report.files` names the files that it would write."""
    follow = follow or Following()
    with _folder(config) as folder:
        store = _copy(config, Path(folder) / "copy.db")
        try:
            await store.run(lanes.forget_pauses)
            near = Near(store.database, libraries_of(config))
            channels = {scheme: _Swallowing() for scheme in CHANNELS}
            press = Rehearsal(config, store, clock)
            async with open_sources(config, only_looks=True) as sources:
                caller = Caller(store, clock, feed_queries(config), Streamed(), feed_bests(config), near)
                office = Office(config, store, clock, channels, press, _tell_nobody, caller, lambda: None, follow.told)
                report = await pipeline.round(office, sources)
            return Rehearsed(report, *await _delivered(config, store, channels, clock))
        finally:
            store.close()


def _folder(config: Config) -> "tempfile.TemporaryDirectory[str]":
    """For the copy; beside the database where the system has none (a read-only root)."""
    try:
        return tempfile.TemporaryDirectory(prefix="paperround-")
    except OSError:
        pass
    try:
        return tempfile.TemporaryDirectory(prefix=".paperround-", dir=_beside(config))
    except OSError as error:
        told = f"there is no folder for the copy that is worked on, and {error.filename}: {error.strerror}; set TMPDIR"
        raise StoreError(told) from None


def _beside(config: Config) -> Path:
    return config.database.parent if isinstance(config.database, Path) else config.folder


async def _delivered(
    config: Config, store: Store, channels: Mapping[str, Channel], clock: Clock
) -> tuple[Tally, list[Would]]:
    """What delivery would send, by destination, as the file spells and orders them."""
    settings, spelled, would = config.settings, await store.run(_spelled, config), list[Would]()
    deliverer = Deliverer(store, channels, settings.timezone, 0.0, clock, config.site)

    async def sent(lane: Lane, message: int) -> None:
        papers: list[Paper | None] = [*await store.run(overview.carried, message)]
        would.extend(Would(spelled.get(lane.id, lane.name), paper) for paper in papers or [None])

    deliverer.sent = sent
    await deliverer.drain(clock.now().timestamp(), asyncio.Event())
    place = {str(one): number for number, one in enumerate(config.destinations)}
    return deliverer.tally, sorted(would, key=lambda one: place.get(one.destination, len(place)))


def _spelled(connection: Connection, config: Config) -> dict[int, str]:
    """A chat is its address; people know it as they wrote it."""
    lane_of = lanes.known(connection, [str(one) for one in config.destinations])
    return {lane_of[str(one)]: str(one) for one in reversed(config.destinations) if str(one) in lane_of}


async def _tell_nobody() -> None:
    """What would be told is told by `status`."""


def _copy(config: Config, path: Path) -> Store:
    if exists(config.database):
        original = Store(config.database, only_looks=True)
        try:
            original.copy_to(path)
        finally:
            original.close()
    return Store(path)
