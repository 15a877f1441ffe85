"""What somebody said or pressed, as every front tells it, and what the inbox keeps of it."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.store.chats import Chat

Place = Literal["private", "group", "channel"]


@dataclass(frozen=True, slots=True)
class Said:
    """A word for us, typed or by a button."""

    scheme: str
    address: str
    thread: str
    place: Place
    person: str
    """Who: `telegram:777000`; a channel, or an administrator who hides, by the chat itself."""
    text: str
    """Without what marks it as a command."""
    message: str = ""
    """The reference of what was typed."""
    about: str = ""
    """The reference of the message that it answers, or under which the button is."""
    pressed: bool = False
    press: str = ""
    """What the platform knows the pressing by."""
    administers: bool = False
    """Whether the platform said at once that they administer the chat."""

    @property
    def is_above_topics(self) -> bool:
        """Whether it was said in a private chat, in none of its topics."""
        return self.place == "private" and not self.thread

    @property
    def chat(self) -> Chat:
        """Where it was said."""
        return Chat(self.scheme, self.address, self.thread)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a chat: it left us, let us in again, or has another address."""

    scheme: str
    address: str
    what: Literal["left", "back", "moved"]
    to: str = ""


Heard = Said | Moved


def written(one: Heard) -> str:
    """As the inbox keeps it."""
    text = json.dumps({"is": type(one).__name__, **asdict(one)}, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")  # half a character, as JSON can hold it, no database takes


def read(body: str) -> Heard:
    """What the inbox kept."""
    values: dict[str, Any] = json.loads(body)
    return Moved(**values) if values.pop("is") == "Moved" else Said(**values)
