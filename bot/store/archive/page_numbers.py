"""Numbers of what papers' pages show: each change gives the paper one that none had before.

So what changed since any moment is found by its number, however large the archive is.
"""

from collections.abc import Iterable

from bot.store.engine import Door, driver

_LAST = "page numbers"


def new(connection: Door) -> int:
    """A number that no paper has had."""
    ((number,),) = driver(connection).execute(_NEXT, (_LAST,)).fetchall()
    return int(number)


def last(connection: Door) -> int:
    """The newest one."""
    row = driver(connection).execute("SELECT value FROM meta WHERE name = ?", (_LAST,)).fetchone()
    return int(row[0]) if row else 0


def renew(connection: Door, ids: Iterable[int]) -> None:
    """The pages of these papers show something else from now on."""
    if rows := list(ids):
        number = new(connection)
        driver(connection).executemany("UPDATE paper SET page = ? WHERE id = ?", [(number, one) for one in rows])


_NEXT = """
INSERT INTO meta (name, value) VALUES (?, '1')
ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS VARCHAR)
RETURNING value
"""
