"""`check`: every source, feed, alert and destination, and whether each credential is good."""

from collections.abc import Mapping
from typing import TextIO

from bot import pipeline
from bot.app import open_channels
from bot.channels import Channel, Kind, SendError
from bot.config import tables as shape
from bot.config.load import Config
from bot.fetch import Fetcher, FetchError
from bot.sources.feed.source import parse_feed
from bot.sources.files.source import missing_folder
from bot.sources.imap.client import MailError
from bot.sources.imap.source import ImapSource
from feeds.digests import DigestError, parse_digest


async def check(config: Config, stream: TextIO, *, send: bool) -> int:
    """Print what was found. 0 all well, 1 a service could not be reached, 2 a credential is wrong."""
    stream.write(_listing(config) + "\n")
    worst = 0
    for table in config.settings.sources:
        worst = max(worst, await _look(config, stream, table))
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
    lines += [f"destination {one}" for one in pipeline.destinations(config)]
    lines.append(f"publishes to {config.public} as {settings.publish.base_url}")
    return "\n".join(lines)


async def _look(config: Config, stream: TextIO, table: shape.Source) -> int:
    """Whether a source answers, and with what it should."""
    try:
        if isinstance(table, shape.Imap):
            await ImapSource(table.name, table.url, config.secrets.mailboxes[table.name]).check()
        elif not isinstance(table, shape.Files):
            await _reach(config, table)
    except (FetchError, DigestError, MailError) as error:
        stream.write(f"FAILED source {table.name}: {error}\n")
        return 2 if isinstance(error, MailError) and error.refused else 1
    stream.write(f"source {table.name}: {_folder(config, table) if isinstance(table, shape.Files) else 'answers'}\n")
    return 0


def _folder(config: Config, table: shape.Files) -> str:
    missing = missing_folder(str(config.folder / table.path))
    return f"the folder {missing} does not exist yet: make it" if missing else f"reads {config.folder / table.path}"


async def _reach(config: Config, table: shape.HuggingFace | shape.Arxiv | shape.AnyFeed) -> None:
    """Ask once. Raises FetchError, and DigestError where the answer is none of its kind."""
    fetcher = Fetcher(config.settings.fetch.contact, [table.url])
    try:
        match table:
            case shape.HuggingFace():
                await fetcher.get(f"{table.url}/api/daily_papers", {"limit": 1})
            case shape.Arxiv():
                answer = await fetcher.get(f"{table.url}/rss/{'+'.join(table.categories)}")
                parse_digest(answer.body, "arxiv-feed")
            case shape.AnyFeed():
                parse_feed((await fetcher.get(table.url)).body)
    finally:
        await fetcher.aclose()


async def _identify(stream: TextIO, scheme: str, channel: Channel) -> int:
    try:
        stream.write(f"{scheme}: {await channel.check()}\n")
    except SendError as error:
        stream.write(f"FAILED {scheme}: {error.reason}\n")
        return 2 if error.kind is Kind.STOP else 1
    return 0


async def _send_tests(config: Config, stream: TextIO, channels: Mapping[str, Channel], refused: set[str]) -> int:
    worst = 0
    for one in pipeline.destinations(config):
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
