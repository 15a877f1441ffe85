"""Plain results and failures on a screen: the same words, fitted, and in red where they say that something is wrong."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.terminal.cells import wrapped
from bot.terminal.screen import Piece, Screen, pieces, size
from feeds.query import QueryError

_HANG = 2
_FAULTS = 10
_WRONG = re.compile(r"(?:FAILED|PARKED|UNSENT|STOPPED)\b")
_ITEM = re.compile(r"\d+\. +")


def told(screen: Screen, text: str) -> None:
    """Each line of a text, as far from the left as it stands there."""
    for line in text.split("\n"):
        words = line.lstrip(" ")
        wrong = _WRONG.match(words)
        end = wrong.end() if wrong else 0
        item = _ITEM.match(words)
        hang = item.end() if item else _HANG
        screen.say(Piece(words[:end], "bad"), words[end:], indent=len(line) - len(words), hang=hang)


def complaint(screen: Screen, text: str) -> None:
    """A failure: first who says so."""
    first, *others = text.split("\n")
    screen.say(Piece("paperround:", "bad"), f" {first}", hang=_HANG)
    told(screen, "\n".join(others)) if others else None


def complaint_of(screen: Screen, error: QueryError) -> None:
    """All that is wrong with a query, each with a caret under its place."""
    for number, one in enumerate(error.mistakes[:_FAULTS]):
        complaint(screen, one.message) if number == 0 else told(screen, one.message)
        caret(screen, error.text, one.position)
    if (more := len(error.mistakes) - _FAULTS) > 0:
        told(screen, f"and {more} more")


def caret(screen: Screen, query: str, position: int) -> None:
    """The lines of a query round a fault at this offset, and a caret under it."""
    text = "".join(c if c.isprintable() else " " for c in query)
    spans = wrapped(text, screen.width - _HANG) or [(0, 0)]
    at = next((number for number, (_, end) in enumerate(spans) if position < end), len(spans) - 1)
    for number in range(max(at - 1, 0), min(at + 2, len(spans))):
        start, end = spans[number]
        screen.line([Piece(" " * _HANG + text[start:end])])
        if number == at:
            before = size([Piece(text[start : max(position, start)])])
            screen.line([Piece(" " * (_HANG + min(before, screen.width - _HANG - 1))), Piece("^", "bad")])


def event(screen: Screen, moment: datetime, words: Sequence[str | Piece]) -> None:
    """What happens now, behind the time by a local clock. The last of the words may have several lines."""
    time = f"{moment:%H:%M:%S}"
    *others, last = pieces(words)
    first, _, more = last.text.partition("\n")
    screen.say(Piece(time, "aside"), "  ", *others, last._replace(text=first), hang=len(time) + 2)
    if more:
        told(screen, more)
