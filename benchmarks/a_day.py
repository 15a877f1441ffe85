"""`once` on a simulated day, as benchmarks.year starts it: `python -m benchmarks.a_day DAYS CONFIG`.

The command as it is, on a clock that is so many days ahead. Loads nothing that `once` does not.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot.commands import once
from bot.process.clock import Clock


class MovedClock(Clock):
    """Real time, moved by whole days."""

    def __init__(self, days: int = 0) -> None:
        self.ahead = timedelta(days=days)

    def now(self) -> datetime:
        """The moment, so many days on."""
        return super().now() + self.ahead


if __name__ == "__main__":
    once.CLOCK = MovedClock(int(sys.argv[1]))
    raise SystemExit(once.command(Path(sys.argv[2]), verbose=False, wait=600.0))
