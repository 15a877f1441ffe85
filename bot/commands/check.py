"""`check`: every source, feed, alert, destination and folder, and whether each credential is good. Posts nothing."""

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.app import open_channels, surroundings
from bot.channels.channel import Channel, Kind, SendError
from bot.commands.looking import Look, Stored, looks, stored
from bot.commands.opening import configured, guarded
from bot.commands.status import lane_line
from bot.config import placeholders
from bot.config.load import Config
from bot.process.folders import unwritable, unwritable_file
from bot.process.loop import run as to_its_end
from bot.rules.destinations import Destination
from bot.rules.words import headed
from bot.sources.kind import SourceTable, Surroundings
from bot.sources.registry import SOURCES
from bot.sources.source import Unreadable

log = logging.getLogger(__name__)
UNREACHED, WRONG = 1, 2


@guarded
def command(path: Path, *, verbose: bool, send: bool, everything: bool = False) -> int:
    """0 all well, 1 a service could not be reached, 2 a configuration or credential is wrong."""
    config = configured(path, verbose=verbose)
    return to_its_end(check(config, sys.stdout, send=send, everything=everything))


@dataclass(slots=True)
class _Page:
    """What is written, and the worst of it."""

    stream: TextIO
    worst: int = 0

    def say(self, line: str) -> None:
        self.stream.write(line + "\n")

    def fail(self, line: str, code: int) -> None:
        self.say(f"FAILED {line}")
        self.worst = max(self.worst, code)


async def check(config: Config, stream: TextIO, *, send: bool, everything: bool = False) -> int:
    """Print all that was found. 0 all well, 1 a service could not be reached, 2 a configuration or token is wrong."""
    page = _Page(stream)
    page.say(_listing(config))
    _own(config, page)
    for table, around in zip(config.settings.sources, surroundings(config), strict=True):
        await _source(page, table, around)
    known = stored(config, everything=everything)
    if known.problem:
        page.fail(known.problem, WRONG)
    async with open_channels(config, stream) as channels:
        answering = {
            scheme: channel for scheme, channel in channels.items() if await _identified(page, scheme, channel)
        }
        sound = _told(page, await looks(config, answering, known))
        if send:
            await _send_tests(page, answering, sound)
    _noted(page, known, config.settings.timezone)
    page.say("all well" if page.worst == 0 else "something is wrong: see above")
    return page.worst


def _listing(config: Config) -> str:
    settings = config.settings
    lines = [f"source {one.name}: {one.kind}" for one in settings.sources]
    lines += [f"feed {one.slug}: {one.query}" for one in settings.feeds]
    lines += [
        f"alert {one.name}: {one.query} -> {', '.join(str(to) for to in one.to)}, {one.deliver.mode}"
        for one in settings.alerts
    ]
    lines.append(f"publishes to {config.public} as {settings.publish.base_url}")
    return "\n".join(lines)


def _own(config: Config, page: _Page) -> None:
    """What stands in the file, and the folders that it names."""
    for told in placeholders.of_settings(config.settings):
        page.fail(told, WRONG)
    for told in placeholders.hints(config.settings):
        page.say(f"note: {told}")
    for told in filter(None, (unwritable(config.public), unwritable_file(config.database))):
        page.fail(told, WRONG)


async def _source(page: _Page, table: SourceTable, around: Surroundings) -> None:
    """Whether a source answers, and with what it should."""
    try:
        words = await SOURCES[table.kind].check(around, table)
    except Unreadable as error:
        page.fail(f"source {table.name}: {error}", WRONG if error.refused else UNREACHED)
    except Exception as error:  # a source's own fault; the others are looked at all the same
        log.debug("source %s", table.name, exc_info=error)
        page.fail(f"source {table.name}: its reader broke ({type(error).__name__}: {error})", UNREACHED)
    else:
        page.say(f"source {table.name}: {words}")


async def _identified(page: _Page, scheme: str, channel: Channel) -> bool:
    """Whether a platform knows us."""
    try:
        page.say(f"{scheme}: {await channel.check()}")
    except SendError as error:
        page.fail(f"{scheme}: {error.told}", WRONG if error.kind is Kind.STOP else UNREACHED)
        return False
    return True


def _told(page: _Page, found: Mapping[Destination, Look]) -> list[Destination]:
    """Each destination's line, or a line for each of its problems; those without any."""
    for one, look in found.items():
        if look.words and not look.problems:
            page.say(f"destination {one}: {look.words}")
        for problem in look.problems:
            page.fail(f"destination {one}: {problem.replace('DESTINATION', str(one))}", WRONG)
        if look.unreachable:
            page.fail(f"destination {one}: it could not be looked at: {look.unreachable}", UNREACHED)
    return [one for one, look in found.items() if not look.problems]


def _noted(page: _Page, known: Stored, zone: ZoneInfo) -> None:
    """What the database says of destinations in trouble: `status` judges it."""
    mine = [lane for lane in known.lanes(configured=True) if lane.troubled()]
    if mine:
        page.say("note: paperround status says of the file's destinations:")
        for lane in mine:
            page.say(lane_line(lane, zone))
    others = known.lanes(configured=False)
    if others:
        page.say("note: not in the configuration:")
        for lane in others:
            page.say(lane_line(lane, zone))
    if known.standing.more:
        page.say(f"  and {known.standing.more} more in trouble: paperround check --all")


async def _send_tests(page: _Page, channels: Mapping[str, Channel], wanted: list[Destination]) -> None:
    for one in wanted:
        channel = channels[one.scheme]
        try:
            payload = channel.pack_text("Paper Round: this is a test, all is well")
            await channel.send(one.address, one.thread, payload, "check")
        except SendError as error:
            wrong = error.kind in {Kind.STOP, Kind.CLOSE} or error.patient
            page.fail(
                f"{headed(str(one))} {error.told.replace('DESTINATION', str(one))}", WRONG if wrong else UNREACHED
            )
        else:
            page.say(f"{headed(str(one))} test line sent")
