"""What a channel is to all who send by it: it packs papers into messages, sends one, and says what a failure means.

A channel classifies an error, it never loops: when to try again is the lane's business (bot.delivery.lane).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from feeds.match import Reason
from feeds.paper import Paper

Payload = dict[str, Any]
"""A rendered message as JSON can hold it: frozen in the outbox, so a retry sends the same bytes."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Why a paper goes to a destination: one alert and the words of its query that were found."""

    alert: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One paper on its way to one destination, with every alert that called for it."""

    paper: Paper
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """One message and how many of the items given, from the front of those left, it carries."""

    payload: Payload
    count: int


@dataclass(frozen=True, slots=True)
class Lost:
    """A message whose answer was lost, and what may help to find it."""

    address: str
    delivery: str
    payload: Payload
    since: float
    """Unix seconds of its first send."""
    after: str
    """Reference of the last message before it that surely arrived; empty if there was none."""


class Kind(StrEnum):
    """What a failed send means for the message and its lane."""

    WAIT = "wait"
    """Surely not delivered, and not the message's fault."""
    UNSURE = "unsure"
    """The answer was lost: it may have been delivered."""
    FIX = "fix"
    """The message must change; `SendError.fix` is the changed one, to be sent once."""
    CLOSE = "close"
    """The destination is gone for us."""
    STOP = "stop"
    """The whole platform refuses us: a token or a permission."""
    DROP = "drop"
    """This message can never be delivered."""
    MOVED = "moved"
    """The destination has the new address `SendError.moved_to`."""


class SendError(Exception):
    """A send that was not confirmed. Its text is for people and never holds a secret.

    `retry_after` is in seconds. `patient` marks a WAIT that is a refusal which may pass: the lane waits minutes to
    hours, and closes after `closes_after` seconds of it.
    """

    def __init__(
        self,
        kind: Kind,
        reason: str,
        *,
        retry_after: float | None = None,
        fix: Payload | None = None,
        moved_to: str | None = None,
        patient: bool = False,
        closes_after: float = 7 * 86400.0,
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.retry_after = retry_after
        self.fix = fix
        self.moved_to = moved_to
        self.patient = patient
        self.closes_after = closes_after


class Channel(Protocol):
    """One platform, opened with its credentials."""

    can_find: bool
    """Whether `find` can tell if a message with a lost answer arrived."""
    concurrency: int
    """Requests in flight at once over all lanes."""
    per_second: float
    """Messages a second over all lanes."""

    def interval(self, address: str) -> float:
        """Seconds between two messages to one address that never earn a refusal."""

    def pack(self, items: Sequence[Item]) -> Payload:
        """One message for one paper (`deliver = "each"`); `items` has exactly one."""

    def pack_batch(self, heading: str, items: Sequence[Item]) -> list[Packed]:
        """As few messages as the platform's limits allow for many papers, split between papers, numbered."""

    def pack_text(self, text: str) -> Payload:
        """One short message of plain text, for tests and notices."""

    async def resolve(self, address: str) -> str:
        """The platform's own id for `@name` or `#name`, to know two spellings as one. May raise SendError."""

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> str:
        """Send once, with a total deadline; the platform's reference of the message. Raises SendError."""

    async def find(self, lost: Lost) -> str | None:
        """The reference of a message that arrived though its answer was lost; None if it did not, or no one can know.

        Raises SendError: WAIT when the look-up failed and may be asked again, any other when none is possible.
        """

    async def check(self) -> str:
        """Who we are there, in words. Raises SendError: STOP for bad credentials."""

    async def aclose(self) -> None:
        """Close connections."""
