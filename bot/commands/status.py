"""`status`: every source and every destination, and whether something needs a person."""

from pathlib import Path

from bot.commands.opening import CLOCK, configured, guarded, opened, show
from bot.store.outbox.standing import Lane
from bot.watch.status import SourceStatus, Status, written
from bot.watch.status import status as as_it_stands


@guarded
def command(path: Path, *, verbose: bool, as_json: bool, everything: bool = False) -> int:
    """1 when something is stalled, failed or parked, or a destination of the file refuses us."""
    config = configured(path, verbose=verbose, secrets=False)
    with opened(config, looks=True) as store:
        found = store.call(as_it_stands, config, CLOCK.now(), everything=everything)
    show(found.as_json(), text_of(found), as_json=as_json)
    return 0 if found.well() else 1


def text_of(status: Status) -> str:
    """For people."""
    lines = ["Sources"]
    lines += [_source_line(one) for one in status.sources] or ["  none configured"]
    lines += ["", "Destinations"]
    lines += [lane_line(lane) for lane in status.destinations if lane.configured] or ["  none configured"]
    others = [lane_line(lane) for lane in status.destinations if not lane.configured]
    lines += ["", "Not in the configuration", *others] if others else []
    lines += [f"  and {status.more} more in trouble: paperround status --all"] if status.more else []
    return "\n".join(lines)


def _source_line(one: SourceStatus) -> str:
    told = f"last success {one.last_success or 'never'}, last new paper {one.last_new or 'never'}"
    return f"  {one.name} ({one.kind}): {one.state}; {told}" + (f"; {one.error}" if one.error else "")


def lane_line(lane: Lane) -> str:
    """One destination, for people."""
    counts = f"{lane.sent} sent, {lane.waiting} waiting, {lane.parked} parked"
    again = f"next try {written(lane.next_try)}" if lane.next_try and lane.reason else ""
    return f"  {lane.name}: " + "; ".join(filter(None, (lane.state, counts, lane.reason, again)))
