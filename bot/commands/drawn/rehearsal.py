"""What `once --dry-run` would do, on a terminal."""

from collections.abc import Sequence

from bot.commands.drawn.papers import title_of
from bot.terminal.screen import Screen
from bot.terminal.table import Column, Row, show
from bot.terminal.told import told
from feeds.paper import Paper

_COLUMNS = (Column("Would be sent to", gives=True), Column("Paper", gives=True), Column("Title", flows=True))


def rehearsal_page(screen: Screen, would: Sequence[tuple[str, Paper | None]], rest: str) -> None:
    """A row for each destination and paper (None: a notice), then what else the round would do."""
    screen.blank()
    if would:
        show(screen, _COLUMNS, [_row(destination, paper) for destination, paper in would])
        screen.blank()
    told(screen, rest)


def _row(destination: str, paper: Paper | None) -> Row:
    if paper is None:
        return Row([destination, "", "a notice to the operator"])
    return Row([destination, paper.key, [title_of(paper)]])
