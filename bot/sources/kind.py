"""What a kind of source is, in one place: its table, rhythm, secrets, opener, silent check, and when it is stalled."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import SecretStr, model_validator

from bot.rules.health import Silence
from bot.rules.shapes import Duration, Name, SecretPlace, Table
from bot.rules.way_out import STRAIGHT, WayOut
from bot.sources.source import Source

T = TypeVar("T")

PATIENCE = 120.0
"""Seconds: two fetches that take all the time they have, and the parsing."""


class SourceTable(Table):
    """What every table of `[[sources]]` has."""

    name: Name
    kind: str
    schedule: str | None = None
    every: Duration | None = None

    @model_validator(mode="after")
    def _one_rhythm(self) -> Self:
        if self.schedule is not None and self.every is not None:
            raise ValueError("has schedule and every; keep one of them")
        if self.every is not None and self.every < timedelta(seconds=1):
            raise ValueError("every must be a second at least")
        return self


def _not_state(_path: Path) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source is opened in, beside its own table."""

    folder: Path
    """Where relative paths start."""
    contact: str = ""
    """Of the operator, for the servers that are asked."""
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    """The table's own, by name: `password`."""
    is_state: Callable[[Path], bool] = _not_state
    """Whether a file is the program's own, and must not be opened."""
    way: WayOut = STRAIGHT
    """By which proxy servers are reached."""
    shared: dict[str, object] = field(default_factory=dict)
    """What several sources of one process share, such as a pace, by its name."""

    def share(self, name: str, make: Callable[[], T]) -> T:
        """The one of that name, made by who asks first."""
        return self.shared.setdefault(name, make())  # type: ignore[return-value]  # each name has one maker


def _as_it_is(table: Any) -> Any:
    return table


def _none(_key: str, _table: Any) -> Sequence[SecretPlace]:
    return ()


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind."""

    name: str
    table: type[SourceTable]
    rhythm: str | timedelta
    """Crontab or interval, where the table names none."""
    silence: Silence
    """How long it may give nothing new."""
    open: Callable[[Surroundings, Any], Source]
    """Surroundings and table -> the source."""
    check: Callable[[Surroundings, Any], Awaitable[str]]
    """Looks whether it answers, changing nothing: words for people. Raises Unreadable."""
    patience: float = PATIENCE
    """Seconds for which it may give nothing while it is read."""
    gathers: bool = False
    """Whether its digests are of many kinds: what one says of a paper corrects no other."""
    has_past: bool = False
    """Whether it can be asked for any day (bot.sources.source.PastSource)."""
    secrets: Callable[[str, Any], Sequence[SecretPlace]] = _none
    """Key of the table in the file, and the table -> its secrets' places."""
    only_looking: Callable[[Any], Any] = _as_it_is
    """The table, changed so that reading leaves no trace."""
