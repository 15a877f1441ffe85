"""What people wish for on the site, as it is put into the inbox for the one who writes. Pure."""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Literal

from bot.rules.destinations import Destination

MAIL = "email"
"""The scheme of destinations of mail."""
CONFIRM = "confirm"
"""What a token is for that answers a letter; what it is about is the question's name."""
KEPT = timedelta(days=7)
"""So long a question waits for its answer, and is remembered (contract: Subscribing by mail)."""
LETTERS = 3
"""At most so many go to an address in a day."""
DAY = timedelta(days=1)
MOST = 20
"""Subscriptions of an address, as of a chat."""


def mailbox(address: str) -> Destination:
    """Where an address's papers go."""
    return Destination(MAIL, address)


What = Literal["ask", "confirm", "leave", "change", "pause", "resume", "remove"]


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that somebody wants. What it says was read and found right."""

    what: What
    about: str
    """An address; of `confirm`, a question's name."""
    number: int = 0
    """A subscription of that address: of those that change one."""
    query: str = ""
    deliver: str = ""
    timezone: str = ""

    def written(self) -> str:
        """As a line of the inbox."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, body: str) -> "Wish":
        """The same again."""
        return cls(**json.loads(body))
