"""What a channel is to all who send by it: it packs papers into messages, sends one, and says what a failure means.

A channel classifies an error, it never loops: when to try again is the lane's business (bot.delivery.lane).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from feeds.match import Reason
from feeds.paper import Paper

if TYPE_CHECKING:
    from feeds.roundup import Roundup

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
class Issue:
    """Many papers that go to a destination together: a digest, as its readers know it."""

    names: tuple[str, ...]
    """Of the alerts that called for them."""
    items: tuple[Item, ...]
    """As they are to stand."""
    full: int
    """So many of them, from the first, are shown in full; of the others the titles."""
    pages: Mapping[date, str] = field(default_factory=dict)
    """Day announced -> address of the site's page of it; empty where no site is published."""
    late: bool = False
    """Whether it catches up with what a long stop missed."""
    silent: bool = False
    roundup: "Roundup | None" = None
    """The week in some lines, for a channel that RoundsUp."""


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
    until: float = 0.0
    """Unix seconds when it was no longer being sent: now."""
    asked: str = ""
    """How far an earlier look-up came that was refused: its `SendError.asked`."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that arrived."""

    ref: str
    """The platform's reference of it."""
    address: str = ""
    """The chat's own address, as the answer named it; empty: it named none."""
    noted: Callable[[], None] = lambda: None
    """To be called once it is recorded, or nobody will: a channel may hold others back until then."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a chat, to be looked up."""

    address: str
    """`@name`, `#name`, or what else stands for another address."""
    known: str = ""
    """The address that it had when last looked up: whether it still is that one's."""
    among: tuple[str, ...] = ()
    """Addresses of other chats that we send to: whether it is one of these is what matters."""
    asked: str = ""
    """How far an earlier look-up came that was refused: its `SendError.asked`."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a silent look into a chat found."""

    words: str
    """What it is, for people."""
    problems: tuple[str, ...] = ()
    """Why messages to it would be refused, each with what to do."""


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


@dataclass(eq=False)
class SendError(Exception):
    """A send or a question that was not confirmed. Its text is for people and never holds a secret."""

    kind: Kind
    reason: str
    """What happened, in the platform's words."""
    retry_after: float | None = field(default=None, kw_only=True)
    """Seconds."""
    fix: Payload | None = field(default=None, kw_only=True)
    moved_to: str | None = field(default=None, kw_only=True)
    patient: bool = field(default=False, kw_only=True)
    """Of a WAIT: a refusal which may pass. The lane waits minutes to hours."""
    closes_after: float = field(default=7 * 86400.0, kw_only=True)
    """Seconds of a patient WAIT after which the lane closes."""
    refusals: int = field(default=5, kw_only=True)
    """Of a patient WAIT: so many of them in a row, at least, before the lane closes (healthchecks learnt the same)."""
    pause: float | None = field(default=None, kw_only=True)
    """Of a WAIT: seconds of each pause, a tenth less at most; None: they grow."""
    longest: float | None = field(default=None, kw_only=True)
    """Of a WAIT: seconds that pauses grow to, where that is not the usual."""
    cure: str = field(default="", kw_only=True)
    """What the reason means and what to do, in our words."""
    asked: str = field(default="", kw_only=True)
    """How far a question of many pages came, to go on from there."""

    def __post_init__(self) -> None:
        super().__init__(self.reason)

    @property
    def told(self) -> str:
        """All that people should know of it, in one line."""
        return f"{self.reason}: {self.cure}" if self.cure else self.reason

    def told_of(self, destination: str) -> str:
        """The same where it is known which destination a cure is for."""
        return self.told.replace("DESTINATION", destination)


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

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        """One message for one paper (`deliver = "each"`); `silent`: without a sound, where the platform has one."""

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """As few messages as the platform's limits allow for many papers, split between papers, numbered."""

    def pack_text(self, text: str) -> Payload:
        """One short message of plain text, for tests and notices."""

    async def resolve(self, name: Name) -> str:
        """The platform's own address of a chat, to know two spellings as one.

        The name itself where it is none of `among`, or nobody may know. Raises SendError: CLOSE where no chat has it,
        MOVED where another has it and the known one is there no more.
        """

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """Send once, with a total deadline. Raises SendError."""

    async def find(self, lost: Lost) -> str | None:
        """The reference of a message that arrived though its answer was lost; None if it did not, or no one can know.

        Raises SendError: WAIT when the look-up failed and may be asked again, any other when none is possible.
        """

    async def check(self) -> str:
        """Who we are there, in words. Raises SendError: STOP for bad credentials."""

    async def look(self, address: str, thread: str) -> Sight:
        """Whether messages to a chat would be taken, without posting. Raises SendError where nobody could be asked."""

    async def aclose(self) -> None:
        """Close connections."""


@runtime_checkable
class Advises(Protocol):
    """A channel that knows what should be put right though its messages go."""

    async def advice(self) -> list[str]:
        """What that is, a sentence each; what cannot be found out is one too."""


@runtime_checkable
class RoundsUp(Protocol):
    """A channel whose weekly digests end with a round-up of the week."""

    rounds_up: bool


@runtime_checkable
class Edits(Protocol):
    """A channel whose messages can be changed once they are sent."""

    def interval(self, address: str) -> float:
        """Seconds between two messages to an address."""

    async def edit(self, address: str, ref: str, payload: Payload) -> None:
        """Show this in place of what a message shows; it may show it already. Raises SendError."""


@runtime_checkable
class SendsStored(Protocol):
    """A channel that sends a message as the outbox keeps it, so that none is read and written anew for each."""

    async def send_stored(self, address: str, thread: str, stored: str, delivery: str) -> Sent:
        """Like `send`, of a payload in JSON."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A chat in which somebody lately wrote, or let us in."""

    address: str
    """As a destination has it behind its scheme."""
    words: str
    """What it is, for people."""


@runtime_checkable
class Overhears(Protocol):
    """A channel that can tell where it was lately spoken to, taking nothing from who listens."""

    async def overhear(self, seconds: float) -> list[Heard]:
        """The chats, the one heard last first; waits so long where nobody has spoken yet. Raises SendError."""
