"""Wiring: from a configuration to open sources and channels, by their registries.

What cannot be opened (a wrong proxy, a broken library) stands in as one that fails, with the reason: the others go on.
"""

import logging
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TextIO

from bot.channels.channel import Channel
from bot.channels.kind import ChannelKind, Means
from bot.channels.registry import CHANNELS
from bot.channels.unopened import UNOPENED, UnopenedChannel
from bot.config.load import Config
from bot.config.secrets import source_key
from bot.rules.way_out import WayError
from bot.sources.kind import SourceKind, SourceTable, Surroundings
from bot.sources.registry import SOURCES
from bot.sources.source import Source
from bot.sources.unopened import UnopenedSource

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_sources(
    config: Config, only: str | None = None, *, only_looks: bool = False
) -> AsyncIterator[list[Source]]:
    """Every configured source, or the one of that name; closed at the end. What only looks marks no mail as read."""
    around, found = surroundings(config), []
    for table, its in zip(config.settings.sources, around, strict=True):
        kind = SOURCES[table.kind]
        if only in {None, table.name}:
            found.append(_source(kind, its, kind.only_looking(table) if only_looks else table))
    try:
        yield found
    finally:
        await _close(found)


def surroundings(config: Config) -> list[Surroundings]:
    """What each of the configured sources is opened in, in their order."""
    contact, shared = config.settings.fetch.contact, dict[str, object]()
    keys = map(source_key, range(len(config.settings.sources)))
    state, way = config.is_state, config.way
    return [Surroundings(config.folder, contact, config.secrets_of(key), state, way, shared) for key in keys]


@asynccontextmanager
async def open_channels(config: Config, stream: TextIO = sys.stdout) -> AsyncIterator[Mapping[str, Channel]]:
    """A channel for each platform that the configuration has credentials for; closed at the end."""
    found = {kind.scheme: one for kind in CHANNELS.values() if (one := _channel(kind, config, stream)) is not None}
    try:
        yield found
    finally:
        await _close(found.values())


def _source(kind: SourceKind, around: Surroundings, table: SourceTable) -> Source:
    try:
        return kind.open(around, table)
    except WayError as error:
        reason = f"{UNOPENED}: {error}"
    except Exception as error:  # whatever an opener does wrong is its source's failure
        log.exception("source %s cannot be opened", table.name)
        reason = f"{UNOPENED} ({type(error).__name__}); the log has more"
    return UnopenedSource(table.name, table.kind, reason)


def _channel(kind: ChannelKind, config: Config, stream: TextIO) -> Channel | None:
    settings = config.settings
    timeout = settings.delivery.timeout.total_seconds()
    means = Means(settings.section(kind.section), config.secrets, timeout, stream, config.way)
    try:
        return kind.open(means)
    except WayError as error:
        reason = f"{UNOPENED}: {error}"
    except Exception as error:  # whatever an opener does wrong is its platform's failure
        log.exception("%s cannot be opened", kind.scheme)
        reason = f"{UNOPENED} ({type(error).__name__}); the log has more"
    return UnopenedChannel(reason)


async def _close(opened: Iterable[Source | Channel]) -> None:
    for one in opened:
        try:
            await one.aclose()
        except Exception:  # it is over in any case
            log.exception("what was opened cannot be closed")
