"""Every kind of channel. A new one is a folder beside this file, and a line here."""

from collections.abc import Mapping

from bot.channels.apprise import KIND as APPRISE
from bot.channels.console import KIND as CONSOLE
from bot.channels.email import KIND as EMAIL
from bot.channels.kind import ChannelKind
from bot.channels.slack import BOT as SLACK
from bot.channels.slack import WEBHOOK as SLACK_WEBHOOK
from bot.channels.telegram import KIND as TELEGRAM
from bot.channels.webhook import KIND as WEBHOOK
from bot.rules.destinations import Destination
from bot.rules.nearest import did_you_mean
from bot.rules.timing import Rule

CHANNELS: Mapping[str, ChannelKind] = {
    kind.scheme: kind for kind in (CONSOLE, TELEGRAM, SLACK, SLACK_WEBHOOK, EMAIL, WEBHOOK, APPRISE)
}
"""By the scheme of their destinations."""


def parse_destination(text: str) -> Destination:
    """Read `scheme:address`. Raises ValueError with a sentence that says what to write."""
    scheme, colon, address = text.strip().partition(":")
    kind = CHANNELS.get(scheme)
    if not colon or kind is None:
        examples = ", ".join(one.example for one in CHANNELS.values())
        meant = did_you_mean(scheme, CHANNELS if colon else [f"{one}:" for one in CHANNELS])
        raise ValueError(f"{text!r} is no destination{meant}; write one like {examples}")
    found = kind.read(address.strip())
    if found is None:
        raise ValueError(f"{text!r} is no {scheme} destination; write {kind.example}")
    return found


def is_name(destination: Destination) -> bool:
    """Whether its platform has another address for it, which must be asked for."""
    return CHANNELS[destination.scheme].is_name(destination.address)


def rule_at(destination: Destination, said: Rule) -> Rule:
    """When a subscription sends to a destination that says so: some get digests alone."""
    return Rule("batch") if CHANNELS[destination.scheme].gathers and said.mode == "each" else said
