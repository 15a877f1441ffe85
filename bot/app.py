"""Wiring: from a configuration to open sources and channels, by their registries.

What cannot be opened (a wrong proxy, a broken library) stands in as one that fails, with the reason: the others go on.
"""

import logging
import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

from bot.channels.channel import Channel
from bot.channels.kind import ChannelKind, Means, Opening
from bot.channels.late import Channels
from bot.channels.registry import CHANNELS
from bot.channels.unopened import UnopenedChannel, why_unopened
from bot.config.load import Config
from bot.config.secrets import source_key
from bot.process.installation import tokens_of
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
async def open_channels(config: Config, stream: TextIO = sys.stdout) -> AsyncIterator[Channels]:
    """A channel for each platform that the configuration has credentials for; closed at the end."""
    found = _channels(config, stream)
    try:
        yield found
    finally:
        await _close(found.opened.values())


def _source(kind: SourceKind, around: Surroundings, table: SourceTable) -> Source:
    try:
        return kind.open(around, table)
    except Exception as error:  # noqa: BLE001  (whatever an opener does wrong is its source's failure)
        return UnopenedSource(table.name, table.kind, why_unopened(f"source {table.name}", error))


def _channels(config: Config, stream: TextIO) -> Channels:
    openings: dict[str, Opening] = {}
    failed: dict[str, Channel] = {}
    for kind in CHANNELS.values():
        try:
            if opening := _opening(kind, config, stream):
                openings[kind.scheme] = opening
        except Exception as error:  # noqa: BLE001  (likewise its platform's)
            failed[kind.scheme] = UnopenedChannel(why_unopened(kind.scheme, error))
    return Channels(openings, failed)


def _opening(kind: ChannelKind, config: Config, stream: TextIO) -> Opening | None:
    settings = config.settings
    timeout = settings.delivery.timeout.total_seconds()
    table, listens = settings.section(kind.section), settings.chat is not None
    tokens = partial(tokens_of, config.key_file)
    opening = kind.open(Means(table, config.secrets, timeout, stream, config.way, listens, config.site, tokens))
    if opening and kind.section and _roots_are_missing():
        from bot.fetch.ways import tls  # noqa: PLC0415  (httpx is for who fetches or sends)

        tls()  # says so before anything is due
    return opening


def _roots_are_missing() -> bool:
    named = filter(None, map(os.environ.get, ("SSL_CERT_FILE", "SSL_CERT_DIR")))
    return not all(Path(one).exists() for one in named)


async def _close(opened: Iterable[Source | Channel]) -> None:
    for one in opened:
        try:
            await one.aclose()
        except Exception:  # it is over in any case
            log.exception("what was opened cannot be closed")
