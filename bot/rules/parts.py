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
    trouble: str = ""
    """What of it could not be read, in words for people; empty where all is well."""
