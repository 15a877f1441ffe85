"""Numbers of what papers' pages show: each change gives the paper one that none had before.

So what changed since any moment is found by its number, however large the archive is.
"""

from collections.abc import Iterable

from bot.store.engine import Door, driver
from bot.store.noted import count, noted

_LAST = "page numbers"


def new(connection: Door) -> int:
    """A number that no paper has had."""
    return count(connection, _LAST)


def last(connection: Door) -> int:
    """The newest one."""
    return int(noted(connection, _LAST) or 0)


def renew(connection: Door, ids: Iterable[int]) -> None:
    """The pages of these papers show something else from now on."""
    if rows := list(ids):
        number = new(connection)
        driver(connection).executemany("UPDATE paper SET page = ? WHERE id = ?", [(number, one) for one in rows])
