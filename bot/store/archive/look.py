"""The database by its driver alone, for commands that answer at once and change nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from bot.store.archive import codec, paper_rows
from bot.store.database import Database
from bot.store.engine import Store, is_current
from bot.store.kind import Driver
from bot.store.kinds import kind_of
from feeds.paper import Paper


class Look:
    """The archive at one moment."""

    def __init__(self, raw: Driver) -> None:
        self.raw = raw

    def announced_since(self, day: date) -> list[Paper]:
        """The papers from a day on, oldest first."""
        return [codec.from_row(row) for row in paper_rows.announced_since(self.raw, day)]

    def announced_within(self, first: date, last: date) -> list[Paper]:
        """The papers from a day to another."""
        return [codec.from_row(row) for row in paper_rows.announced_within(self.raw, first, last)]

    def newest(self, until: date) -> date | None:
        """The newest day announced up to a day; None of an archive that has none."""
        return paper_rows.newest(self.raw, until)

    def ends(self) -> tuple[date, date] | None:
        """The first day announced that the archive has, and the newest; None of an empty one."""
        return paper_rows.ends(self.raw)


@contextmanager
def look(database: Database) -> Iterator[Look]:
    """The database as it stands at this moment; made, or brought up to date, if it is not. Raises StoreError."""
    kind = kind_of(database)
    if not is_current(database, kind.version_now()):
        Store(database, only_looks=True).close()
    with kind.explained(), kind.looking() as raw:
        yield Look(raw)
