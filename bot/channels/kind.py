"""What a kind of channel is, in one place: its addresses, table, secrets, opener, and words for people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from pydantic import SecretStr

from bot.channels.channel import Channel
from bot.rules.destinations import Destination
from bot.rules.manners import Site
from bot.rules.shapes import SecretPlace
from bot.rules.tokens import Tokens
from bot.rules.way_out import STRAIGHT, WayOut


def _without_key() -> Tokens:
    raise LookupError("there is no key here")


@dataclass(frozen=True, slots=True)
class Means:
    """What a channel is opened with."""

    table: Any
    """Its section of the file; None where there is none."""
    secrets: Mapping[str, SecretStr]
    """By the name of their place: `telegram.token`."""
    timeout: float
    """Seconds of one request, in all."""
    stream: TextIO
    """What `console:` prints to."""
    way: WayOut = STRAIGHT
    """By which proxy the platform is reached."""
    listens: bool = False
    """Whether people can ask about what is sent (`[chat]`)."""
    site: Site | None = None
    """Where readers find the site; None: the file does not say."""
    tokens: Callable[[], Tokens] = _without_key
    """What seals what readers are known by. Raises KeyFileError."""


def _none(_table: Any, _used: bool) -> Sequence[SecretPlace]:  # noqa: FBT001  (called through the registry alone)
    return ()


def _deaf(_table: Any) -> Sequence[SecretPlace]:
    return ()


def _nothing(_destination: Destination, _table: Any) -> str:
    return ""


def _nowhere(_destination: Destination) -> str:
    return ""


def _never(_address: str) -> bool:
    return False


Opening = Callable[[], Channel]
"""Opens a channel, and imports what it sends by."""


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """One kind, known by the scheme of its destinations."""

    scheme: str
    name: str
    """As people know it."""
    example: str
    """A destination, or several, as they are written."""
    read: Callable[[str], Destination | None]
    """What stands behind the colon -> the destination; None: that is none."""
    open: Callable[[Means], Opening | None]
    """What opens it; None where the configuration has no credentials for it."""
    section: str = ""
    """The key of its table at the top of the file."""
    table: Any = None
    """The type of that table, with its default where it is no model."""
    secrets: Callable[[Any, bool], Sequence[SecretPlace]] = _none
    """Table, and whether a destination is of this kind -> the secrets' places."""
    hears: Callable[[Any], Sequence[SecretPlace]] = _deaf
    """Table -> the places of secrets, beside those above, by which people are heard there (`[chat]`)."""
    lacks: Callable[[Destination, Any], str] = _nothing
    """Destination and table -> what the file wants for it, in words; empty: nothing."""
    is_name: Callable[[str], bool] = _never
    """Whether an address stands for another one, the chat's own, which the platform tells."""
    gathers: bool = False
    """Whether all that goes there comes as digests: `each` is `batch`."""
    page: Callable[[Destination], str] = _nowhere
    """Where anybody can read along by a browser; empty: nowhere that its spelling tells."""
