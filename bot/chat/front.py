"""What a platform is to the words: it tells what was said, and says what is answered."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from bot.channels.channel import Channel
from bot.chat.reply import Reply
from bot.chat.said import Said
from bot.config.load import Config
from bot.process.clock import Clock
from bot.store import answers
from bot.store.engine import Store

Act = dict[str, Any]
"""Something to say, as JSON can hold it."""


@dataclass(frozen=True, slots=True)
class Ear:
    """What a front is opened with. `told` is called when something was stored."""

    config: Config
    store: Store
    clock: Clock
    channels: Mapping[str, Channel]
    told: Callable[[], object]


class Front(Protocol):
    """One platform, listening."""

    scheme: str
    sign: str
    """What stands before a word there: `/`."""

    async def listen(self) -> None:
        """Store what is said, for ever. Tells what keeps it from that, and goes on when it can."""

    async def administers(self, said: Said) -> bool:
        """Whether who said it may change what the chat has, now. Raises SendError."""

    async def lacks(self, said: Said) -> str:
        """What keeps us from bringing papers where it was said, in words for them; empty: nothing. Raises SendError."""

    async def topic(self, said: Said, name: str) -> str:
        """A new topic of that name in a private chat; empty: there are none. Raises nothing."""

    def packed(self, reply: Reply, said: Said) -> Act:
        """An answer, ready to be kept and said."""

    async def say(self, address: str, thread: str, act: Act) -> bool:
        """Say it once; whether that took a message of the chat's pace. Raises SendError."""

    async def aclose(self) -> None:
        """Close connections."""


def tell(connection: Connection, front: Front, said: Said, reply: Reply, now: datetime) -> None:
    """It is answered so, once what this transaction does is done."""
    answers.add(connection, said.chat, json.dumps(front.packed(reply, said), ensure_ascii=False), now)
