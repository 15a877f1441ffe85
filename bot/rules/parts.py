"""What is remembered of a part of a source: a listing day, a file, a mailbox."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One part, as it was last read."""

    name: str
    stamp: str
    """What the source wrote of it: a validator, a hash."""
    read_at: datetime
    """When it was last read with success."""


UNREAD = ":unread:"
"""In the stamp of a part that could not be read and is known as such: why follows."""


def why_unread(stamp: str) -> str:
    """Why the part of that stamp could not be read; empty: it could."""
    return stamp.partition(UNREAD)[2]
