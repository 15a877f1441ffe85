"""A progress bar for a backfill, with an estimate of the time that is left.

Elsewhere than on a terminal it is one line, at the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from bot.commands.filled import Progress as Shown
from bot.commands.filled import Tally

_BESIDE = 66
"""Cells that all but the name and most of the bar take."""


@contextmanager
def shown(name: str, stream: TextIO) -> Iterator[Shown]:
    """What to call after each day, while the block runs."""
    console = Console(file=stream)
    narrow = console.is_terminal and console.width < _BESIDE + cell_len(name)
    bar = Progress(*([_Narrow()] if narrow else _wide()), console=console)
    task = bar.add_task(name, total=None, papers=0, failed=0)

    def show(tally: Tally, days: int) -> None:
        left = days - tally.before
        done = tally.days + len(tally.failed)
        bar.update(task, total=left, completed=done, papers=tally.papers, failed=len(tally.failed))
        bar.start()  # not before: what is wrong with the call is told without a bar

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()


def _wide() -> list[ProgressColumn]:
    return [
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days, {task.fields[papers]} papers, {task.fields[failed]} failed"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    ]


class _Narrow(ProgressColumn):
    """The same without a bar, in two lines."""

    def render(self, task: Task) -> Text:
        """What is done, and how long the rest takes."""
        total = "?" if task.total is None else f"{task.total:.0f}"
        left = timedelta(seconds=int(task.time_remaining)) if task.time_remaining is not None else "-:--:--"
        papers, failed = task.fields["papers"], task.fields["failed"]
        return Text(
            f"{task.description} {task.completed:.0f}/{total} days, {papers} papers\n{failed} failed, left: {left}"
        )
