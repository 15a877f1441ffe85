"""`status`: every source and every destination, and whether something needs a person."""

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.commands.opening import CLOCK, configured, guarded, opened, show
from bot.rules.words import headed, in_a_line, local_of
from bot.store.outbox.standing import Lane
from bot.watch.status import SourceStatus, Status, unheard_line, written
from bot.watch.status import status as as_it_stands

if TYPE_CHECKING:
    from bot.terminal.screen import Screen

NAMED = 5
"""Of what could not be read, for people; `--json` has all."""


@guarded
def command(path: Path, *, verbose: bool, as_json: bool, everything: bool = False) -> int:
    """1 when something is stalled, failed or parked, or a destination of the file refuses us."""
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config, looks=True) as store:
        found = store.call(as_it_stands, config, CLOCK.now(), everything=everything)
    zone = config.settings.timezone

    def drawn(screen: "Screen") -> None:
        from bot.commands.drawn.standing import status_page

        status_page(screen, found, zone, NAMED)

    show(found.as_json(), text_of(found, zone), as_json=as_json, drawn=drawn)
    return 0 if found.well() else 1


def text_of(status: Status, zone: ZoneInfo) -> str:
    """For people, by their own clock."""
    lines = ["Sources"]
    lines += [line for one in status.sources for line in _source_lines(one, zone)] or ["  none configured"]
    lines += ["", "Destinations"]
    lines += [lane_line(lane, zone) for lane in status.destinations if lane.configured] or ["  none configured"]
    others = [lane_line(lane, zone) for lane in status.destinations if not lane.configured]
    lines += ["", "Not in the configuration", *others] if others else []
    lines += [f"  and {status.more} more in trouble: paperround status --all"] if status.more else []
    lines += ["", *(unheard_line(one, zone) for one in status.unheard)] if status.unheard else []
    return "\n".join(map(in_a_line, lines))


def _source_lines(one: SourceStatus, zone: ZoneInfo) -> list[str]:
    success, new = local_of(one.last_success, zone), local_of(one.last_new, zone)
    told = f"last success {success}, last new paper {new}"
    line = f"  {one.name} ({one.kind}): {one.state}; {told}" + (f"; {one.error}" if one.error else "")
    return [line, *_unread(one.unread)]


def _unread(found: list[str]) -> list[str]:
    """What could not be read, by name."""
    lines = [f"    could not be read: {one}" for one in found[:NAMED]]
    return [*lines, f"    and {len(found) - NAMED} more"] if len(found) > NAMED else lines


def lane_line(lane: Lane, zone: ZoneInfo) -> str:
    """One destination, for people."""
    counts = f"{lane.sent} sent, {lane.waiting} waiting, {lane.parked} parked"
    again = f"next try {local_of(written(lane.next_try), zone)}" if lane.next_try and lane.reason else ""
    return f"  {headed(lane.name)} " + "; ".join(filter(None, (lane.state, counts, lane.reason, again)))
