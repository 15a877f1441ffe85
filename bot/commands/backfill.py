"""`backfill`: fill the archive from a source's past, day by day. It alerts nobody and publishes nothing.

It works beside a process that collects: what it writes is short. Days that were read are remembered, apart from those
of the source's own rounds, so that it goes on where it was stopped.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.app import open_sources
from bot.commands.filled import Progress, Tally
from bot.commands.opening import CLOCK, configured, guarded, opened, show
from bot.config.load import Config
from bot.config.mistakes import ConfigError
from bot.intake import Reading, Report, pieces, take_in
from bot.process.clock import Clock
from bot.process.loop import run as to_its_end
from bot.rules.parts import Part
from bot.rules.words import counted, in_a_line
from bot.sources.source import Batch, Failed, PastSource, Source
from bot.store.archive import best, sources
from bot.store.engine import Store

WHOLE = "whole"
"""The stamp of a day that was read to its end."""
PAUSES = (1.0, 5.0)
"""Seconds before a server that is gone is asked again."""
LONGEST_WAIT = 300.0
"""Seconds that a server may ask us to wait; for longer, come back another time."""


@guarded
def command(path: Path, *, verbose: bool, source: str, days: tuple[date, date | None], as_json: bool) -> int:
    """1 when a day could not be read; the same command goes on with it."""
    from bot.commands.progress import shown

    config = configured(path, verbose=verbose, secrets=False)
    span = days[0], days[1] or CLOCK.now().date()
    with opened(config) as store, shown(source, sys.stderr) as progress:
        tally = to_its_end(backfill(config, store, CLOCK, source, span, progress))
    show(tally.as_json(), sentence(tally, source), as_json=as_json)
    return 0 if tally.well() else 1


async def backfill(
    config: Config, store: Store, clock: Clock, name: str, span: tuple[date, date], progress: Progress
) -> Tally:
    """Read a source's days of a span, both ends included, oldest first. Raises ConfigError for a wrong name or span."""
    async with open_sources(config, name) as opened:
        archive = _archive(config, name, opened)
        _check(span, clock.now())
        await store.run(sources.note, [(archive.name, archive.kind)], clock.now())
        done = await store.run(sources.parts, name)
        days = archive.past_days(*span)
        left = [day for day in days if not is_done(day, done, archive.settled)]
        tally = Tally(before=len(days) - len(left))
        progress(tally, len(days))
        late = False
        try:
            for day in left:
                await store.run(best.backfill_goes_on, clock.now())
                outcome = await _patiently(archive, day, clock)
                if isinstance(outcome, Failed) and (not outcome.part or (outcome.late and late)):
                    tally.stopped = ": ".join(filter(None, (outcome.part, outcome.reason)))
                    break
                late = isinstance(outcome, Failed) and outcome.late
                await _note(config, store, clock, archive, outcome, tally)
                progress(tally, len(days))
        finally:
            await store.run(best.backfill_goes_on, None)
    return tally


def part_of(day: date) -> str:
    """The part that remembers a day: no round of the source takes it for one of its own."""
    return f"past:{day}"


def is_done(day: date, parts: Mapping[str, Part], settled: timedelta) -> bool:
    """Whether an earlier backfill read a day to its end, and when it no longer changed."""
    part = parts.get(part_of(day))
    return part is not None and part.stamp == WHOLE and _is_final(day, part.read_at, settled)


def _is_final(day: date, moment: datetime, settled: timedelta) -> bool:
    return moment >= datetime.combine(day, time(), UTC) + settled


def sentence(tally: Tally, name: str) -> str:
    """What was done, for people."""
    lines = [f"{name}: {counted(tally.days, 'day')} read, {counted(tally.papers, 'paper')}, {tally.new} of them new"]
    lines += (
        [f"{counted(tally.before, 'day')} {'was' if tally.before == 1 else 'were'} read before"] if tally.before else []
    )
    lines += [f"{counted(len(tally.skipped), 'item')} could not be read"] if tally.skipped else []
    lines += [f"FAILED {day}: {reason}" for day, reason in tally.failed.items()]
    lines += [f"STOPPED {tally.stopped}"] if tally.stopped else []
    lines += [] if tally.well() else ["run it again: it goes on with what is left"]
    return "\n".join(map(in_a_line, lines))


def _archive(config: Config, name: str, opened: list[Source]) -> PastSource:
    names = [table.name for table in config.settings.sources]
    if not opened:
        raise ConfigError("", f"{name!r} is no source; the configuration has: {', '.join(names) or 'none'}")
    source = opened[0]
    if not isinstance(source, PastSource):
        raise ConfigError(
            "", f"{name} is of kind {source.kind}, which has no past to ask for; huggingface and arxiv do"
        )
    return source


def _check(span: tuple[date, date], now: datetime) -> None:
    since, until = span
    if since > until:
        raise ConfigError("--since", f"{since} is after {until}")
    if until > now.astimezone(UTC).date():
        raise ConfigError("--until", f"{until} is yet to come")


async def _patiently(archive: PastSource, day: date, clock: Clock) -> Batch | Failed:
    """A day's papers; where the server is gone, does not answer or asks us to wait, after a while."""
    for pause in PAUSES:
        outcome = await archive.read_past(day)
        if (
            isinstance(outcome, Batch)
            or (outcome.part and not outcome.late)
            or (outcome.retry_after or 0.0) > LONGEST_WAIT
        ):
            return outcome
        await clock.wait(max(pause, outcome.retry_after or 0.0), asyncio.Event())
    return await archive.read_past(day)


async def _note(
    config: Config, store: Store, clock: Clock, archive: PastSource, outcome: Batch | Failed, tally: Tally
) -> None:
    if isinstance(outcome, Failed):
        tally.failed[outcome.part] = outcome.reason
        return
    report, now = Report(), clock.now()
    # A paper of the source's own rounds may have got the votes that an alert waits for: that is theirs, while they read
    # its day. What is found here alone is marked as past, and never alerts.
    alerting = not _is_final(date.fromisoformat(outcome.part), now, archive.settled)
    part = part_of(date.fromisoformat(outcome.part))
    for piece in pieces(replace(outcome, part=part, stamp=WHOLE)):
        await store.run(take_in, config, Reading(archive, now, alerting), piece, now, report)
    tally.days += 1
    tally.papers += len(outcome.digest.papers)
    tally.new += sum(report.new.values())
    tally.skipped += [reason for reasons in report.skipped.values() for reason in reasons]
