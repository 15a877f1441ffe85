"""What a source is to all who read it: it gives what it read, part by part.

A source reads and parses, it stores nothing: what it must remember of earlier readings is given to it.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.rules.parts import Part
from feeds.paper import Digest


@dataclass(frozen=True, slots=True)
class Batch:
    """One part, read."""

    part: str
    digest: Digest
    stamp: str = ""
    past: bool = False
    """Filled in from the past: it alerts nobody."""
    read_before: bool = False
    """Of a feed: it was read before, so what is new in it is announced no earlier than this reading."""
    fills_gap: bool = False
    """Caught up from a second place: papers that the source gave before stay as it gave them."""
    trouble: str = ""
    """What of the part cannot be read for now, for people: `status` names it until the part is read or over."""
    over: bool = False
    """The part is done with, and forgotten."""
    whole: bool = True
    """Whether the part counts as read with it; else it is a piece, and what is remembered of the part stays."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A part, or the whole source (`part` empty), that could not be read: the other parts go on."""

    part: str
    reason: str
    retry_after: float | None = None
    """Seconds the source asked us to stay away."""
    stamp: str = ""
    """What to remember of the part, so that it is told once (bot.rules.parts); empty: it is tried again."""
    late: bool = False
    """Whether its answer did not come in time; another part's may."""


class Source(Protocol):
    """One configured source."""

    name: str
    kind: str

    def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        """Every part that is due, oldest first. Never raises for what a server or file may hold."""

    async def aclose(self) -> None:
        """Close connections."""


@runtime_checkable
class PastSource(Source, Protocol):
    """A source that can be asked for any day of its past."""

    settled: timedelta
    """How long after its start a day may still change."""

    def past_days(self, since: date, until: date) -> list[date]:
        """The days from `since` to `until`, both included, that may have papers; oldest first."""

    async def read_past(self, day: date) -> Batch | Failed:
        """A day's papers, as a batch of the past. Never raises for what a server may say."""


class Unreadable(Exception):  # noqa: N818  (a finding of `check`, not a fault of ours)
    """A source that `check` found wanting; `refused` where its credential is."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.refused = refused
