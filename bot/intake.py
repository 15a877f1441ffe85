"""Taking in what a source gave: papers with a mark that they are still to be called for, all or nothing."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from bot.channels.registry import rule_at
from bot.config.load import Config
from bot.rules.best import Best, decided_up_to
from bot.rules.parts import Part
from bot.rules.standing import Times
from bot.sources.registry import kind_gathers
from bot.sources.source import Batch, Failed, Source
from bot.store import corrections, happened
from bot.store.archive import best, feeds, papers, pictures, shown, sources
from bot.store.archive.papers import Sighting, Stored
from bot.store.engine import Store, StoreError
from bot.store.outbox import abandoned, lanes, moments, outcomes, served
from bot.store.retention import Kept
from bot.store.subscriptions import file, news, rows, waiting
from bot.store.subscriptions.rows import Subscription
from feeds.paper import Paper, Skipped
from feeds.query import Query
from feeds.render import entry_id

log = logging.getLogger(__name__)

PERIODS = 20
"""Of feeds of the best, decided in one transaction."""
CHUNK = 10
"""Papers in one transaction, some 30 ms (measured): a send beside it never waits long."""


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


def start(connection: Connection, config: Config, now: datetime) -> None:
    """Go on from where the last process ended, by the clock and the configuration of now."""
    went_back = moments.go_on(connection, now)
    abandoned.recover(connection, now, config.settings.delivery.settle.total_seconds())
    outcomes.resume(connection, now)
    keep_up(connection, config, now)
    if went_back:
        waiting.obey(connection, None, now)


def clock_set_back(connection: Connection, config: Config, seconds: float, now: datetime) -> None:
    """While we run, the clock was set back by so much: no wait outlasts its own reason."""
    moments.set_back(connection, seconds, now)
    keep_up(connection, config, now)
    waiting.obey(connection, None, now)
    served.mark(connection, now)


def begin(connection: Connection, config: Config, now: datetime) -> None:
    """Begin what is new in the configuration: sources, feeds filled, alerts given their head start."""
    sources.note(connection, [(one.name, one.kind) for one in config.settings.sources], now)
    feeds.fill(connection, feed_queries(config), now, feed_bests(config))
    keep_up(connection, config, now)


def keep_up(connection: Connection, config: Config, now: datetime) -> None:
    """Bring the file's subscriptions in line with it, and what waits for them; at no cost while it is as it was."""
    ahead = file.clock_was_ahead(connection, now)
    if not ahead and config.mark and rows.file_known(connection) == config.mark:
        return
    names = [source.name for source in config.settings.sources]
    touched = file.synchronise(connection, file_subscriptions(connection, config), names, now)
    waiting.obey(connection, touched, now)
    rows.know_file(connection, config.mark)


