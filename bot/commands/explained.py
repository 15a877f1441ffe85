"""What is known of one paper's way through: for `explain`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feeds.paper import Paper


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a paper was seen, where it stands, what it called for and what became of that."""

    paper: Paper
    seen: list[dict[str, Any]]
    feeds: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    unchosen: Mapping[str, str]
    """Feeds of the best that match it and do not hold it -> why."""
    more: int = 0
    """Deliveries to destinations that the file does not name, and that are not shown."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "key": self.paper.key,
            "title": self.paper.title,
            "announced": str(self.paper.announced),
            "seen": self.seen,
            "feeds": self.feeds,
            "unchosen": dict(self.unchosen),
            "alerts": self.alerts,
            "deliveries": self.deliveries,
            "more": self.more,
        }


def why(one: Mapping[str, Any]) -> str:
    """The terms that were found, else the whole query: numbers and days find no words."""
    return ", ".join(one["terms"]) or str(one["query"])
