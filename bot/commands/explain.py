"""`explain`: one paper's way through, from the store alone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.commands.explained import Explanation, why
from bot.commands.opening import CLOCK, complain, configured, guarded, opened, show
from bot.config.load import Config
from bot.config.tables import Alert
from bot.intake import file_queries
from bot.rules.words import counted, headed, in_a_line, local, local_of
from bot.store import went
from bot.store.archive import best, feeds, papers
from bot.store.archive.codec import instant
from bot.store.archive.pruned import Pruned
from bot.store.archive.references import near_for
from bot.store.engine import Row
from bot.store.outbox import lanes, overview
from bot.store.outbox.standing import OTHERS
from bot.store.subscriptions.calling import why_not
from bot.store.subscriptions.waiting import SKIPPED
from bot.store.went import Went
from feeds.match import Matches, Near, match
from feeds.paper import Paper
from feeds.query import Query

if TYPE_CHECKING:
    from bot.terminal.screen import Screen


@guarded
def command(path: Path, *, verbose: bool, paper: str, as_json: bool, everything: bool = False) -> int:
    """1 when there is no such paper."""
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config, looks=True) as store:
        told = store.call(explain, config, paper, CLOCK.now(), everything=everything)
    if isinstance(told, Pruned):
        zone = config.settings.timezone
        show(told._asdict(), no_longer_kept(told, zone), as_json=as_json)
        return 0
    if told is None:
        complain(f"no paper {paper!r} was ever seen; name it by arXiv id, DOI, address or whole title")
        return 1
    zone = config.settings.timezone

    def drawn(screen: "Screen") -> None:
        from bot.commands.drawn.explanation import explanation_page

        explanation_page(screen, told, zone)

    show(told.as_json(), text_of(told, zone), as_json=as_json, drawn=drawn)
    return 0


def explain(
    connection: Connection, config: Config, name: str, now: datetime, *, everything: bool = False
) -> Explanation | Pruned | None:
    """Everything known of the paper that `name` (id, DOI, address, key or title) means; None if there is none."""
    paper_id = papers.find(connection, name)
    if paper_id is None:
        return papers.find_pruned(connection, name)
    paper = papers.by_ids(connection, [paper_id])[paper_id]
    slugs = feeds.slugs_of(connection, paper_id)
    near = near_for(connection, file_queries(config))
    named = [str(one) for one in config.destinations]
    mine = None if everything else set(lanes.known(connection, named).values())
    rows, count = overview.deliveries(connection, paper_id, mine, others=OTHERS)
    gone = went.lanes_of(connection, paper_id)
    ours = gone if mine is None else [one for one in gone if one.lane in mine]
    return Explanation(
        paper,
        seen=[_seen(row) for row in papers.sightings(connection, paper_id)],
        feeds=_feeds(config, paper, slugs, now, near),
        alerts=[
            {**found, "unsent": _unsent(connection, alert, paper_id, paper, rows)}
            for alert, found in _alerts(config, paper, now, near)
        ],
        deliveries=[
            *(_went(connection, config, one) for one in ours),
            *(_delivery(connection, row) for row in rows),
        ],
        unchosen=_unchosen(config, paper, slugs, best.waiting_in(connection, paper_id), now, near),
        more=count - len(rows) + len(gone) - len(ours),
    )


def text_of(told: Explanation, zone: ZoneInfo) -> str:
    """For people, by their own clock."""
    paper = told.paper
    lines = [paper.title, f"{paper.key}, announced {paper.announced}", "", "Seen"]
    lines += [_seen_line(one, zone) for one in told.seen]
    lines += ["", "Feeds"]
    lines += [f"  {one['feed']}: {why(one)}" for one in told.feeds] or ["  none"]
    lines += [f"  not in {slug}: {reason}" for slug, reason in told.unchosen.items()]
    lines += ["", "Alerts that match it now"]
    lines += [line for one in told.alerts for line in _alert_lines(one)] or ["  none"]
    lines += ["", "Deliveries"]
    none = [] if told.more else ["  none: no alert matched it after its beginning"]
    lines += [_delivery_line(one, zone) for one in told.deliveries] or none
    if told.more:
        lines.append(f"  and {told.more} to destinations that are not in the configuration: paperround explain --all")
    return "\n".join(map(in_a_line, lines))


def _seen(row: Row) -> dict[str, Any]:
    note = " (filled in from the past: alerts nobody)" if row.past else ""
    return {"source": row.source, "first_seen": _written(row.first_seen), "announced": row.announced, "note": note}


def _seen_line(one: Mapping[str, Any], zone: ZoneInfo) -> str:
    return f"  {one['source']}: {local_of(one['first_seen'], zone)}, announced {one['announced']}{one['note']}"


def _feeds(
    config: Config, paper: Paper, slugs: Sequence[str], now: datetime, near: Near | None
) -> list[dict[str, Any]]:
    queries = {feed.slug: feed.query for feed in config.settings.feeds}
    matches = match(queries, [paper], now, near)
    return [{"feed": slug, **_found(matches, queries, slug, paper)} for slug in slugs if slug in queries]


def _unchosen(
    config: Config, paper: Paper, slugs: Sequence[str], waiting: Collection[str], now: datetime, near: Near | None
) -> dict[str, str]:
    cut = {feed.slug: feed.best for feed in config.settings.feeds if feed.best and feed.slug not in slugs}
    matches = match({feed.slug: feed.query for feed in config.settings.feeds if feed.slug in cut}, [paper], now, near)
    return {
        slug: f"its {one.period} is not decided yet" if slug in waiting else f"it is none of {one}"
        for slug, one in cut.items()
        if matches[slug]
    }


def _alerts(config: Config, paper: Paper, now: datetime, near: Near | None) -> list[tuple[Alert, dict[str, Any]]]:
    queries = {alert.name: alert.query for alert in config.settings.alerts}
    matches = match(queries, [paper], now, near)
    return [
        (alert, {"alert": alert.name, **_found(matches, queries, alert.name, paper)})
        for alert in config.settings.alerts
        if matches[alert.name]
    ]


def _found(matches: Matches[str], queries: Mapping[str, Query], name: str, paper: Paper) -> dict[str, Any]:
    terms = dict.fromkeys(one.term for one in matches.reasons(name, paper))
    return {"query": str(queries[name]), "terms": list(terms)}


def _unsent(connection: Connection, alert: Alert, paper_id: int, paper: Paper, rows: Sequence[Row]) -> dict[str, str]:
    """The alert's destinations for which it never called for the paper, and why."""
    called = [row for row in rows if any(hit.alert == alert.name for hit in overview.hits(connection, row.id))]
    ways = [*(row.destination_id for row in called), *(one.lane for one in went.lanes_of(connection, paper_id))]
    there = {name for lane in ways for name in lanes.names(connection, lane)}
    return {
        str(to): why_not(connection, (alert.name, str(alert.query), str(to)), paper_id, paper)
        for to in alert.to
        if str(to) not in there
    }


