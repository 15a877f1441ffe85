"""Papers and readings that the render tests share."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from feeds.paper import Paper
from feeds.render import Feed, Kind

DATA = Path(__file__).parent / "data"
RECORDED = Path(__file__).resolve().parents[3] / ".." / "shared" / "data"
KINDS: tuple[Kind, ...] = ("rss", "atom", "json")
FEED = Feed(
    slug="small",
    title="Small & <plain>",
    query='gate OR "forget gate" -survey',
    base_url="https://papers.example.org/",
    description="What the tests read",
    hub="https://hub.example.org/?a=1&b=2",
)


def small_papers() -> list[Paper]:
    """The papers of data/papers.json, oldest first: not the order in which a feed shows them."""
    records = json.loads((DATA / "papers.json").read_text(encoding="utf-8"))
    return [_paper(record) for record in reversed(records)]


def feed_order() -> list[Paper]:
    """The papers of data/papers.json as a feed should order them."""
    return small_papers()[::-1]


def _paper(record: dict[str, Any]) -> Paper:
    for name, read in (("announced", date), ("first_seen", datetime), ("updated", datetime)):
        if name in record:
            record[name] = read.fromisoformat(record[name])
    return Paper(**record)
