"""The console: messages printed, for a demo and for people who pipe."""

from bot.channels.channel import Channel
from bot.channels.kind import ChannelKind, Means, Opening
from bot.rules.destinations import Destination


def _read(address: str) -> Destination | None:
    return Destination("console", "") if not address else None


def _open(means: Means) -> Opening:
    def opened() -> Channel:
        from bot.channels.console.channel import ConsoleChannel

        return ConsoleChannel(stream=means.stream, colour=means.stream.isatty())

    return opened


KIND = ChannelKind("console", "the console", "console:", _read, _open)
