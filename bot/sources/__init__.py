"""Sources: where digests come from. One file a kind; `SOURCES` names them.

A source reads and parses, it stores nothing: what it must remember of earlier readings is given to it.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from feeds.paper import Digest


@dataclass(frozen=True, slots=True)
class Part:
    """What the store remembers of one part of a source (a listing day, a file)."""

    name: str
    stamp: str
    """What the source wrote of it: a validator, a hash."""
    read_at: datetime
    """When it was last read with success."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One part, read: stored in one transaction."""

    part: str
    digest: Digest
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A part, or the whole source (`part` empty), that could not be read: the other parts go on."""

    part: str
    reason: str
    retry_after: float | None = None
    """Seconds the source asked us to stay away."""


class Source(Protocol):
    """One configured source."""

    name: str
    kind: str

    def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        """Every part that is due, oldest first. Never raises for what a server or file may hold."""

    async def aclose(self) -> None:
        """Close connections."""
