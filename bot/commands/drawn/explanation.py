"""One paper's way through, on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.drawn.papers import title_of
from bot.commands.explained import Explanation, why
from bot.rules.words import headed, minute_of
from bot.terminal.screen import Piece, Screen
from bot.terminal.table import Column, Row, show
from feeds.paper import sentence_of

_LOOKS = {"sent": "good", "unsure": "warn", "parked": "bad", "uncalled": "aside", "skipped": "aside"}


def explanation_page(screen: Screen, told: Explanation, zone: ZoneInfo) -> None:
    """The whole page, by the clock of a zone."""
    paper = told.paper
    screen.say(title_of(paper)._replace(look="head"))
    screen.say(f"{paper.key}, announced {paper.announced}")
    sentence = sentence_of(paper)
    if sentence.text:
        screen.say(Piece(sentence.text + (" (by AI)" if sentence.by_ai else ""), "aside"))
    seen = [Column("Seen by", gives=True), Column("First seen", alone="first seen {}"), Column("Announced", flows=True)]
    _table(screen, seen, [_seen(one, zone) for one in told.seen], "seen by no source")
    found = [Row([one["feed"], why(one)]) for one in told.feeds]
    found += [Row([f"not in {slug}", reason]) for slug, reason in told.unchosen.items()]
    _table(screen, [Column("Feed", gives=True), Column("Found", flows=True)], found, "in no feed")
    alerts = [Row([one["alert"], why(one)], _unsent(one)) for one in told.alerts]
    _table(screen, [Column("Alert", gives=True), Column("Matches now", flows=True)], alerts, "no alert matches it now")
    columns = [
        Column("Destination", gives=True),
        Column("State"),
        Column("When"),
        Column("By", flows=True),
    ]
    none = "" if told.more else "no delivery: no alert matched it after its beginning"
    _table(screen, columns, [_delivery(one, zone) for one in told.deliveries], none)
    if told.more:
        screen.say(f"and {told.more} to destinations that are not in the configuration: paperround explain --all")
    screen.blank()
    screen.say(Piece(f"times: {zone.key}", "aside"))


def _table(screen: Screen, columns: Sequence[Column], rows: Sequence[Row], otherwise: str) -> None:
    screen.blank()
    if rows:
        show(screen, columns, rows)
    elif otherwise:
        screen.say(otherwise)


def _seen(one: Mapping[str, Any], zone: ZoneInfo) -> Row:
    return Row([one["source"], minute_of(one["first_seen"], zone), f"{one['announced']}{one['note']}"])


def _unsent(one: Mapping[str, Any]) -> list[str]:
    return [f"not to {headed(destination)} {reason}" for destination, reason in one["unsent"].items()]


def _delivery(one: Mapping[str, Any], zone: ZoneInfo) -> Row:
    state = Piece(one["state"], _LOOKS.get(one["state"], ""))
    when = minute_of(one["at"], zone) if one["at"] else f"due {minute_of(one['due'], zone)}"
    by = ", ".join(f"{hit['alert']} (matched {minute_of(hit['matched'], zone)})" for hit in one["alerts"])
    return Row([one["destination"], [state], when, by], [one["error"]] if one["error"] else [])
