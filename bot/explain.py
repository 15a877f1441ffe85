"""`explain`: one paper's way through, from the store alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.config import Config
from bot.store import Row, feeds, lanes, overview, papers
from bot.store.codec import instant
from feeds.match import match
from feeds.paper import Paper


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a paper was seen, where it stands, what it called for and what became of that."""

    paper: Paper
    seen: list[dict[str, Any]]
    feeds: list[str]
    alerts: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "key": self.paper.key,
            "title": self.paper.title,
            "announced": str(self.paper.announced),
            "seen": self.seen,
            "feeds": self.feeds,
            "alerts": self.alerts,
            "deliveries": self.deliveries,
        }


def explain(connection: Connection, config: Config, name: str, now: datetime) -> Explanation | None:
    """Everything known of the paper that `name` (id, DOI, address, key or title) means; None if there is none."""
    paper_id = papers.find(connection, name)
    if paper_id is None:
        return None
    paper = papers.by_ids(connection, [paper_id])[paper_id]
    return Explanation(
        paper,
        seen=[_seen(row) for row in papers.sightings(connection, paper_id)],
        feeds=list(feeds.slugs_of(connection, paper_id)),
        alerts=_alerts(config, paper, now),
        deliveries=[_delivery(connection, row) for row in overview.deliveries(connection, paper_id)],
    )


def text_of(told: Explanation) -> str:
    """For people."""
    paper = told.paper
    lines = [paper.title, f"{paper.key}, announced {paper.announced}", "", "Seen"]
    lines += [f"  {one['source']}: {one['first_seen']}, announced {one['announced']}{one['note']}" for one in told.seen]
    lines += ["", "Feeds", f"  {', '.join(told.feeds) or 'none'}", "", "Alerts that match it now"]
    lines += [f"  {one['alert']}: {', '.join(one['terms'])}" for one in told.alerts] or ["  none"]
    lines += ["", "Deliveries"]
    lines += [_delivery_line(one) for one in told.deliveries] or ["  none: no alert matched it after its beginning"]
    return "\n".join(lines)


def _seen(row: Row) -> dict[str, Any]:
    note = " (filled in from the past: alerts nobody)" if row.past else ""
    return {"source": row.source, "first_seen": _written(row.first_seen), "announced": row.announced, "note": note}


def _alerts(config: Config, paper: Paper, now: datetime) -> list[dict[str, Any]]:
    matches = match({alert.name: alert.query for alert in config.settings.alerts}, [paper], now)
    return [
        {"alert": alert.name, "terms": list(dict.fromkeys(one.term for one in matches.reasons(alert.name, paper)))}
        for alert in config.settings.alerts
        if matches[alert.name]
    ]


def _delivery(connection: Connection, row: Row) -> dict[str, Any]:
    state = row.state or ("parked" if row.closed else "waiting")
    return {
        "destination": lanes.name(connection, row.destination_id),
        "state": state,
        "enqueued": _written(row.created),
        "due": _written(row.due_at),
        "at": _written(row.settled) if row.settled else None,
        "reference": row.ref,
        "error": row.error or row.closed,
        "alerts": [
            {"alert": hit.alert, "query": hit.query, "matched": _written(hit.created)}
            for hit in overview.hits(connection, row.id)
        ],
    }


def _delivery_line(one: dict[str, Any]) -> str:
    when = f" at {one['at']}" if one["at"] else f", due {one['due']}"
    why = ", ".join(f"{hit['alert']} (matched {hit['matched']})" for hit in one["alerts"])
    return f"  {one['destination']}: {one['state']}{when}; by {why}" + (f"; {one['error']}" if one["error"] else "")


def _written(moment: float) -> str:
    return f"{instant(moment):%Y-%m-%d %H:%M:%S}Z"
