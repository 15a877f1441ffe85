"""`status`: every source and every destination, and whether something needs a person."""

from pathlib import Path

from bot.commands.opening import CLOCK, configured, guarded, opened, show
from bot.store.outbox.overview import Lane
from bot.watch.status import SourceStatus, Status
from bot.watch.status import status as as_it_stands


@guarded
def command(path: Path, *, verbose: bool, as_json: bool) -> int:
    """1 when something is stalled, failed or parked."""
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config, looks=True) as store:
        found = store.call(as_it_stands, config, CLOCK.now())
    show(found.as_json(), text_of(found), as_json=as_json)
    return 0 if found.well() else 1


def text_of(status: Status) -> str:
    """For people."""
    lines = ["Sources"]
    lines += [_source_line(one) for one in status.sources] or ["  none configured"]
    lines += ["", "Destinations"]
    lines += [_lane_line(lane) for lane in status.destinations] or ["  nothing enqueued yet"]
    return "\n".join(lines)


def _source_line(one: SourceStatus) -> str:
    told = f"last success {one.last_success or 'never'}, last new paper {one.last_new or 'never'}"
    return f"  {one.name} ({one.kind}): {one.state}; {told}" + (f"; {one.error}" if one.error else "")


def _lane_line(lane: Lane) -> str:
    counts = f"{lane.sent} sent, {lane.waiting} waiting, {lane.parked} parked"
    return f"  {lane.name}: {lane.state}; {counts}" + (f"; {lane.reason}" if lane.reason else "")
