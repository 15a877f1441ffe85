"""What `check` finds, on a terminal: a row for each thing, as soon as it is known."""

from collections.abc import Iterable, Sequence
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.commands.drawn.standing import lanes as lanes_table
from bot.commands.page import Page
from bot.store.outbox.standing import Lane
from bot.terminal.screen import Piece, Screen
from bot.terminal.table import Column, Row, Table

_COLUMNS = (Column(""), Column("What"), Column("Name", gives=True), Column("What is said of it", flows=True))
_GOOD, _WRONG, _NOTE = Piece("ok", "good"), Piece("FAILED", "bad"), Piece("note", "warn")


class DrawnPage(Page):
    """The same on a screen. `things`: kind and name of all that will have a row."""

    def __init__(self, stream: TextIO, screen: Screen, things: Iterable[tuple[str, str]]) -> None:
        super().__init__(stream)
        self._screen = screen
        known = [Row(["FAILED", kind, name, ""]) for kind, name in things]
        self._table = Table(screen, _COLUMNS, known)
        self._table.head()
        self._kinds: dict[str, str] = {}

    def listed(self, kind: str, name: str, words: str) -> None:
        """A row; a source has its one when it has been looked at."""
        if kind == "source":
            self._kinds[name] = words
        else:
            self._row(Piece(""), kind, name, words)

    def good(self, kind: str, name: str, words: str) -> None:
        """A row."""
        self._row(_GOOD, kind, name, words)

    def wrong(self, kind: str, name: str, words: str) -> None:
        """A row."""
        self._row(_WRONG, kind, name, words)

    def note(self, words: str, lanes: Sequence[Lane], zone: ZoneInfo) -> None:
        """A row, and a table below it."""
        if not lanes:
            self._row(_NOTE, "", "", words)
            return
        self._screen.blank()
        self._screen.say(_NOTE, f": {words}")
        lanes_table(self._screen, "Destination", lanes, zone)
        self._screen.blank()

    def line(self, text: str) -> None:
        """Words of nothing."""
        look = {0: "good"}.get(self.worst, "bad") if text.startswith(("all well", "something")) else ""
        self._screen.say(Piece(text, look), hang=2)

    def _row(self, mark: Piece, kind: str, name: str, words: str) -> None:
        its = f"{self._kinds[name]}: " if kind == "source" else ""
        self._table.row(Row([[mark], kind, name, its + words]))
        self._screen.flush()
