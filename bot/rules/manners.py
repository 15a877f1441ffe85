"""How alerts want their messages, as the configuration says now, whatever it said when a paper fell due. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import inf
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.rules.timing import Rule

TOP, TOGETHER = 10, 8
"""Papers of a digest in full, and papers of `each` that still come one by one, where an alert says nothing."""
_ADDRESS = 2000
"""The longest address that browsers and platforms take."""


@dataclass(frozen=True, slots=True)
class Manner:
    """One alert's."""

    rule: Rule
    zone: ZoneInfo
    query: str = "*"
    top: int = TOP
    """Papers of a digest that are shown in full; 0: all."""
    silent: bool = False
    together: int = TOGETHER
    """Of `each`: more than so many at once come as one digest; 0: never."""


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


@dataclass(frozen=True, slots=True)
class Manners:
    """All alerts', by name. Where several call for a message: what `Where several alerts call` says (contract)."""

    by_alert: Mapping[str, Manner] = field(default_factory=dict)
    site: Site | None = None
    """None: nobody knows at which address a site is."""

    def together(self, alerts: Iterable[str]) -> float:
        """So many papers of `each` at once still come one by one: the largest of these alerts'."""
        sizes = [one.together or inf for one in self._of(alerts) if one.rule.mode == "each"]
        return max(sizes, default=inf)

    def top(self, alerts: Iterable[str]) -> int:
        """So many papers of a digest are shown in full: the largest of these alerts'; 0: all."""
        tops = [one.top for one in self._of(alerts)] or [TOP]
        return 0 if 0 in tops else max(tops)

    def silent(self, alerts: Iterable[str]) -> bool:
        """Whether none of these alerts wants a sound."""
        known = self._of(alerts)
        return bool(known) and all(one.silent for one in known)

    def pages(self, alerts: Iterable[str], days: Iterable[date]) -> dict[date, str]:
        """The site's page of what these alerts find on each day; none where no site is published."""
        queries = [one.query for one in self._of(alerts)]
        return {day: self.site.page(queries, day) for day in days} if self.site and queries else {}

    def _of(self, alerts: Iterable[str]) -> list[Manner]:
        return [self.by_alert[name] for name in alerts if name in self.by_alert]


def _either(queries: Iterable[str]) -> str:
    some = list(dict.fromkeys(queries))
    if "*" in some:
        return "*"
    return some[0] if len(some) == 1 else " OR ".join(f"({one})" for one in some)
