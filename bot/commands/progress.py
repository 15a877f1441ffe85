"""A progress bar for a backfill, with an estimate of the time that is left.

Elsewhere than on a terminal it is one line, at the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bot.commands.filled import Progress as Shown
from bot.commands.filled import Tally


@contextmanager
def shown(name: str, stream: TextIO) -> Iterator[Shown]:
    """What to call after each day, while the block runs."""
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days, {task.fields[papers]} papers, {task.fields[failed]} failed"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        console=Console(file=stream),
    )
    with bar:
        task = bar.add_task(name, total=None, papers=0, failed=0)

        def show(tally: Tally, days: int) -> None:
            left = days - tally.before
            done = tally.days + len(tally.failed)
            bar.update(task, total=left, completed=done, papers=tally.papers, failed=len(tally.failed))

        yield show
