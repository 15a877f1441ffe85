"""The shape of the configuration file: frozen, strict, every key of the contract. Reads no file and no environment."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from bot.rules.destinations import Destination, parse_destination
from bot.rules.nearest import did_you_mean
from bot.rules.timing import Quiet, Rule, parse_duration, parse_quiet, parse_rule
from bot.sources.imap.account import Account
from feeds.query import Query, QueryError, parse_query


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")  # noqa: TRY004  (pydantic reports ValueError)
    return value


def _duration(value: object) -> timedelta:
    return value if isinstance(value, timedelta) else parse_duration(_text(value))


def _query(value: object) -> Query:
    if isinstance(value, Query):
        return value
    try:
        return parse_query(_text(value))
    except QueryError as error:
        raise ValueError(f"{error.message} at character {error.position + 1} of {value!r}") from None


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    name = _text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone{did_you_mean(name, available_timezones())}") from None
    return ZoneInfo(name)


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or re.search(r"\s", value):
        raise ValueError(f"{value[:100]!r} is no http(s) address")
    return value


def _mailbox(value: str) -> str:
    Account.of(value)
    return value


def _without_slash(value: str) -> str:
    return value.rstrip("/")


def _category(value: str) -> str:
    if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?", value):
        raise ValueError(f"{value!r} is no arXiv category; write one like cs.CL, or an archive like math")
    return value


def _slashed(value: str) -> str:
    return value + "/"


def _destinations(value: object) -> tuple[Destination, ...]:
    texts = value if isinstance(value, list | tuple) else [value]
    if not texts:
        raise ValueError("names no destination; write at least one, like console:")
    found = (text if isinstance(text, Destination) else parse_destination(_text(text)) for text in texts)
    return tuple(dict.fromkeys(found))


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004  (pydantic reports ValueError)
    return value


def _some_time(value: timedelta) -> timedelta:
    if value < timedelta(milliseconds=1):
        raise ValueError("must be longer than nothing")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Address = Annotated[str, AfterValidator(_web_address)]
Url = Annotated[Address, AfterValidator(_without_slash)]
BaseUrl = Annotated[Url, AfterValidator(_slashed)]
ParsedQuery = Annotated[Query, BeforeValidator(_query)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Wait = Annotated[Duration, AfterValidator(_some_time)]
Rate = Annotated[float, BeforeValidator(_number), Field(gt=0, strict=False, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
MailboxUrl = Annotated[str, AfterValidator(_mailbox)]
Category = Annotated[str, AfterValidator(_category)]


def _table_as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class Secret(_Table):
    """A secret's place: `KEY_env` names an environment variable, `KEY_file` a file."""

    env: str | None = None
    file: str | None = None
    value: SecretStr | None = None


class Fetch(_Table):
    """`[fetch]`."""

    contact: str = ""


class _Source(_Table):
    name: Name
    schedule: str | None = None
    every: Duration | None = None

    @model_validator(mode="after")
    def _one_rhythm(self) -> Self:
        if self.schedule is not None and self.every is not None:
            raise ValueError("has schedule and every; keep one of them")
        if self.every is not None and self.every < timedelta(seconds=1):
            raise ValueError("every must be a second at least")
        return self


class HuggingFace(_Source):
    """A source of kind `huggingface`: the Daily Papers API."""

    kind: Literal["huggingface"]
    url: Url = "https://huggingface.co"
    lookback: Duration = timedelta(days=7)


class Arxiv(_Source):
    """A source of kind `arxiv`: its daily announcements, and its API for missed days."""

    kind: Literal["arxiv"]
    url: Url = "https://rss.arxiv.org"
    api_url: Url = "https://export.arxiv.org/api/query"
    categories: Annotated[tuple[Category, ...], BeforeValidator(_table_as_tuple), Field(min_length=1)]


class AnyFeed(_Source):
    """A source of kind `feed`: any RSS or Atom feed."""

    kind: Literal["feed"]
    url: Address


class Imap(_Source):
    """A source of kind `imap`: digest mails in a mailbox."""

    kind: Literal["imap"]
    url: MailboxUrl
    password_env: str | None = None
    password_file: str | None = None
    mark_read: bool = False


class Files(_Source):
    """A source of kind `files`: digests dropped in a folder."""

    kind: Literal["files"]
    path: str


