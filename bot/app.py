"""Wiring: from a configuration to open sources and channels, imported only when they are used."""

import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO

from bot.channels import CHANNELS, Channel
from bot.config import tables as shape
from bot.config.load import Config, ConfigError
from bot.sources import Source

if TYPE_CHECKING:
    from bot.sources.pace import Pace

ARXIV_SECONDS = 3.0
"""Between two requests to arXiv, whatever they ask for and whichever source asks (info.arxiv.org/help/api/tou)."""


@asynccontextmanager
async def open_sources(
    config: Config, only: str | None = None, *, only_looks: bool = False
) -> AsyncIterator[list[Source]]:
    """Every configured source, or the one of that name; closed at the end. What only looks marks no mail as read."""
    from bot.sources.pace import Pace

    arxiv_pace = Pace(ARXIV_SECONDS)
    tables = [table for table in config.settings.sources if only in (None, table.name)]
    if only_looks:
        tables = [table.model_copy(update={"mark_read": False}) if table.kind == "imap" else table for table in tables]
    found = [_SOURCES[type(table)](config, table, arxiv_pace) for table in tables]
    try:
        yield found
    finally:
        for one in found:
            await one.aclose()


@asynccontextmanager
async def open_channels(config: Config, stream: TextIO = sys.stdout) -> AsyncIterator[Mapping[str, Channel]]:
    """A channel for each platform that the configuration has; closed at the end."""
    found = {scheme: _CHANNELS[scheme](config, stream) for scheme in schemes(config)}
    try:
        yield found
    finally:
        for one in found.values():
            await one.aclose()


def schemes(config: Config) -> list[str]:
    """The platforms that the configuration has credentials for, or that need none."""
    secrets = config.secrets
    has = {"telegram": secrets.telegram, "slack": secrets.slack, "slack-webhook": secrets.webhooks, "console": True}
    return [scheme for scheme in CHANNELS if has[scheme]]


def _huggingface(config: Config, table: shape.HuggingFace, _pace: "Pace") -> Source:
    from bot.fetch import Fetcher
    from bot.sources.huggingface.source import HuggingFaceSource

    fetcher = Fetcher(config.settings.fetch.contact, [table.url])
    return HuggingFaceSource(table.name, table.url, table.lookback, fetcher)


def _arxiv(config: Config, table: shape.Arxiv, pace: "Pace") -> Source:
    from bot.fetch import Fetcher
    from bot.sources.arxiv.source import ArxivSource

    fetcher = Fetcher(config.settings.fetch.contact, [table.url, table.api_url])
    return ArxivSource(table.name, table.url, table.api_url, table.categories, fetcher, pace)


def _feed(config: Config, table: shape.AnyFeed, _pace: "Pace") -> Source:
    from bot.fetch import Fetcher
    from bot.sources.feed.source import FeedSource

    return FeedSource(table.name, table.url, Fetcher(config.settings.fetch.contact, [table.url]))


def _imap(config: Config, table: shape.Imap, _pace: "Pace") -> Source:
    from bot.sources.imap.source import ImapSource

    return ImapSource(table.name, table.url, config.secrets.mailboxes[table.name], mark_read=table.mark_read)


def _files(config: Config, table: shape.Files, _pace: "Pace") -> Source:
    from bot.sources.files.source import FilesSource

    return FilesSource(table.name, str(config.folder / table.path))


_SOURCES: Mapping[type, Callable[[Config, Any, "Pace"], Source]] = {
    shape.HuggingFace: _huggingface,
    shape.Arxiv: _arxiv,
    shape.AnyFeed: _feed,
    shape.Imap: _imap,
    shape.Files: _files,
}


def _telegram(config: Config, _stream: TextIO) -> Channel:
    table, token = config.settings.telegram, config.secrets.telegram
    if table is None or token is None:
        raise ConfigError("telegram", "has no token")
    channel: Channel = import_module(CHANNELS["telegram"]).TelegramChannel(
        token=token,
        api_url=table.api_url,
        timeout=config.settings.delivery.timeout.total_seconds(),
        per_second=table.per_second,
        chat_per_minute=table.chat_per_minute,
        look_up_chat=table.look_up or "",
    )
    return channel


def _slack(config: Config, _stream: TextIO) -> Channel:
    table, token = config.settings.slack, config.secrets.slack
    if table is None or token is None:
        raise ConfigError("slack", "has no token")
    channel: Channel = import_module(CHANNELS["slack"]).SlackChannel(
        token=token,
        api_url=table.api_url,
        timeout=config.settings.delivery.timeout.total_seconds(),
        channel_per_second=table.channel_per_second,
    )
    return channel


def _slack_webhook(config: Config, _stream: TextIO) -> Channel:
    table = config.settings.slack or shape.Slack()
    channel: Channel = import_module(CHANNELS["slack-webhook"]).SlackWebhookChannel(
        urls=config.secrets.webhooks,
        timeout=config.settings.delivery.timeout.total_seconds(),
        channel_per_second=table.channel_per_second,
    )
    return channel


def _console(_config: Config, stream: TextIO) -> Channel:
    channel: Channel = import_module(CHANNELS["console"]).ConsoleChannel(stream=stream, colour=stream.isatty())
    return channel


_CHANNELS: Mapping[str, Callable[[Config, TextIO], Channel]] = {
    "telegram": _telegram,
    "slack": _slack,
    "slack-webhook": _slack_webhook,
    "console": _console,
}
