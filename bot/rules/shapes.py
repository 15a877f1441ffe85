"""What tables of the configuration are made of: frozen, strict, and every value read into what it means."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.rules.passwords import without_password
from bot.rules.timing import parse_duration


class Table(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a table says that a secret is: in an environment variable or a file, one of them."""

    key: str
    """The table, as people find it: `slack.webhooks.lab`; empty: none, it stands at the top."""
    name: str
    """`token`, `url`, `password`, `secret`; the table has NAME_env and NAME_file."""
    env: str | None
    file: str | None
    is_web: bool = True
    """Of a `url`: whether it must be http(s)."""

    @classmethod
    def of(cls, key: str, name: str, table: BaseModel) -> "SecretPlace":
        """A table's own."""
        return cls(key, name, getattr(table, f"{name}_env"), getattr(table, f"{name}_file"))

    @property
    def full_name(self) -> str:
        """What a secret is asked for by."""
        return f"{self.key}.{self.name}" if self.key else self.name


def text(value: object) -> str:
    """A text. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")  # noqa: TRY004  (pydantic reports ValueError)
    return value


def _duration(value: object) -> timedelta:
    return value if isinstance(value, timedelta) else parse_duration(text(value))


def _span(value: object) -> timedelta | None:
    if value is None or isinstance(value, timedelta):
        return value
    written = text(value)
    if written == "forever":
        return None
    try:
        return parse_duration(written)
    except ValueError as error:
        raise ValueError(f'{error}, or "forever"') from None


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or re.search(r"\s", value):
        better = f"; write https://{value[:100]}" if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:[:/]\S*)?", value) else ""
        raise ValueError(f"{without_password(value)[:100]!r} is no http(s) address{better}")
    return value


def _without_slash(value: str) -> str:
    return value.rstrip("/")


def _slashed(value: str) -> str:
    return value + "/"


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004  (pydantic reports ValueError)
    return value


def _some_time(value: timedelta) -> timedelta:
    if value < timedelta(milliseconds=1):
        raise ValueError("must be longer than nothing")
    return value


def _list_as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Span = Annotated[timedelta | None, BeforeValidator(_span)]
"""How long something is kept; None: `forever`."""
Wait = Annotated[Duration, AfterValidator(_some_time)]
Address = Annotated[str, AfterValidator(_web_address)]
Url = Annotated[Address, AfterValidator(_without_slash)]
BaseUrl = Annotated[Url, AfterValidator(_slashed)]
Rate = Annotated[float, BeforeValidator(_number), Field(gt=0, strict=False, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
AS_TUPLE = BeforeValidator(_list_as_tuple)
"""A list of TOML becomes a tuple."""
