"""Statements as SQLite spells them, put in PostgreSQL's words on their way to psycopg."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.string import StrDumperUnknown

from bot.store.kind import NOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.store.kind import Cursor


class Spelling(psycopg.Connection[tuple[Any, ...]]):
    """A connection that takes statements as they are written for SQLite's driver (bot.store.kind.Driver)."""

    is_used = False
    """Whether a transaction was begun."""
    life = number = ""
    """The server's, since it was started; and that of the transaction begun last, if it is one that writes."""

    def execute(self, statement: str, values: Any = (), /) -> Cursor:  # type: ignore[override]
        """Do one; a cursor of what it found or changed."""
        text, is_numbered = spelled(statement)
        return self.cursor().execute(text, _by_number(values) if is_numbered else values)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Do one for each of these rows; what only inserts them does so at once, with its triggers."""
        cursor = self.cursor()
        if of_rows := inserting(statement):
            text, names = of_rows
            return cursor.execute(text, (_as_json(names, rows),))
        cursor.executemany(spelled(statement)[0], rows)
        return cursor

    def begin(self, statements: str) -> None:
        """Begin a transaction by these."""
        cursor = self.tell(statements)
        while cursor.nextset():
            pass
        self.is_used = True
        self.number = str(cursor.fetchall()[0][0]) if cursor.description else ""

    def rollback(self) -> None:
        """Undo what was begun. Where that cannot be said, the server does so by itself: the connection is given up."""
        try:
            super().rollback()
        except psycopg.OperationalError:
            self.close()

    def tell(self, statements: str) -> psycopg.Cursor[tuple[Any, ...]]:
        """Do several at once, as they stand."""
        return self.cursor().execute(statements, prepare=False)


class Text(StrDumperUnknown):
    """PostgreSQL's text holds no NUL, which SQLite's does."""

    def dump(self, obj: str) -> Any:
        """It becomes what stands for a character that cannot be shown."""
        return super().dump(_shown(obj) if "\0" in obj else obj)


@lru_cache(4096)
def spelled(statement: str) -> tuple[str, bool]:
    """A statement as psycopg wants it, and whether its values go by number or name."""
    text = statement.replace("%", "%%")
    for ours, theirs in _OTHERWISE:
        text = ours.sub(theirs, text)
    named = _NUMBERED.sub(r"%(\1)s", _NAMED.sub(r"%(\1)s", text))
    return named.replace("?", "%s"), named != text


@lru_cache(256)
def inserting(statement: str) -> tuple[str, Sequence[str]] | None:
    """A statement that inserts a row of values, as one that takes them all as JSON; and the names of the values.

    A third of the time of so many statements, for which triggers run each time, and as quick as a COPY into a table
    beside it, from which rows that are there already would be left out (measured).
    """
    if (found := _INSERT.fullmatch(statement)) is None:
        return None
    table, columns, conflict = found.groups(default="")
    rows = f"json_populate_recordset(null::{table}, %s)"
    text = f"insert into {table} ({columns}) select {columns} from {rows} {conflict}"  # noqa: S608  (our own words)
    return text, columns.split(", ")


def _as_json(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    found = [dict(zip(names, row, strict=True)) for row in rows]
    text = json.dumps(found)
    if r"\u0000" in text:
        clean = [{name: _shown(value) for name, value in row.items()} for row in found]
        text = json.dumps(clean)
    return text


def _shown(value: Any) -> Any:
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


_INSERT = re.compile(
    r"\s*insert into (\w+) \(([\w, ]+)\)\s+values \((?:\?, )*\?\)\s*(on conflict (?:\([\w, ]+\) )?do nothing)?\s*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\?(\d+)")
_NAMED = re.compile(r"(?<![:\w'])[:]([a-z]\w*)")
_OTHERWISE = (
    (re.compile(r" indexed by \w+", re.IGNORECASE), ""),
    (re.compile(r"\bcross join (\w+) on\b", re.IGNORECASE), r"join \1 on"),  # SQLite's word for: in this order
    (re.compile(re.escape(NOW)), "extract(epoch from clock_timestamp())::float8"),
    (re.compile(r"json_extract\(([\w.]+), '\$\.(\w+)\.(\w+)'\)"), r"(\1::json #>> '{\2,\3}')"),
    (re.compile(r"json_extract\(([\w.]+), '\$\.(\w+)'\)"), r"(\1::json ->> '\2')"),
)
"""What SQLite has other words for."""


def _by_number(values: Any) -> Any:
    return values if isinstance(values, dict) else {str(number): one for number, one in enumerate(values, 1)}