def _alert_lines(one: Mapping[str, Any]) -> list[str]:
    unsent = [f"    not to {headed(destination)} {why}" for destination, why in one["unsent"].items()]
    return [f"  {one['alert']}: {why(one)}", *unsent]


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


def _went(connection: Connection, config: Config, one: Went) -> dict[str, Any]:
    kept = config.settings.keep.deliveries
    told = f"what was sent is kept for {kept.days} days" if kept else "what was sent then was not kept"
    return {
        "destination": lanes.name(connection, one.lane),
        "state": SKIPPED if one.skipped else "sent",
        "enqueued": None,
        "due": None,
        "at": _written(one.at),
        "reference": None,
        "error": told,
        "alerts": [],
    }


def no_longer_kept(one: Pruned, zone: ZoneInfo) -> str:
    """What is still known of a paper that was pruned, in a sentence."""
    days = round((one.pruned - one.first_seen) / 86400)
    seen = local(instant(one.first_seen), zone)
    sent = f"it was sent to {counted(one.sent, 'destination')}" if one.sent else "it was sent nowhere"
    return f"{one.title}\n{one.key} was first seen {seen} and kept for {counted(days, 'day')} ([keep] papers); {sent}"


def _delivery_line(one: dict[str, Any], zone: ZoneInfo) -> str:
    when = f" at {local_of(one['at'], zone)}" if one["at"] else f", due {local_of(one['due'], zone)}"
    why = ", ".join(f"{hit['alert']} (matched {local_of(hit['matched'], zone)})" for hit in one["alerts"])
    line = f"  {headed(one['destination'])} {one['state']}{when}" + (f"; by {why}" if why else "")
    return line + (f"; {one['error']}" if one["error"] else "")


def _written(moment: float) -> str:
    return f"{instant(moment):%Y-%m-%d %H:%M:%S}Z"
