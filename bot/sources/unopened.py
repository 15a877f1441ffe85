"""A source that could not be opened: its own failure, at every reading, and nobody else's."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, timedelta

from bot.rules.parts import Part
from bot.sources.source import Batch, Failed


class UnopenedSource:
    """It fails, with the reason, whatever it is asked for."""

    settled = timedelta()

    def __init__(self, name: str, kind: str, reason: str) -> None:
        self.name = name
        self.kind = kind
        self._failed = Failed("", reason)

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        """Why it could not be opened."""
        yield self._failed

    def past_days(self, since: date, until: date) -> list[date]:
        """One is enough to hear it."""
        return [since]

    async def read_past(self, day: date) -> Batch | Failed:
        """Why it could not be opened."""
        return self._failed

    async def aclose(self) -> None:
        """Nothing is open."""
