"""What a long stop leaves to catch up with, which readers are told. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

LONG_STOP = timedelta(days=2)
"""Whoever runs `once` daily, or not on weekends, stops for less or misses few days."""
_SOON = timedelta(days=1).total_seconds()
_DAYS = 3
"""A weekend off misses what was announced on Friday and on Monday."""


class Stop(NamedTuple):
    """A long time in which delivery was not at work, in Unix seconds."""

    since: float
    until: float


def catches_up(stop: Stop | None, papers: Iterable[tuple[float, date]]) -> bool:
    """Whether these papers, each with when it came (Unix seconds) and its day announced, were missed by a stop."""
    if stop is None:
        return False
    first, last = (datetime.fromtimestamp(moment, UTC).date() for moment in stop)
    came_after = (day for came, day in papers if stop.until <= came < stop.until + _SOON)
    return len({day for day in came_after if first <= day <= last}) >= _DAYS
