"""Every source and every destination as they stand, and whether something needs a person."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.config.load import Config
from bot.rules.health import WINDOW, Record, longest_gap, state_of
from bot.sources.registry import SOURCES
from bot.store.archive import sources
from bot.store.archive.codec import instant
from bot.store.engine import Row
from bot.store.outbox import overview
from bot.store.outbox.overview import Lane


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


@dataclass(frozen=True, slots=True)
class Status:
    """All of it."""

    sources: list[SourceStatus]
    destinations: list[Lane]

    def well(self) -> bool:
        """False when something is stalled, failed or parked."""
        bad = any(source.state in {"stalled", "failed"} for source in self.sources)
        return not bad and not any(lane.parked or lane.state != "open" for lane in self.destinations)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        lanes = [{**asdict(lane), "last_sent": _written(lane.last_sent)} for lane in self.destinations]
        return {"well": self.well(), "sources": [asdict(one) for one in self.sources], "destinations": lanes}


def status(connection: Connection, config: Config, now: datetime) -> Status:
    """The configured sources and every destination that has or had something to get."""
    return Status(sources_now(connection, config, now), overview.lanes_now(connection))


def sources_now(connection: Connection, config: Config, now: datetime) -> list[SourceStatus]:
    """The configured sources."""
    known = {row.name: row for row in sources.every(connection)}
    return [_source(connection, one.name, one.kind, known.get(one.name), now) for one in config.settings.sources]


def _source(connection: Connection, name: str, kind: str, row: Row | None, now: datetime) -> SourceStatus:
    if row is None:
        return SourceStatus(name, kind, "quiet", None, None, None, None)
    read_at = instant(row.read_at) if row.read_at else None
    new_at = instant(row.new_at) if row.new_at else None
    gap = longest_gap(sources.days_with_papers(connection, name, WINDOW))
    state = state_of(Record(SOURCES[kind].silence, instant(row.first_seen), read_at, new_at, row.error, gap), now)
    return SourceStatus(
        name, kind, state, _written(row.read_at), _written(row.new_at), _written(row.failed_at), row.error
    )


def _written(moment: float | None) -> str | None:
    return f"{instant(moment):%Y-%m-%d %H:%M:%S}Z" if moment else None
