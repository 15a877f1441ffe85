"""Rows by many numbers or names: so many at a time as every database takes in one statement."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.store.engine import Door, driver

AT_ONCE = 500


def among(connection: Door, statement: str, wanted: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """What a statement finds; `{}` stands in it for the marks of those that are wanted: `where id in ({})`."""
    raw = driver(connection)
    for start in range(0, len(wanted), AT_ONCE):
        few = wanted[start : start + AT_ONCE]
        yield from raw.execute(statement.format(marks_for(few)), few)


def marks_for(some: Sequence[Any]) -> str:
    """A mark for each, as `in (...)` wants them."""
    return ", ".join("?" * len(some))
