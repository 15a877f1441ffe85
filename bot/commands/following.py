"""What a round reads and sends, told as it goes to who looks at a terminal. Elsewhere nothing is told."""

import sys
from contextlib import suppress

from bot.commands.screens import screen_of
from bot.config.load import Config
from bot.process.clock import Clock
from bot.rules.words import counted
from bot.store.engine import Store
from bot.store.outbox import overview
from bot.store.outbox.claims import Lane
from feeds.paper import Paper


class Following:
    """Tells nobody."""

    def told(self, done: str, what: str) -> None:
        """Something is done."""

    async def sent(self, store: Store, lane: Lane, message: int) -> None:
        """A message was sent."""


class OnTerminal(Following):
    """A line to stderr for each, by the clock of the file's zone."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._zone = config.settings.timezone
        self._clock = clock

    def told(self, done: str, what: str) -> None:
        """A line, as wide as the terminal is by now."""
        from bot.terminal.screen import Piece
        from bot.terminal.told import event

        with suppress(OSError):  # a terminal that is gone ends no round
            if (screen := screen_of(sys.stderr)) is not None:
                event(screen, self._clock.now().astimezone(self._zone), [Piece(f"{done} ", "found"), what])

    async def sent(self, store: Store, lane: Lane, message: int) -> None:
        """A line for each message; what goes to the console is seen as it is."""
        if lane.scheme != "console":
            self.told("sent", f"{lane.name}: {said(await store.run(overview.carried, message))}")


def following(config: Config, clock: Clock) -> Following:
    """Who is told."""
    return OnTerminal(config, clock) if sys.stderr.isatty() else Following()


def said(papers: list[Paper]) -> str:
    """What a message carries: a paper by its title."""
    if len(papers) == 1:
        return papers[0].title
    return counted(len(papers), "paper") if papers else "a notice"
