"""When what a subscription calls for falls due, by its own words for time. Pure."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.rules.timing import BATCH_WAIT, Quiet, Rule, due_at, kept_quiet, parse_quiet, parse_rule, still_due
from feeds.known import remembered

DIGESTS = frozenset({"daily", "weekly"})
"""Modes that have a time of their own, and one message for a local date."""


class Times(NamedTuple):
    """A subscription's `deliver`, `quiet` and `timezone`, as they are written."""

    deliver: str = "each"
    quiet: str = ""
    timezone: str = "UTC"

    @property
    def rule(self) -> Rule:
        """`deliver`, read."""
        return _rule(self.deliver)

    @property
    def zone(self) -> ZoneInfo:
        """`timezone`, read."""
        return ZoneInfo(self.timezone)

    @property
    def hours(self) -> Quiet | None:
        """`quiet`, read."""
        return _quiet(self.quiet) if self.quiet else None

    @property
    def kept(self) -> str:
        """The quiet hours as a delivery keeps them."""
        return kept_quiet(self.hours, self.zone)

    def still(self, now: datetime, before: datetime, since: datetime) -> datetime:
        """When something that waits since then, and was due at `before`, falls due."""
        return still_due(self.rule, self.hours, self.zone, now, before, since)


class Due(NamedTuple):
    """When a delivery falls due (Unix seconds), and how it is kept until then."""

    at: float
    mode: str
    quiet: str


def calendar(now: datetime, worked: datetime | None, *, reading: bool) -> Callable[[Times, bool], Due]:
    """When what is enqueued now falls due: by (times, whether papers of `each` are counted), each worked out once.

    `worked`: when delivery was last at work. `reading`: a source is being read, and more may come with it.
    """

    @lru_cache(maxsize=4096)
    def due(times: Times, counted: bool) -> Due:  # noqa: FBT001  (lru_cache)
        rule = times.rule
        waits = rule.mode == "batch" or (reading and rule.mode == "each" and counted)
        soonest = now + BATCH_WAIT if waits else now
        return Due(due_at(rule, times.hours, times.zone, soonest, worked).timestamp(), rule.mode, times.kept)

    return due


_rule = remembered(4096)(parse_rule)
_quiet = remembered(1024)(parse_quiet)
