"""A round without platforms: what tests of sources, feeds and pages need."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot import pipeline
from bot.calling import Caller, Streamed
from bot.channels.channel import Channel
from bot.config.load import Config
from bot.intake import Report, feed_bests, feed_queries
from bot.pipeline import Office
from bot.process.clock import Clock
from bot.publishing.files import Outcome
from bot.publishing.press import Press
from bot.sources.source import Source
from bot.store.engine import Store

NOBODY: Mapping[str, Channel] = {}


class StoppedClock(Clock):
    """Always the same moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


class IdlePress:
    """Publishes nothing."""

    def soon(self) -> None:
        pass

    async def changed(self) -> Outcome:
        return Outcome()


async def _tell_nobody() -> None:
    pass


def office(config: Config, store: Store, clock: Clock, *, publishes: bool = True) -> Office:
    """What a round works with, and no platform."""
    press = Press(config, store, clock) if publishes else IdlePress()
    caller = Caller(store, clock, feed_queries(config), Streamed(), feed_bests(config))
    return Office(config, store, clock, NOBODY, press, _tell_nobody, caller, lambda: None)


async def collect(config: Config, store: Store, sources: Sequence[Source], now: datetime) -> Report:
    """A round that publishes nothing."""
    return await pipeline.round(office(config, store, StoppedClock(now), publishes=False), sources)
