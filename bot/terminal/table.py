"""The one style of tables: a bold heading, two blanks between columns, no lines; nothing cut, no word broken.

The last column may hold running text. A value that is too long for its column has a line of its own; where even the
narrowest columns do not fit, each row is told in words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.rules.words import in_a_line
from bot.terminal.screen import Piece, Screen, Words, lines_of, pieces, size

_GAP = 2
_RUNNING = 24
"""The fewest cells in which running text is still read well."""
_SHARE = 0.4
"""Of the screen, the most that names take from running text."""
_BELOW = 4
"""Cells from the left of what stands below its row."""
_DEEPER = 2
"""The same where rows are told in words."""
_BETWEEN = Piece(" · ", "aside")
_TALL = 3
"""Lines of running text that stand in their column, however much shorter they would be below their row."""


@dataclass(frozen=True, slots=True)
class Column:
    """What stands below each other."""

    heading: str
    right: bool = False
    """Numbers end together."""
    gives: bool = False
    """Names and keys: a few long ones take no room from the rest."""
    flows: bool = False
    """Running text: the last column alone."""
    alone: str = "{}"
    """How a value is told where there is no heading above it."""


class Row(NamedTuple):
    """A cell for each column, and what else is to be said of it, each in its own lines."""

    cells: Sequence[str | Words]
    notes: Sequence[str | Words] = ()


class Table:
    """Rows put on a screen one by one, as wide as `known` rows need."""

    def __init__(self, screen: Screen, columns: Sequence[Column], known: Iterable[Row]) -> None:
        self._screen = screen
        self._columns = columns
        self._widths = _fitted(columns, known, screen.width)

    def head(self) -> None:
        """The headings."""
        if self._widths is not None:
            self.row(Row([[Piece(column.heading, "head")] for column in self._columns]))

    def row(self, row: Row) -> None:
        """One row."""
        cells = list(map(_in_a_line, row.cells))
        notes = list(map(_in_a_line, row.notes))
        if self._widths is None:
            self._told(cells, notes)
        else:
            self._aligned(cells, notes, self._widths)

    def _aligned(self, cells: Sequence[Words], notes: Sequence[Words], widths: Sequence[int]) -> None:
        line, used, start = list[Piece](), 0, 0
        for column, cell, width in zip(self._columns, cells, widths, strict=True):
            if used and used > start - _GAP:  # the one before is too long
                self._screen.line(line)
                line, used = [], 0
            if column.flows:
                self._flowing(line, used, start, cell)
                break
            if start + size(cell) > self._screen.width:  # not even there
                self._finish(line)
                self._screen.say(*cell, indent=min(start, _BELOW))
                line, used, start = [], 0, start + width + _GAP
                continue
            room = max(width - size(cell), 0) if column.right else 0
            line += [Piece(" " * (start - used + room)), *cell]
            used = start + room + size(cell)
            start += width + _GAP
        else:
            self._finish(line)
            start = _BELOW
        for note in notes:
            self._noted(note, start)

    def _finish(self, line: Words) -> None:
        if line:
            self._screen.line(line)

    def _flowing(self, line: Words, used: int, start: int, cell: Words) -> None:
        """Running text beside its row, or below where that is much shorter."""
        lines = self._beside(cell, start)
        if not lines:
            self._finish(line)
            self._noted(cell, _BELOW)
            return
        self._screen.line([*line, Piece(" " * (start - used)), *lines[0]])
        for more in lines[1:]:
            self._screen.line([Piece(" " * start), *more])

    def _beside(self, cell: Words, start: int) -> list[list[Piece]]:
        """The lines of a text that begins so far from the left; none: it belongs below."""
        room, below = self._screen.width - start, self._screen.width - _BELOW
        lines = lines_of(cell, room)
        too_long = any(size(line) > room for line in lines)
        too_tall = len(lines) > _TALL and 2 * len(lines_of(cell, below)) <= len(lines)
        return [] if too_long or too_tall else lines

    def _noted(self, note: Words, start: int) -> None:
        beside = self._beside(note, start)
        for line in beside or lines_of(note, self._screen.width - _BELOW):
            self._screen.line([Piece(" " * (start if beside else _BELOW)), *line])

    def _told(self, cells: Sequence[Words], notes: Sequence[Words]) -> None:
        """A row in words: its values, each whole on its line where it can be; then running text and notes."""
        running = [cell for column, cell in zip(self._columns, cells, strict=True) if column.flows]
        line: list[Piece] = []
        indent = 0
        for value in self._values(cells):
            if line and indent + size([*line, _BETWEEN, *value]) > self._screen.width:
                self._screen.say(*line, indent=indent)
                line, indent = [], _DEEPER
            line += [_BETWEEN, *value] if line else value
        self._screen.say(*line, indent=indent)
        for text in (*running, *notes):
            if size(text):
                self._screen.say(*text, indent=_DEEPER)

    def _values(self, cells: Sequence[Words]) -> Iterator[list[Piece]]:
        for column, cell in zip(self._columns, cells, strict=True):
            if not column.flows and size(cell):
                before, after = column.alone.split("{}")
                yield [Piece(before), *cell, Piece(after)]


def show(screen: Screen, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """A whole table."""
    table = Table(screen, columns, rows)
    table.head()
    for row in rows:
        table.row(row)


def _in_a_line(cell: str | Words) -> list[Piece]:
    """No row has a line end of its own."""
    return [piece._replace(text=in_a_line(piece.text)) for piece in pieces([cell] if isinstance(cell, str) else cell)]


def _fitted(columns: Sequence[Column], known: Iterable[Row], width: int) -> list[int] | None:
    """The columns' widths; None: they do not fit."""
    sizes = [[len(column.heading)] for column in columns]
    for row in known:
        for cell, found in zip(row.cells, sizes, strict=True):
            found.append(size(_in_a_line(cell)))
    most = _SHARE * width if columns[-1].flows else width
    widths = [
        max((one for one in found if one <= most or not column.gives), default=len(column.heading))
        for column, found in zip(columns, sizes, strict=True)
    ]
    if columns[-1].flows:
        widths[-1] = min(widths[-1], _RUNNING)
    over = sum(widths) + _GAP * (len(widths) - 1) - width
    for number, column in enumerate(columns):
        if column.gives and over > 0:
            given = min(over, max(widths[number] - len(column.heading), 0))
            widths[number] -= given
            over -= given
    return widths if over <= 0 else None
