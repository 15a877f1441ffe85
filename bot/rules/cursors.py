"""A cursor: how far a program knows what a query matches, and what it was told. Pure.

It holds all that is needed to tell each paper once, so that nothing is kept of who asks.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

_WRITTEN = re.compile(
    r"1-([0-9a-f]{1,12})-([0-9a-f]{8})-([0-9a-f]{1,15})-([0-9a-f]{1,15})(?:-([0-9a-f]{8}))?((?:-[0-9a-f]{12})*)"
)
_LONGEST = 1_000
"""Papers that a cursor remembers one by one: those that came, went, and may come again."""

_PUT_BACK = "The archive was put back to an earlier state since this cursor was made: begin anew, without one."


class CursorError(Exception):
    """A text is no cursor, or one that is no longer good; in words."""

    def __init__(self, words: str, *, gone: bool = False) -> None:
        super().__init__(words)
        self.gone = gone
        """It was good once."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a chain of questions about one query stands."""

    made: int
    """Unix seconds."""
    query: str
    """A mark of the query."""
    start: int
    """The number of the last change when the chain began."""
    at: int
    """The same of now: what was asked is answered up to it."""
    told: tuple[str, ...] = ()
    """Marks of papers that were told, where neither start nor this number says so."""
    mark: str = ""
    """Of the change of this number, which a database that was put back gives to another one. Empty: unknown."""

    @classmethod
    def begun(cls, query: str, newest: int, now: datetime, mark: str = "") -> "Cursor":
        """Of who knows all that a query matches now."""
        return cls(int(now.timestamp()), mark_of(query, 4), newest, newest, mark=mark)

    def of(self, query: str) -> "Cursor":
        """The same for a query: with another one a chain begins."""
        mark = mark_of(query, 4)
        return self if mark == self.query else Cursor(self.made, mark, self.at, self.at, mark=self.mark)

    def moved(self, newest: int, told: Iterable[str], now: datetime, mark: str = "") -> "Cursor":
        """Of who was told all that came up to a number."""
        return replace(self, made=int(now.timestamp()), at=newest, told=tuple(told)[-_LONGEST:], mark=mark)

    def check(self, mark: str) -> None:
        """Hold it against the mark that its change has now; empty: it is no longer known. Raises CursorError."""
        if self.mark and mark and self.mark != mark:
            raise CursorError(_PUT_BACK, gone=True)

    def __str__(self) -> str:
        numbers = f"1-{self.made:x}-{self.query}-{self.start:x}-{self.at:x}"
        return "-".join((numbers, *filter(None, [self.mark]), *self.told))


def read_cursor(text: str, oldest: int, newest: int, now: datetime, good_for: timedelta) -> Cursor:
    """The cursor of a text. `oldest` is the first change that is known, `newest` the last. Raises CursorError."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise CursorError("This is no cursor: ask without one, and go on with what you are given.")
    made, start, at = int(found[1], 16), int(found[3], 16), int(found[4], 16)
    if now.timestamp() - made > good_for.total_seconds() or at + 1 < oldest:
        raise CursorError(f"This cursor is older than {good_for.days} days: begin anew, without one.", gone=True)
    if at > newest or start > at:
        raise CursorError("This cursor is of another archive: begin anew, without one.", gone=True)
    return Cursor(made, found[2], start, at, tuple(filter(None, found[6].split("-"))), found[5] or "")


def mark_of(text: str, size: int = 6) -> str:
    """A text as so many bytes in hexadecimal digits."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).hexdigest()