def file_subscriptions(connection: Connection, config: Config) -> list[Subscription]:
    """Every alert for every one of its destinations."""
    settings, lane_of = config.settings, lanes.of(connection, config.destinations)
    return [
        Subscription(
            destination=str(to),
            lane=lane_of[to],
            query=alert.query,
            times=Times(str(rule_at(to, alert.deliver)), str(alert.quiet or ""), settings.zone_of(alert).key),
            top=alert.top,
            together=alert.together,
            silent=alert.silent,
            name=alert.name,
            head_start=alert.head_start if alert.head_start is not None else settings.head_start,
        )
        for alert in settings.alerts
        for to in alert.to
    ]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a source."""

    source: Source
    began: datetime
    """With the round: within one, papers are ordered by the day announced, however late they come."""
    alerting: bool = True
    """Whether what it brings may fall due."""


async def take(store: Store, config: Config, reading: Reading, batch: Batch, now: datetime, report: Report) -> None:
    """Store a batch, in transactions so short that no send waits for them.

    A paper that cannot be stored is skipped and named, the others are taken.
    """
    for piece in pieces(batch):
        try:
            await store.run(take_in, config, reading, piece, now, report)
        except StoreError:
            raise
        except Exception:
            log.exception("source %s: %s: its papers are tried one by one", reading.source.name, batch.part)
            await _take_one_by_one(store, config, reading, piece, now, report)


async def _take_one_by_one(
    store: Store, config: Config, reading: Reading, piece: Batch, now: datetime, report: Report
) -> None:
    skipped = list(piece.digest.skipped)
    for paper in piece.digest.papers:
        alone = replace(piece, digest=replace(piece.digest, papers=(paper,), skipped=()), whole=False)
        try:
            await store.run(take_in, config, reading, alone, now, report)
        except StoreError:
            raise
        except Exception as error:
            log.exception("source %s: %s cannot be stored", reading.source.name, paper.id)
            skipped.append(Skipped(paper.id, f"it cannot be stored ({type(error).__name__})"))
    rest = replace(piece, digest=replace(piece.digest, papers=(), skipped=tuple(skipped)))
    await store.run(take_in, config, reading, rest, now, report)


def pieces(batch: Batch) -> Iterator[Batch]:
    """The batch in chunks, each for one transaction; only with the last does its part count as read."""
    papers_of = batch.digest.papers
    starts = range(0, len(papers_of), CHUNK) or range(1)
    for start in starts:
        last = start == starts[-1]
        some = papers_of[start : start + CHUNK]
        digest = replace(batch.digest, papers=some, skipped=batch.digest.skipped if last else ())
        yield replace(batch, digest=digest, whole=batch.whole and last)


def take_in(
    connection: Connection, config: Config, reading: Reading, batch: Batch, now: datetime, report: Report
) -> None:
    """Papers, with a mark that they are still to be called for: all or nothing."""
    source = reading.source
    stored = _stored(connection, config, source, batch, now)
    changed = [one for one in stored if one.changed]
    papers_of = {one.id: one.paper for one in changed}
    if reading.alerting:
        news.mark(connection, changed, source.name, reading.began)
    else:
        found = feeds.belong(feed_queries(config), papers_of, now)
        feeds.follow(connection, found, papers_of, feed_bests(config))
    if config.settings.publish.pictures:
        pictures.follow(connection, papers_of)
    if changed:
        shown.count_change(connection)
    if config.settings.chat and config.settings.chat.updates:
        corrections.restate(connection, [one.id for one in changed if not one.new])
    if given := sum(one.first_given for one in stored):
        happened.count(connection, happened.NEW, source.name, "", now, times=given)
    if given and not batch.past:
        sources.gave_new(connection, source.name, now)
    if batch.whole and batch.over:
        sources.forget_part(connection, source.name, batch.part)
    elif batch.whole:
        part = Part(batch.part, batch.stamp, now, batch.trouble)
        sources.read_part(connection, source.name, part, len(stored), len(batch.digest.skipped))
    _tell(report, source.name, batch, stored)


def _stored(connection: Connection, config: Config, source: Source, batch: Batch, now: datetime) -> list[Stored]:
    base_url = config.settings.publish.base_url
    stored = []
    for paper in batch.digest.papers:
        if batch.fills_gap and papers.given_before(connection, source.name, paper):
            continue
        day, gathers = _day(paper, batch, now), kind_gathers(source.kind)
        guid, read_on = batch.digest.guids.get(paper.id, ""), now.date() if batch.read_before else None
        seen = Sighting(source.name, source.kind, paper, day, batch.past, gathers, guid, read_on)
        one = papers.add_kept(connection, seen, now, lambda day, key: entry_id(base_url, day.year, key))
        if one is not None:
            stored.append(one)
    return stored


def _tell(report: Report, name: str, batch: Batch, stored: list[Stored]) -> None:
    new, changed = sum(one.new for one in stored), sum(one.changed for one in stored)
    report.new[name] = report.new.get(name, 0) + new
    report.updated[name] = report.updated.get(name, 0) + changed - new
    for skip in batch.digest.skipped:
        log.warning("source %s: %s: skipped %s: %s", name, batch.part, skip.item, skip.reason)
        report.skipped.setdefault(name, []).append(f"{skip.item}: {skip.reason}")


async def finish(store: Store, source: Source, failures: list[Failed], now: datetime, report: Report) -> None:
    """Note how the reading of a source went."""
    if not failures:
        await store.run(_read_well, source.name, now)
        return
    for one in failures:
        if one.stamp:
            part = Part(one.part, one.stamp, now, f"{one.part}: {one.reason}")
            await store.run(sources.read_part, source.name, part, 0, 1)
    report.failed[source.name] = [_sentence(one) for one in failures]
    rest = max((one.retry_after for one in failures if one.retry_after), default=None)
    reason = "; ".join(report.failed[source.name][:3])
    await store.run(_failed, source.name, reason, now, failures, rest)


def _read_well(connection: Connection, name: str, now: datetime) -> None:
    sources.read(connection, name, now)
    happened.count(connection, happened.FETCH, name, "ok", now)


def _failed(
    connection: Connection, name: str, reason: str, now: datetime, failures: list[Failed], rest: float | None
) -> None:
    sources.failed(connection, name, reason, now, now.timestamp() + rest if rest else None)
    how = happened.LIMITED if rest else "failed" if any(not one.part for one in failures) else "partly"
    happened.count(connection, happened.FETCH, name, how, now)


def round_over(connection: Connection, by: str, now: datetime, seconds: float) -> None:
    """A round is over, of `run` or `once`, and delivery was at work then."""
    served.mark(connection, now)
    happened.count(connection, happened.ROUND, "", by, now, total=seconds)


def _sentence(failure: Failed) -> str:
    return f"{failure.part}: {failure.reason}" if failure.part else failure.reason


def _day(paper: Paper, batch: Batch, now: datetime) -> date | None:
    """The day a source announced a paper: never in the future, whatever the source says."""
    day = paper.announced or batch.digest.day
    return min(day, now.date()) if day else None


def file_queries(config: Config) -> list[Query]:
    """Every query that stands in the file."""
    return [*(feed.query for feed in config.settings.feeds), *(alert.query for alert in config.settings.alerts)]


def feed_queries(config: Config) -> Mapping[str, Query]:
    """The query of each feed."""
    return {feed.slug: feed.query for feed in config.settings.feeds}


def feed_bests(config: Config) -> Mapping[str, Best]:
    """What feeds are cut down to, of those that are."""
    return {feed.slug: feed.best for feed in config.settings.feeds if feed.best}


def kept(config: Config) -> Kept:
    """For how long papers and deliveries are kept."""
    return Kept(config.settings.keep.papers, config.settings.keep.deliveries)


async def decide(store: Store, config: Config, now: datetime) -> None:
    """Decide what has ended for feeds of the best, some periods in a transaction."""
    if not (bests := feed_bests(config)):
        return
    periods = await store.run(best.ended, decided_up_to(config.settings.timezone, now), now)
    mine = [one for one in periods if one.slug in bests]
    for start in range(0, len(mine), PERIODS):
        await store.run(best.decide, mine[start : start + PERIODS], bests, now)
