"""Every source and every destination as they stand, and whether something needs a person."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.config.load import Config
from bot.rules.health import WINDOW, Record, Silence, longest_gap, state_of
from bot.rules.words import local_of
from bot.sources.registry import SOURCES
from bot.store import hearing
from bot.store.archive import sources
from bot.store.archive.codec import instant
from bot.store.engine import Row
from bot.store.hearing import Unheard
from bot.store.outbox.standing import Lane, standing


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source: its state, and when it last went well, gave something new, or failed."""

    name: str
    kind: str
    state: str
    last_success: str | None
    last_new: str | None
    last_failure: str | None
    error: str | None
    unread: list[str] = field(default_factory=list)
    """What could not be read, such as a mail, and is asked for again; the newest first."""


@dataclass(frozen=True, slots=True)
class Status:
    """All of it."""

    sources: list[SourceStatus]
    destinations: list[Lane]
    more: int = 0
    """Destinations in trouble that the file does not name, and that are not shown."""
    unheard: list[Unheard] = field(default_factory=list)
    """Platforms on which nobody is heard who asks; where `[chat]` is."""
    lasting: bool = False
    """Whether that does not seem to pass by itself."""

    def well(self) -> bool:
        """False when something is stalled, failed, parked or unheard, or a destination of the file refuses us."""
        bad = self.lasting or any(source.state in {"stalled", "failed"} for source in self.sources)
        return not bad and not any(lane.configured and lane.troubled() for lane in self.destinations)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        lanes = [
            {**asdict(lane), "last_sent": written(lane.last_sent), "next_try": written(lane.next_try)}
            for lane in self.destinations
        ]
        sources = [asdict(one) for one in self.sources]
        unheard = [{"platform": one.scheme, "reason": one.reason, "since": written(one.since)} for one in self.unheard]
        found = {"well": self.well(), "sources": sources, "destinations": lanes, "more": self.more}
        return {**found, "unheard": unheard} if unheard else found


def status(connection: Connection, config: Config, now: datetime, *, everything: bool = False) -> Status:
    """The configured sources and destinations, and other destinations that are in trouble, or all."""
    found = standing(connection, [str(one) for one in config.destinations], everything=everything)
    unheard = hearing.all_unheard(connection) if config.settings.chat else []
    lasting = any(now.timestamp() - one.since >= hearing.LASTING for one in unheard)
    return Status(sources_now(connection, config, now), found.lanes, found.more, unheard, lasting)


def sources_now(connection: Connection, config: Config, now: datetime) -> list[SourceStatus]:
    """The configured sources."""
    known = {row.name: row for row in sources.every(connection)}
    return [_source(connection, one.name, one.kind, known.get(one.name), now) for one in config.settings.sources]


def record_of(connection: Connection, kind: str, row: Row) -> Record:
    """What is remembered of a source, by which it is judged."""
    silence, gap = SOURCES[kind].silence, timedelta()
    if silence is not Silence.LISTS:
        gap = longest_gap(sources.days_with_papers(connection, row.name, WINDOW))
    read_at = instant(row.read_at) if row.read_at else None
    new_at = instant(row.new_at) if row.new_at else None
    return Record(silence, instant(row.first_seen), read_at, new_at, row.error, gap)


def _source(connection: Connection, name: str, kind: str, row: Row | None, now: datetime) -> SourceStatus:
    if row is None:
        return SourceStatus(name, kind, "quiet", None, None, None, None)
    state = state_of(record_of(connection, kind, row), now)
    unread = sources.troubles(connection, name)
    times = written(row.read_at), written(row.new_at), written(row.failed_at)
    return SourceStatus(name, kind, state, *times, row.error, unread)


def unheard_line(one: Unheard, zone: ZoneInfo) -> str:
    """Who asks by chat is not heard, for people."""
    return f"{one.scheme}: nobody is heard since {local_of(written(one.since), zone)}: {one.reason}"


def written(moment: float | None) -> str | None:
    """A moment for people and programs."""
    return f"{instant(moment):%Y-%m-%d %H:%M:%S}Z" if moment else None
