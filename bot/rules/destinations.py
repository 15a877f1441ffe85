"""Destinations: what stands in an alert's `to`, read once into scheme, address and thread. Asks no platform."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.rules.nearest import did_you_mean

LATER = {"email": "mail", "apprise": "the services of Apprise"}
"""Kinds of the contract that this version does not send to yet."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One place where messages go, spelled one way."""

    scheme: str
    address: str
    thread: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}:{self.address}" + (f"/{self.thread}" if self.thread else "")


def parse_destination(text: str) -> Destination:
    """Read `scheme:address`. Raises ValueError with a sentence that says what to write."""
    scheme, colon, address = text.strip().partition(":")
    if scheme in LATER:
        raise ValueError(f"this version of Paper Round does not send to {LATER[scheme]} yet ({scheme}:)")
    reader = _READERS.get(scheme)
    if not colon or reader is None:
        hint = did_you_mean(scheme, _READERS)
        raise ValueError(f"{text!r} is no destination{hint}; write one like {', '.join(_EXAMPLES.values())}")
    found = reader(address.strip())
    if found is None:
        raise ValueError(f"{text!r} is no {scheme} destination; write {_EXAMPLES[scheme]}")
    return found


def _telegram(address: str) -> Destination | None:
    found = re.fullmatch(r"(@[A-Za-z]\w{3,31}|-?[1-9]\d{0,19})(?:/([1-9]\d{0,9}))?", address, re.ASCII)
    # Usernames know no case (core.telegram.org/constructor/user), so two cases are one chat.
    return Destination("telegram", found[1].lower(), found[2] or "") if found else None


def _slack(address: str) -> Destination | None:
    if re.fullmatch(r"[CGDU][A-Z0-9]{5,20}", address):
        return Destination("slack", address)
    found = re.fullmatch(r"#([^\s#,/<>@:]{1,80})", address)
    return Destination("slack", f"#{found[1].lower()}") if found else None


def _webhook(address: str) -> Destination | None:
    return Destination("slack-webhook", address) if re.fullmatch(r"[\w-]{1,64}", address) else None


def _console(address: str) -> Destination | None:
    return Destination("console", "") if not address else None


_READERS: Mapping[str, Callable[[str], Destination | None]] = {
    "telegram": _telegram,
    "slack": _slack,
    "slack-webhook": _webhook,
    "console": _console,
}

_EXAMPLES = {
    "telegram": "telegram:@name, telegram:-1001234567890 or telegram:-1001234567890/42 (a topic)",
    "slack": "slack:#name or slack:C0123456789",
    "slack-webhook": "slack-webhook:NAME",
    "console": "console:",
}
