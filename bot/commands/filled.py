"""What a backfill has done so far."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """What was done."""

    days: int = 0
    """Read now."""
    before: int = 0
    """Read by an earlier backfill."""
    papers: int = 0
    new: int = 0
    """Of these, not known before."""
    skipped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    """By day, what went wrong there."""
    stopped: str = ""
    """Why the rest was not tried."""

    def well(self) -> bool:
        """Whether every day is there."""
        return not self.failed and not self.stopped

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"well": self.well(), **asdict(self)}


Progress = Callable[[Tally, int], None]
"""Called with what is done, and the number of days in all."""
