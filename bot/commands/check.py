"""`check`: every source, feed, alert and destination, and whether each credential is good."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from bot.app import open_channels, surroundings
from bot.channels.channel import Channel, Kind, SendError
from bot.commands.opening import configured, guarded
from bot.config.load import Config
from bot.sources.kind import SourceTable, Surroundings
from bot.sources.registry import SOURCES
from bot.sources.source import Unreadable


@guarded
def command(path: Path, *, verbose: bool, send: bool) -> int:
    """0 all well, 1 a service could not be reached, 2 a configuration or credential is wrong."""
    return asyncio.run(check(configured(path, verbose=verbose), sys.stdout, send=send))


async def check(config: Config, stream: TextIO, *, send: bool) -> int:
    """Print what was found. 0 all well, 1 a service could not be reached, 2 a credential is wrong."""
    stream.write(_listing(config) + "\n")
    worst = 0
    for table, around in zip(config.settings.sources, surroundings(config), strict=True):
        worst = max(worst, await _look(stream, table, around))
    async with open_channels(config, stream) as channels:
        refused = set()
        for scheme, channel in channels.items():
            code = await _identify(stream, scheme, channel)
            worst = max(worst, code)
            if code:
                refused.add(scheme)
        if send:
            worst = max(worst, await _send_tests(config, stream, channels, refused))
    stream.write("all well\n" if worst == 0 else "something is wrong: see above\n")
    return worst


def _listing(config: Config) -> str:
    settings = config.settings
    lines = [f"source {one.name}: {one.kind}" for one in settings.sources]
    lines += [f"feed {one.slug}: {one.query}" for one in settings.feeds]
    lines += [
        f"alert {one.name}: {one.query} -> {', '.join(str(to) for to in one.to)}, {one.deliver.mode}"
        for one in settings.alerts
    ]
    lines += [f"destination {one}" for one in config.destinations]
    lines.append(f"publishes to {config.public} as {settings.publish.base_url}")
    return "\n".join(lines)


async def _look(stream: TextIO, table: SourceTable, around: Surroundings) -> int:
    """Whether a source answers, and with what it should."""
    try:
        words = await SOURCES[table.kind].check(around, table)
    except Unreadable as error:
        stream.write(f"FAILED source {table.name}: {error}\n")
        return 2 if error.refused else 1
    stream.write(f"source {table.name}: {words}\n")
    return 0


async def _identify(stream: TextIO, scheme: str, channel: Channel) -> int:
    try:
        stream.write(f"{scheme}: {await channel.check()}\n")
    except SendError as error:
        stream.write(f"FAILED {scheme}: {error.reason}\n")
        return 2 if error.kind is Kind.STOP else 1
    return 0


async def _send_tests(config: Config, stream: TextIO, channels: Mapping[str, Channel], refused: set[str]) -> int:
    worst = 0
    for one in config.destinations:
        if one.scheme in refused:
            continue
        channel = channels[one.scheme]
        try:
            payload = channel.pack_text("Paper Round: this is a test, all is well")
            await channel.send(one.address, one.thread, payload, "check")
        except SendError as error:
            stream.write(f"FAILED {one}: {error.reason}\n")
            worst = max(worst, 2 if error.kind in {Kind.STOP, Kind.CLOSE} else 1)
        else:
            stream.write(f"{one}: test line sent\n")
    return worst
