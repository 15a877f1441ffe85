"""Sources and destinations as they stand, on a terminal: for `status` and `check`."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.rules.words import minute_of
from bot.store.outbox.standing import Lane
from bot.terminal.screen import Piece, Screen
from bot.terminal.table import Column, Row, show
from bot.watch.status import SourceStatus, Status, unheard_line, written

_LOOKS = {"ok": "good", "open": "good", "quiet": "", "stalled": "warn"}
"""Of states; every other one is a failure."""
_SOURCES = (
    Column("Source", gives=True),
    Column("Kind"),
    Column("State"),
    Column("Last success", alone="last success {}"),
    Column("Last new paper", alone="last new paper {}"),
)


def status_page(screen: Screen, status: Status, zone: ZoneInfo, named: int) -> None:
    """The whole page; of what could not be read, `named` of each source by name."""
    rows = [_source(one, zone, named) for one in status.sources]
    if rows:
        show(screen, _SOURCES, rows)
    else:
        screen.say("no source is configured")
    screen.blank()
    mine = [lane for lane in status.destinations if lane.configured]
    if mine:
        lanes(screen, "Destination", mine, zone)
    else:
        screen.say("no destination is configured")
    others(screen, [lane for lane in status.destinations if not lane.configured], status.more, zone, "status")
    for one in status.unheard:
        screen.blank()
        screen.say(Piece(unheard_line(one, zone), "bad"))
    screen.blank()
    screen.say(Piece(f"times: {zone.key}", "aside"))


def others(screen: Screen, found: Sequence[Lane], more: int, zone: ZoneInfo, command: str) -> None:
    """Destinations that the file does not name."""
    if found:
        screen.blank()
        lanes(screen, "Not in the configuration", found, zone)
    if more:
        screen.say(f"and {more} more in trouble: paperround {command} --all", indent=2)


def lanes(screen: Screen, heading: str, found: Sequence[Lane], zone: ZoneInfo) -> None:
    """Destinations below this heading."""
    numbers = [Column(name, right=True, alone=f"{{}} {name.lower()}") for name in ("Sent", "Waiting", "Parked")]
    columns = [Column(heading, gives=True), Column("State"), *numbers, Column("Last sent", alone="last sent {}")]
    show(screen, columns, [_lane(one, zone) for one in found])


def state(name: str) -> list[Piece]:
    """A state, in its colour."""
    return [Piece(name, _LOOKS.get(name, "bad"))]


def _source(one: SourceStatus, zone: ZoneInfo, named: int) -> Row:
    notes = [one.error] if one.error else []
    notes += [f"could not be read: {name}" for name in one.unread[:named]]
    notes += [f"and {len(one.unread) - named} more"] if len(one.unread) > named else []
    times = minute_of(one.last_success, zone), minute_of(one.last_new, zone)
    return Row([one.name, one.kind, state(one.state), *times], notes)


def _lane(one: Lane, zone: ZoneInfo) -> Row:
    counts = [f"{one.sent:,}", f"{one.waiting:,}", f"{one.parked:,}"]
    again = f"next try {minute_of(written(one.next_try), zone)}" if one.next_try and one.reason else ""
    notes = [note for note in (one.reason, again) if note]
    return Row([one.name, state(one.state), *counts, minute_of(written(one.last_sent), zone)], notes)
