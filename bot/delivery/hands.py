"""What all lanes of a process share, and what those of a platform do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.channel import Channel, SendsStored
from bot.channels.channel import Sent as Arrived
from bot.channels.unopened import UNOPENED
from bot.delivery.gate import Gate
from bot.delivery.packing import Packer, loaded
from bot.process.clock import Clock
from bot.store.engine import Store
from bot.store.life import Life
from bot.store.outbox.claims import Lane
from bot.store.outbox.terms import Terms

log = logging.getLogger(__name__)

FAR = 1e11
"""Unix seconds: a deadline after it is none."""


@dataclass(slots=True)
class Tally:
    """What a delivery did, for people. Notices to the operator do not count."""

    sent: dict[str, int] = field(default_factory=dict)
    """Papers, by destination."""
    parked: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)
    """Platform -> why it refuses us."""


Sent = Callable[[Lane, int], Awaitable[None]]
"""Hears of each message that was sent: its lane, and its number in the store."""


async def unseen(_lane: Lane, _message: int) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What all lanes of a process share. `chance` draws from 0 to 1; `settle` is seconds."""

    store: Store
    life: Life
    clock: Clock
    stop: asyncio.Event
    settle: float
    chance: Callable[[], float]
    tally: Tally
    zone: ZoneInfo
    """In which times are told."""
    sent: Sent = unseen
    told: set[tuple[int, str]] = field(default_factory=set)
    """Lane and reason of each wait that people were told of."""

    def now(self) -> float:
        """Unix seconds."""
        return self.clock.now().timestamp()

    def at(self, moment: float) -> str:
        """A moment (Unix seconds), for people."""
        return f"{datetime.fromtimestamp(moment, self.zone):%H:%M:%S %Z}"

    def stopped(self, scheme: str, reason: str) -> None:
        """A platform refuses us: tell it once."""
        if scheme not in self.tally.stopped:
            log.error("%s %s; what is due there is kept", scheme, refusal(reason))
        self.tally.stopped[scheme] = reason


def refusal(reason: str) -> str:
    """Why nothing goes to a platform, as the end of a sentence about it."""
    return reason if reason.startswith(UNOPENED) else f"refuses us: {reason}"


Post = Callable[[str, str, str, str], Awaitable[Arrived]]
"""(address, thread, stored, delivery): one message, once. Raises SendError."""


def post_by(channel: Channel) -> Post:
    """How a channel sends what the outbox keeps."""
    if isinstance(channel, SendsStored):
        return channel.send_stored

    async def post(address: str, thread: str, stored: str, delivery: str) -> Arrived:
        return await channel.send(address, thread, loaded(stored), delivery)

    return post


@dataclass(frozen=True, slots=True)
class Platform:
    """What all lanes of one platform share."""

    channel: Channel
    gate: Gate
    terms: Terms
    packer: Packer
    post: Post
    """Sends a message as the outbox keeps it."""