class Publish(_Table):
    """`[publish]`."""

    directory: str = "public"
    base_url: BaseUrl = "http://localhost:8000/"
    formats: Annotated[
        tuple[Literal["rss", "atom", "json"], ...], BeforeValidator(_table_as_tuple), Field(min_length=1)
    ] = (
        "rss",
        "atom",
        "json",
    )
    entries: Annotated[int, Field(ge=1, le=1000)] = 100
    hub: Address | None = None


class Web(_Table):
    """`[web]`."""

    listen: Annotated[str, Field(pattern=r"^.+:\d{1,5}$")] = "127.0.0.1:8000"
    telegram_bot: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{0,32}$")] = ""
    searches_per_second: Rate = 10.0
    searches_at_once: Annotated[int, Field(ge=1)] = 1200


class Feed(_Table):
    """One of `[[feeds]]`."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
    title: str = ""
    query: ParsedQuery


class Telegram(_Table):
    """`[telegram]`."""

    token_env: str | None = None
    token_file: str | None = None
    api_url: Url = "https://api.telegram.org"
    per_second: Rate = 30.0
    chat_per_minute: Rate = 20.0
    look_up: Annotated[str, Field(pattern=r"^(@[A-Za-z][A-Za-z0-9_]{3,31}|-?[1-9][0-9]{0,19})$")] | None = None


class Webhook(_Table):
    """One of `[slack.webhooks]`."""

    url_env: str | None = None
    url_file: str | None = None


class Slack(_Table):
    """`[slack]`."""

    token_env: str | None = None
    token_file: str | None = None
    app_token_env: str | None = None
    app_token_file: str | None = None
    api_url: BaseUrl = "https://slack.com/api/"
    channel_per_second: Rate = 1.0
    webhooks: dict[str, Webhook] = Field(default_factory=dict)


class Email(_Table):
    """`[email]`: read, not used by this version."""

    smtp: str
    password_env: str | None = None
    password_file: str | None = None
    from_: str = Field(alias="from")


class Apprise(_Table):
    """One of `[apprise]`: read, not used by this version."""

    url_env: str | None = None
    url_file: str | None = None


class Delivery(_Table):
    """`[delivery]`."""

    timeout: Wait = timedelta(seconds=20)
    settle: Duration = timedelta(seconds=8)
    grace: Duration = timedelta(seconds=8)


class Operator(_Table):
    """`[operator]`: who is told of what goes wrong."""

    to: Annotated[tuple[Destination, ...], BeforeValidator(_destinations)]


class Alert(_Table):
    """One of `[[alerts]]`."""

    name: Name
    query: ParsedQuery
    to: Annotated[tuple[Destination, ...], BeforeValidator(_destinations)]
    deliver: Annotated[Rule, BeforeValidator(lambda v: v if isinstance(v, Rule) else parse_rule(_text(v)))] = Rule(
        "each"
    )
    quiet: Annotated[Quiet | None, BeforeValidator(lambda v: v if isinstance(v, Quiet) else parse_quiet(_text(v)))] = (
        None
    )
    head_start: Duration | None = None


Source = Annotated[HuggingFace | Arxiv | AnyFeed | Imap | Files, Field(discriminator="kind")]


class Settings(_Table):
    """The whole file."""

    timezone: Zone = ZoneInfo("UTC")
    database: str = "sqlite:///var/paperround.db"
    database_password_env: str | None = None
    database_password_file: str | None = None
    head_start: Duration = timedelta(days=1)
    fetch: Fetch = Fetch()
    sources: Annotated[tuple[Source, ...], BeforeValidator(_table_as_tuple)] = ()
    publish: Publish = Publish()
    web: Web = Web()
    feeds: Annotated[tuple[Feed, ...], BeforeValidator(_table_as_tuple)] = ()
    telegram: Telegram | None = None
    slack: Slack | None = None
    email: Email | None = None
    apprise: dict[str, Apprise] = Field(default_factory=dict)
    delivery: Delivery = Delivery()
    operator: Operator | None = None
    alerts: Annotated[tuple[Alert, ...], BeforeValidator(_table_as_tuple)] = ()


def tables(model: type[BaseModel]) -> dict[str, Any]:
    """The keys of a table as the file spells them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}
