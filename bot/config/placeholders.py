"""What stands in a configuration as the example has it, and was meant to be changed. Pure."""

from urllib.parse import urlsplit

from bot.config.tables import Settings
from bot.rules.destinations import Destination

_HOST = "papers.example.org"
_CONTACT = "you@example.org"
_DESTINATIONS = {
    "telegram:@your_channel": "write your own channel's @name, or its number, -100...",
    "slack:C0123456789": "write your own channel's id (in its details), or #name",
}


def of_settings(settings: Settings) -> list[str]:
    """What must be changed before anything is published."""
    if urlsplit(str(settings.publish.base_url or "")).hostname != _HOST:
        return []
    return [f"publish.base_url is still the example's ({_HOST}): write the address where your readers find the files"]


def hints(settings: Settings) -> list[str]:
    """What should be changed, and does no harm."""
    named = _CONTACT in settings.fetch.contact
    return [f"fetch.contact is still the example's ({_CONTACT}): no source can reach you"] if named else []


def of_destination(one: Destination) -> str:
    """What to write instead of a destination of the example; empty: it is none."""
    thread = f"/{one.thread}" if one.thread else ""
    told = _DESTINATIONS.get(str(one).removesuffix(thread))
    return f"this is still the example's: {told}" if told else ""
