"""What a backtest found, on a terminal: the papers, a bar for each week, other spellings, and what it comes to."""

from collections.abc import Sequence

from bot.commands.drawn.papers import papers_table
from bot.rules.found import Found
from bot.terminal.screen import Piece, Screen
from bot.terminal.table import Column, Row, show
from feeds.weeks import Week

_BAR = 60
_BESIDE = 22
"""Cells that week and number take."""
_PAPERS = Column("Papers", right=True, alone="{} papers")


def backtest_page(
    screen: Screen, found: Sequence[Found], weeks: Sequence[Week], others: Sequence[tuple[str, str, int]], sentence: str
) -> None:
    """The whole page. `others`: what changes, the query spelled so, papers."""
    papers_table(screen, found)
    if weeks:
        most, room = max(week.papers for week in weeks), min(_BAR, max(screen.width - _BESIDE, 1))
        show(screen, [Column("Week of"), _PAPERS, Column("")], [_week(week, most, room) for week in weeks])
        screen.blank()
    if others:
        rows = [
            Row([f"{papers:,}", [Piece(query), Piece(f"  ({change})", "aside")]]) for change, query, papers in others
        ]
        show(screen, [_PAPERS, Column("Other spellings", flows=True)], rows)
        screen.blank()
    screen.say(sentence)


def _week(week: Week, most: int, room: int) -> Row:
    bar = "█" * round(room * week.papers / most) if most else ""
    return Row([str(week.monday), f"{week.papers:,}", [Piece(bar, "found")]])
