"""The console: messages printed, for a demo and for people who pipe."""

from bot.channels.channel import Channel
from bot.channels.kind import ChannelKind, Means
from bot.rules.destinations import Destination


def _read(address: str) -> Destination | None:
    return Destination("console", "") if not address else None


def _open(means: Means) -> Channel:
    from bot.channels.console.channel import ConsoleChannel

    return ConsoleChannel(stream=means.stream, colour=means.stream.isatty())


KIND = ChannelKind("console", "the console", "console:", _read, _open)
