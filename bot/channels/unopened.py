"""A channel that could not be opened: its platform counts as one that refuses us; what is due there is kept."""

import logging
from typing import NoReturn

from bot.channels.channel import Issue, Item, Kind, Lost, Name, Packed, Payload, SendError, Sent, Sight
from bot.process.installation import KeyFileError
from bot.rules.way_out import WayError

log = logging.getLogger(__name__)

UNOPENED = "cannot be opened"
"""How its reason begins."""


def why_unopened(what: str, error: Exception) -> str:
    """The reason, for people; what is nobody's mistake but ours is logged with its trace."""
    if isinstance(error, WayError | KeyFileError):
        return f"{UNOPENED}: {error}"
    log.error("%s cannot be opened", what, exc_info=error)
    return f"{UNOPENED} ({type(error).__name__}); the log has more"


class UnopenedChannel:
    """Says why, whatever it is asked for. Delivery takes its platform for stopped, so nothing is packed for it."""

    can_find = True  # what is unsure stays so until it can be looked up
    concurrency = 1
    per_second = 1.0

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def interval(self, address: str) -> float:
        """Nothing is sent."""
        return 1.0

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        """Raises SendError."""
        self._refuse()

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """Raises SendError."""
        self._refuse()

    def pack_text(self, text: str) -> Payload:
        """Raises SendError."""
        self._refuse()

    async def resolve(self, name: Name) -> str:
        """Raises SendError."""
        self._refuse()

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """Raises SendError."""
        self._refuse()

    async def find(self, lost: Lost) -> str | None:
        """Raises SendError."""
        self._refuse()

    async def check(self) -> str:
        """Raises SendError."""
        self._refuse()

    async def look(self, address: str, thread: str) -> Sight:
        """Raises SendError."""
        self._refuse()

    async def aclose(self) -> None:
        """Nothing is open."""

    def _refuse(self) -> NoReturn:
        raise SendError(Kind.STOP, self.reason)
