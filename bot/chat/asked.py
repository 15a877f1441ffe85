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


@dataclass(frozen=True, slots=True)
class Sought:
    """What the archive was asked for a command, before it is answered."""

    backtest: Backtest | None = None
    papers: tuple[Paper, ...] = ()
    asked: int = 0
    """Queries that they were sought by."""


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

    @property
    def chat(self) -> Chat:
        """Where it was said, and what it is about."""
        return self.said.chat

    @property
    def destination(self) -> Destination:
        """Where papers go that are subscribed to there."""
        return Destination(self.said.scheme, self.said.address, self.said.thread)

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
