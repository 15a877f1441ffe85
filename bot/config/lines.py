"""A subscription as a line of an import: one JSON object, read and checked like a table of the file."""

import json
import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError

from bot.channels.registry import CHANNELS, parse_destination
from bot.config.mistakes import keys_of, problem_of
from bot.config.tables import Deliver, ParsedQuery, QuietHours, Settings, Together, Top, Zone
from bot.rules.destinations import Destination
from bot.rules.manners import TOGETHER, TOP
from bot.rules.nearest import did_you_mean
from bot.rules.shapes import Table, text
from bot.rules.timing import Rule


def _destination(value: object) -> Destination:
    return value if isinstance(value, Destination) else parse_destination(text(value))


class Line(Table):
    """One line; `to` and `query` name the subscription."""

    to: Annotated[Destination, BeforeValidator(_destination)]
    query: ParsedQuery
    deliver: Deliver = Rule("each")
    quiet: QuietHours = None
    timezone: Zone | None = None
    """None: the file's."""
    top: Top = TOP
    together: Together = TOGETHER
    silent: bool = False
    paused: bool = False


_KEYS = frozenset(Line.model_fields)
_UNREAD = re.compile("[\udc80-\udcff]")
"""A byte that is no UTF-8, as `surrogateescape` reads it."""


class LineError(ValueError):
    """A line that is no subscription; the text says what is wrong with it."""


def read_lines(contents: Iterable[str]) -> list[Line | LineError | None]:
    """Read each; nothing of an empty one."""
    return [_read(content) if content.strip() else None for content in contents]


def _read(content: str) -> Line | LineError:
    try:
        return read_line(content)
    except LineError as error:
        return error


def read_line(content: str) -> Line:
    """Read one line. Raises LineError."""
    if _UNREAD.search(content):
        raise LineError("is not in UTF-8")
    try:
        value: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise LineError(f"is no JSON ({error})") from None
    if not isinstance(value, dict):
        raise LineError("is no JSON object")
    if unknown := [key for key in value if key not in _KEYS]:
        raise LineError(f"{unknown[0]!r} is no key{did_you_mean(unknown[0], keys_of(Line))}")
    try:
        line = Line.model_validate(value)
    except ValidationError as error:
        fault = error.errors()[0]
        raise LineError(f"{fault['loc'][0]}: {problem_of(fault)}") from None
    return line


def lacks(line: Line, settings: Settings) -> str:
    """What the configuration lacks to send there; nothing if nothing."""
    kind = CHANNELS[line.to.scheme]
    return kind.lacks(line.to, settings.section(kind.section))
