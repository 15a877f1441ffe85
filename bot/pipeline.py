r"""One round, top to bottom: collect, store with what it calls for, publish. Delivery is bot.deliver's.

source -> Digest -> Paper -> store -> match -> feeds on disk
                                         \-> outbox -> lanes
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from bot import edition, publish, site
from bot.channels import Channel, Kind, SendError
from bot.config import Config
from bot.destinations import Destination
from bot.publish import Change, Outcome
from bot.sources import Batch, Failed, Part, Source
from bot.store import Store, alerts, feeds, lanes, papers, published, served, sources
from bot.store.alerts import Calling
from bot.store.codec import instant
from bot.store.papers import Sighting
from bot.timing import due_at
from feeds.paper import Paper
from feeds.query import Query
from feeds.render import entry_id

log = logging.getLogger(__name__)

HOLD = 900.0
"""Seconds that a destination waits whose id could not be looked up; every round asks again."""


@dataclass(slots=True)
class Report:
    """What a round did, for people."""

    new: dict[str, int] = field(default_factory=dict)
    """Papers not seen before, by source."""
    updated: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, list[str]] = field(default_factory=dict)
    """Items of digests that could not be read, by source."""
    failed: dict[str, list[str]] = field(default_factory=dict)
    """What went wrong, by source; `publish` for files."""
    enqueued: int = 0
    files: list[str] = field(default_factory=list)


async def collect(config: Config, store: Store, due: Sequence[Source], now: datetime) -> Report:
    """Read sources at once, each on its own: a broken one never stops the others."""
    report = Report()
    await store.run(sources.register, [(one.name, one.kind) for one in config.settings.sources], now)
    report.enqueued += await store.run(_register, config, now)
    async with asyncio.TaskGroup() as group:
        for source in due:
            group.create_task(_read(config, store, source, now, report))
    return report


async def _read(config: Config, store: Store, source: Source, now: datetime, report: Report) -> None:
    known = await store.run(sources.parts, source.name)
    failures: list[Failed] = []
    async for outcome in _outcomes(store, source, known, now):
        if isinstance(outcome, Failed):
            log.warning("source %s: %s", source.name, _sentence(outcome))
            failures.append(outcome)
        else:
            await store.run(take_in, config, source, outcome, now, report)
    if failures:
        report.failed[source.name] = [_sentence(one) for one in failures]
        rest = max((one.retry_after for one in failures if one.retry_after), default=None)
        reason = "; ".join(report.failed[source.name][:3])
        await store.run(sources.failed, source.name, reason, now, now.timestamp() + rest if rest else None)
    else:
        await store.run(sources.read, source.name, now)


async def _outcomes(
    store: Store, source: Source, known: Mapping[str, Part], now: datetime
) -> AsyncIterator[Batch | Failed]:
    """What the source gives, unless it asked to be left alone until later (RFC 9110, Retry-After)."""
    rest = await store.run(sources.rest_until, source.name)
    if rest and rest > now.timestamp():
        yield Failed("", f"asked us to wait until {instant(rest):%Y-%m-%d %H:%M:%S} UTC", rest - now.timestamp())
        return
    async for outcome in source.collect(known, now):
        yield outcome


def take_in(
    connection: Connection,
    config: Config,
    source: Source,
    batch: Batch,
    now: datetime,
    report: Report,
    alerting: bool = True,  # noqa: FBT001, FBT002  (Store.run passes it on)
) -> None:
    """Papers, matches and what is due: all or nothing. Without `alerting`, nothing falls due."""
    base_url = config.settings.publish.base_url
    stored = []
    for paper in batch.digest.papers:
        if batch.fills_gap and papers.given_before(connection, source.name, paper):
            continue
        seen = Sighting(
            source.name,
            source.kind,
            paper,
            _day(paper, batch, now),
            past=batch.past,
            guid=batch.digest.guids.get(paper.id, ""),
            read_on=now.date() if batch.read_before else None,
        )
        stored.append(papers.add(connection, seen, now, lambda day, key: entry_id(base_url, day.year, key)))
    changed = {one.id: one.paper for one in stored if one.changed}
    feeds.follow(connection, feed_queries(config), changed, now)
    if alerting:
        report.enqueued += alerts.enqueue(connection, callings(connection, config, now), changed, now)
    new = sum(one.new for one in stored)
    if any(one.first_given for one in stored) and not batch.past:
        sources.gave_new(connection, source.name, now)
    part = Part(batch.part, batch.stamp, now)
    sources.read_part(connection, source.name, part, len(stored), len(batch.digest.skipped))
    report.new[source.name] = report.new.get(source.name, 0) + new
    report.updated[source.name] = report.updated.get(source.name, 0) + len(changed) - new
    for skip in batch.digest.skipped:
        log.warning("source %s: %s: skipped %s: %s", source.name, batch.part, skip.item, skip.reason)
        report.skipped.setdefault(source.name, []).append(f"{skip.item}: {skip.reason}")


def _day(paper: Paper, batch: Batch, now: datetime) -> date | None:
    """The day a source announced a paper: never in the future, whatever the source says."""
    day = paper.announced or batch.digest.day
    return min(day, now.date()) if day else None


def _register(connection: Connection, config: Config, now: datetime) -> int:
    """Begin what is new in the configuration: feeds filled, alerts given their head start."""
    feeds.register(connection, feed_queries(config), now)
    names = [source.name for source in config.settings.sources]
    return alerts.register(connection, callings(connection, config, now), names, now)


def feed_queries(config: Config) -> Mapping[str, Query]:
    """The query of each feed."""
    return {feed.slug: feed.query for feed in config.settings.feeds}


def callings(connection: Connection, config: Config, now: datetime) -> list[Calling]:
    """Every alert for every one of its destinations."""
    settings = config.settings
    lane_of = lanes.register(connection, destinations(config))
    worked = served.last(connection)
    return [
        Calling(
            alert=alert.name,
            query=alert.query,
            destination=str(destination),
            lane=lane_of[destination],
            head_start=alert.head_start if alert.head_start is not None else settings.head_start,
            mode=alert.deliver.mode,
            quiet=str(alert.quiet or ""),
            due_at=due_at(alert.deliver, alert.quiet, settings.timezone, now, worked).timestamp(),
        )
        for alert in settings.alerts
        for destination in alert.to
    ]


def destinations(config: Config) -> list[Destination]:
    """Every destination of the configuration, once: the alerts', then the operator's."""
    operator = config.settings.operator
    told = operator.to if operator else ()
    return list(dict.fromkeys([*(to for alert in config.settings.alerts for to in alert.to), *told]))


async def identify(config: Config, store: Store, channels: Mapping[str, Channel], now: datetime) -> None:
    """Ask the platforms which chats are spelled twice, so that two spellings are one destination.

    A chat whose id cannot be had now waits: sent to by both spellings, it would get a paper twice.
    """
    for named in await store.run(lanes.mixed, destinations(config)):
        try:
            address = await channels[named.scheme].resolve(named.address)
        except SendError as error:
            if error.kind is Kind.CLOSE:  # no such chat, or one that is not listed: its own send will tell
                continue
            reason = f"its id could not be looked up: {error.reason}"
            log.warning("%s waits: %s", named, reason)
            await store.run(lanes.hold, named, now.timestamp() + HOLD, reason)
        else:
            await store.run(lanes.identify, named, address)


async def publish_feeds(config: Config, store: Store, now: datetime) -> Outcome:
    """Write the files that changed, from the store and not from this round. Raises PublishError."""
    outcome = await renew(config, store, edition.changes(config, store, now))
    outcome.add(await renew(config, store, site.changes(config, store, now)))
    return outcome


async def renew(config: Config, store: Store, changes: AsyncIterator[Change]) -> Outcome:
    """Write what differs, remove what is no longer published, and remember both. Raises PublishError."""
    outcome = Outcome()
    async for change in changes:
        outcome.add(await asyncio.to_thread(publish.write, config.public, change.made))
        await asyncio.to_thread(publish.remove, config.public, change.gone)
        await store.run(published.replace, publish.notes(config.public, change, outcome), change.gone)
    return outcome


async def would_publish(config: Config, store: Store, now: datetime) -> list[str]:
    """The files that `publish_feeds` would write."""
    found: list[str] = []
    for changes in (edition.changes(config, store, now), site.changes(config, store, now)):
        async for change in changes:
            found += await asyncio.to_thread(publish.changed, config.public, change.made)
    return found


def _sentence(failure: Failed) -> str:
    return f"{failure.part}: {failure.reason}" if failure.part else failure.reason
