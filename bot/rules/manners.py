"""How subscriptions want their messages, as they say now, whatever they said when a paper fell due. Pure.

Where several call for a message: what `Where several alerts call` says (contract: Alerts).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.rules.standing import Times
from bot.rules.timing import Rule

TOP, TOGETHER = 10, 8
"""Papers of a digest in full, and papers of `each` that still come one by one, where an alert says nothing."""
_ADDRESS = 2000
"""The longest address that browsers and platforms take."""


class Manner(NamedTuple):
    """One subscription's."""

    id: int = 0
    name: str = ""
    """An alert's; others have none."""
    query: str = "*"
    deliver: str = "each"
    timezone: str = "UTC"
    top: int = TOP
    """Papers of a digest that are shown in full; 0: all."""
    silent: int = 0
    together: int = TOGETHER
    """Of `each`: more than so many at once come as one digest; 0: never."""
    stands: int = 1
    """Whether it is still there."""

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name or self.query

    @property
    def rule(self) -> Rule:
        """`deliver`, read."""
        return Times(self.deliver).rule

    @property
    def zone(self) -> ZoneInfo:
        """`timezone`, read."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Site:
    """Where readers find the pages."""

    base_url: str
    """With a slash at its end."""
    serves: bool
    """Whether any query has a page there; else there are files alone."""

    def page(self, queries: Iterable[str], day: date) -> str:
        """The page of what these queries find on a day; where none can be asked, the whole day's (contract: Alerts)."""
        if not self.serves:
            return f"{self.base_url}day/{day}.html"
        asked = f"{self.base_url}search?q={quote(_either(queries), safe='')}&day={day}"
        return asked if len(asked) <= _ADDRESS else f"{self.base_url}day/{day}"


def together(callers: Iterable[Manner]) -> float:
    """So many papers of `each` at once still come one by one: the largest of these subscriptions'."""
    sizes = [one.together or inf for one in _there(callers) if one.rule.mode == "each"]
    return max(sizes, default=inf)


def top(callers: Iterable[Manner]) -> int:
    """So many papers of a digest are shown in full: the largest of these subscriptions'; 0: all."""
    tops = [one.top for one in _there(callers)] or [TOP]
    return 0 if 0 in tops else max(tops)


def silent(callers: Iterable[Manner]) -> bool:
    """Whether none of these subscriptions wants a sound."""
    known = _there(callers)
    return bool(known) and all(one.silent for one in known)


def pages(site: Site | None, callers: Iterable[Manner], days: Iterable[date]) -> dict[date, str]:
    """The site's page of what these subscriptions find on each day; none where no site is published."""
    queries = [one.query for one in _there(callers)]
    return {day: site.page(queries, day) for day in days} if site and queries else {}


def _there(callers: Iterable[Manner]) -> list[Manner]:
    return [one for one in callers if one.stands]


def _either(queries: Iterable[str]) -> str:
    some = list(dict.fromkeys(queries))
    if "*" in some:
        return "*"
    return some[0] if len(some) == 1 else " OR ".join(f"({one})" for one in some)
