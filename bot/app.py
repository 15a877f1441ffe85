"""Wiring: from a configuration to open sources and channels, by their registries."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TextIO

from bot.channels.channel import Channel
from bot.channels.kind import Means
from bot.channels.registry import CHANNELS
from bot.config.load import Config
from bot.config.secrets import source_key
from bot.sources.kind import Surroundings
from bot.sources.registry import SOURCES
from bot.sources.source import Source


@asynccontextmanager
async def open_sources(
    config: Config, only: str | None = None, *, only_looks: bool = False
) -> AsyncIterator[list[Source]]:
    """Every configured source, or the one of that name; closed at the end. What only looks marks no mail as read."""
    around, found = surroundings(config), []
    for table, its in zip(config.settings.sources, around, strict=True):
        kind = SOURCES[table.kind]
        if only in {None, table.name}:
            found.append(kind.open(its, kind.only_looking(table) if only_looks else table))
    try:
        yield found
    finally:
        for one in found:
            await one.aclose()


def surroundings(config: Config) -> list[Surroundings]:
    """What each of the configured sources is opened in, in their order."""
    contact, shared = config.settings.fetch.contact, dict[str, object]()
    keys = map(source_key, range(len(config.settings.sources)))
    return [Surroundings(config.folder, contact, config.secrets_of(key), config.is_state, shared) for key in keys]


@asynccontextmanager
async def open_channels(config: Config, stream: TextIO = sys.stdout) -> AsyncIterator[Mapping[str, Channel]]:
    """A channel for each platform that the configuration has credentials for; closed at the end."""
    timeout = config.settings.delivery.timeout.total_seconds()
    opened = {
        scheme: kind.open(Means(config.settings.section(kind.section), config.secrets, timeout, stream))
        for scheme, kind in CHANNELS.items()
    }
    found = {scheme: channel for scheme, channel in opened.items() if channel is not None}
    try:
        yield found
    finally:
        for one in found.values():
            await one.aclose()
