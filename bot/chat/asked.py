"""All that an answer is made from."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.said import Said
from bot.config.load import Config
from bot.rules.backtest import Backtest
from bot.rules.destinations import Destination
from bot.store.chats import Chat
from feeds.paper import Paper
from feeds.site import Period


@dataclass(frozen=True, slots=True)
class Sought:
    """What the archive was asked for a command, before it is answered."""

    backtest: Backtest | None = None
    papers: tuple[Paper, ...] = ()
    within: Period | None = None
    """Of `top`: when they were announced."""
    asked: int = 0
    """Queries that they were sought by."""
    like: tuple[tuple[Paper, tuple[str, ...]], ...] = ()
    """The papers nearest to one, with the words that they share."""


NOTHING = Sought()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked what, where and when, and what the archive has for it."""

    said: Said
    sign: str
    """What stands before a word there."""
    config: Config
    now: datetime
    sought: Sought = field(default=NOTHING)
    other: Destination | None = None
    """Another chat that it is about, for `[chat] admins`."""
    topic: str = ""
    """Where papers of a new subscription go, if it has a topic of its own."""

    @property
    def chat(self) -> Chat:
        """Where it was said."""
        return self.said.chat

    @property
    def numbers(self) -> Chat:
        """By whose list numbers go: those that one chat was shown of another are not the other's own."""
        return self.chat._replace(thread=f"{self.chat.thread} of {self.other}") if self.other else self.chat

    @property
    def of(self) -> str:
        """What ends the words about another chat."""
        return f" of {self.other}" if self.other else ""

    @property
    def listing(self) -> str:
        """What shows the numbers, as an example."""
        return self.example(f"list {self.other}" if self.other else "list")

    @property
    def nothing(self) -> str:
        """That there is no subscription."""
        if self.other:
            return f"Nothing is subscribed to there: {self.other}"
        return f"Nothing is subscribed to here. Send {self.example('subscribe diffusion')}"

    @property
    def destination(self) -> Destination:
        """Where papers go that it is about."""
        return self.other or Destination(self.said.scheme, self.said.address, self.said.thread)

    @property
    def is_whole(self) -> bool:
        """Whether it is about all topics of a private chat, each of which has a subscription."""
        chat = self.config.settings.chat
        return bool(chat and chat.topics) and self.said.is_above_topics and self.other is None

    @property
    def zone(self) -> ZoneInfo:
        """The file's."""
        return self.config.settings.timezone

    def about_a_paper(self, word: str) -> str:
        """A word that is said as an answer to a paper: where words come after a command's name, it is none there."""
        return word if " " in self.sign else self.example(word)

    def example(self, words: str) -> str:
        """What can be sent as it is."""
        return f"{self.sign}{words}"
