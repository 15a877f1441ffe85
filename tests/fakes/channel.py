"""A channel that behaves as it is told: takes messages, or fails in turn; and a clock on which a wait takes no time."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from bot.channels.channel import Issue, Item, Lost, Name, Packed, Payload, SendError, Sent, Sight
from bot.process.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable


class JumpingClock(Clock):
    """Waiting moves it on at once. For one lane, whose waits follow one another."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def steady(self) -> float:
        return self.at.timestamp()

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        await asyncio.sleep(0)
        if not stop.is_set():
            self.at += timedelta(microseconds=ceil(max(seconds, 0) * 1e6))


@dataclass(frozen=True)
class Post:
    """A send as it came, taken or not."""

    time: float
    address: str
    text: str
    taken: bool
    silent: bool = False


class FakeChannel:
    """`failures` are met in turn, one a send; `lost` is what was taken though the answer failed."""

    def __init__(self, clock: Clock, *, interval: float = 0.0, can_find: bool = False) -> None:
        self.can_find = can_find
        self.concurrency = 1
        self.per_second = 1e6
        self.failures: deque[SendError] = deque()
        self.always: SendError | None = None
        self.takes_first = False
        """Whether a failing send takes the message all the same."""
        self.check_fails: deque[SendError] = deque()
        self.find_fails: deque[SendError] = deque()
        self.posts: list[Post] = []
        self.issues: list[Issue] = []
        """What was packed as one."""
        self.most = 10_000
        self.deliveries: dict[str, str] = {}
        self.looked_for: list[Lost] = []
        self.checks = 0
        self.names: dict[str, str] = {}
        """Name -> the chat that has it now."""
        self.asked: list[Name] = []
        self.resolve_fails: deque[SendError] = deque()
        self.before_send: Callable[[], None] = lambda: None
        self.held_up: dict[str, asyncio.Event] = {}
        """Address -> what its next send waits for."""
        self.find_waits_for: asyncio.Event | None = None
        self._clock = clock
        self._interval = interval

    @property
    def taken(self) -> list[str]:
        """What arrived, in order."""
        return [post.text for post in self.posts if post.taken]

    def interval(self, address: str) -> float:
        return self._interval

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        return {"text": item.paper.title, **({"silent": True} if silent else {})}

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """As many messages as its papers fill, `self.most` a message."""
        self.issues.append(issue)
        starts = range(0, len(issue.items), self.most)
        parts = [issue.items[start : start + self.most] for start in starts]
        return [Packed({"text": ", ".join(one.paper.title for one in part)}, len(part)) for part in parts]

    def pack_text(self, text: str) -> Payload:
        return {"text": text}

    async def resolve(self, name: Name) -> str:
        self.asked.append(name)
        if self.resolve_fails:
            raise self.resolve_fails.popleft()
        return self.names.get(name.address, name.address)

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        self.before_send()
        if address in self.held_up:
            await self.held_up.pop(address).wait()
        failure = self.failures.popleft() if self.failures else self.always
        taken = failure is None or self.takes_first
        self.posts.append(
            Post(self._clock.now().timestamp(), address, payload["text"], taken, payload.get("silent", False))
        )
        if taken:
            self.deliveries[delivery] = str(len(self.posts))
        if failure:
            raise failure
        return Sent(str(len(self.posts)), self.names.get(address, address))

    async def find(self, lost: Lost) -> str | None:
        self.looked_for.append(lost)
        if self.find_waits_for:
            await self.find_waits_for.wait()
        if self.find_fails:
            raise self.find_fails.popleft()
        return self.deliveries.get(lost.delivery)

    async def check(self) -> str:
        self.checks += 1
        if self.check_fails:
            raise self.check_fails.popleft()
        return "a fake"

    async def look(self, address: str, thread: str) -> Sight:
        return Sight("a chat of a fake")

    async def aclose(self) -> None:
        pass
