"""`once --dry-run`: the whole round on a copy of the database, its messages shown instead of sent."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection

from bot import pipeline
from bot.app import open_sources
from bot.channels.channel import Payload, Sent
from bot.channels.console.channel import ConsoleChannel
from bot.channels.registry import CHANNELS
from bot.commands.once import Result, text_of
from bot.commands.opening import CLOCK, configured, guarded, show
from bot.config.load import Config
from bot.delivery.deliverer import Deliverer
from bot.pipeline import Office
from bot.process.clock import Clock
from bot.process.loop import run as to_its_end
from bot.publishing.press import Rehearsal
from bot.rules.destinations import Destination
from bot.store.engine import Store, StoreError
from bot.store.outbox import lanes


@guarded
def command(path: Path, *, verbose: bool, as_json: bool = False) -> int:
    """Show it. 0 all well, 1 a source failed, 2 the configuration is wrong."""
    config = configured(path, verbose=verbose, platforms=False)
    result = to_its_end(dry_run(config, CLOCK, sys.stderr if as_json else sys.stdout))
    show(result.as_json(), text_of(result, dry=True), as_json=as_json)
    return 1 if result.report.failed else 0


class _Shown(ConsoleChannel):
    """Shows a message with where it would go."""

    def __init__(self, scheme: str, stream: TextIO) -> None:
        super().__init__(stream=stream, colour=stream.isatty())
        self._scheme = scheme
        self._stream = stream
        self.spelled = dict[str, str]()
        """A chat's own address and topic, as a destination has them -> as the file spells it."""

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """Print it."""
        there = str(Destination(self._scheme, address, thread))
        self._stream.write(f"--> {self.spelled.get(there, there)}\n")
        if "lines" not in payload:  # frozen for its platform by an earlier round, and still to be sent
            self._stream.write(f"{payload.get('text', '')}\n\n")
            return Sent("printed")
        return await super().send(address, thread, payload, delivery)


async def dry_run(config: Config, clock: Clock, stream: TextIO) -> Result:
    """What `once` would do now; `report.files` names the files that it would write."""
    with _folder(config) as folder:
        store = _copy(config, Path(folder) / "copy.db")
        try:
            await store.run(lanes.forget_pauses)
            channels = {scheme: _Shown(scheme, stream) for scheme in CHANNELS}
            press = Rehearsal(config, store, clock)
            async with open_sources(config, only_looks=True) as sources:
                office = Office(config, store, clock, channels, press, _tell_nobody, lambda: None)
                report = await pipeline.round(office, sources)
            spelled = await store.run(_spelled, config)
            for channel in channels.values():
                channel.spelled = spelled
            settings = config.settings
            deliverer = Deliverer(store, channels, settings.timezone, 0.0, clock, config.manners)
            await deliverer.drain(clock.now().timestamp(), asyncio.Event())
            return Result(report, deliverer.tally)
        finally:
            store.close()


def _folder(config: Config) -> "tempfile.TemporaryDirectory[str]":
    """For the copy; beside the database where the system has none (a read-only root)."""
    try:
        return tempfile.TemporaryDirectory(prefix="paperround-")
    except OSError:
        pass
    try:
        return tempfile.TemporaryDirectory(prefix=".paperround-", dir=config.database.parent)
    except OSError as error:
        told = f"there is no folder for the copy that is worked on, and {error.filename}: {error.strerror}; set TMPDIR"
        raise StoreError(told) from None


def _spelled(connection: Connection, config: Config) -> dict[str, str]:
    """A chat is its address; people know it as they wrote it."""
    addresses = lanes.addresses(connection)
    own = {
        one: Destination(one.scheme, addresses.get(str(one), one.address), one.thread) for one in config.destinations
    }
    return {str(there): str(one) for one, there in reversed(own.items())}


async def _tell_nobody() -> None:
    """What would be told is told by `status`."""


def _copy(config: Config, path: Path) -> Store:
    if config.database.exists():
        original = Store(config.database, only_looks=True)
        try:
            original.copy_to(path)
        finally:
            original.close()
    return Store(path)
