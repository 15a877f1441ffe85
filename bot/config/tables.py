"""The shape of the configuration file: every key of the contract. Reads no file and no environment.

The tables of sources and channels are their kinds' own (bot.sources.registry, bot.channels.registry).
"""

from datetime import timedelta
from functools import reduce
from ipaddress import IPv4Network, IPv6Network, ip_network
from operator import or_
from typing import Annotated, Any, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, create_model, model_validator

from bot.channels.registry import CHANNELS, parse_destination
from bot.rules.best import Best, Period
from bot.rules.destinations import Destination
from bot.rules.manners import TOGETHER, TOP
from bot.rules.nearest import did_you_mean
from bot.rules.shapes import AS_TUPLE, Address, BaseUrl, Duration, Name, Rate, Span, Table, Wait, text
from bot.rules.timing import Quiet, Rule, parse_quiet, parse_rule
from bot.rules.way_out import parse_proxy
from bot.sources.kind import SourceTable
from bot.sources.registry import SOURCES
from feeds.query import Query, QueryError, parse_query


class RefusedQueryError(ValueError):
    """A query that cannot be used. All of a file are told at once: an update may refuse what it took before."""


def _query(value: object) -> Query:
    if isinstance(value, Query):
        return value
    try:
        return parse_query(text(value))
    except QueryError as error:
        better = f"; write {error.suggestion!r}" if error.suggestion else ""
        raise RefusedQueryError(f"{error.message} at character {error.position + 1} of {value!r}{better}") from None


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    name = text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone{did_you_mean(name, available_timezones())}") from None
    return ZoneInfo(name)


def _destinations(value: object) -> tuple[Destination, ...]:
    texts = value if isinstance(value, list | tuple) else [value]
    if not texts:
        raise ValueError("names no destination; write at least one, like console:")
    found = (one if isinstance(one, Destination) else parse_destination(text(one)) for one in texts)
    return tuple(dict.fromkeys(found))


def _rule(value: object) -> Rule:
    return value if isinstance(value, Rule) else parse_rule(text(value))


def _top(value: int) -> int:
    if value < 0:
        raise ValueError(f"{value}: write how many papers of a digest are shown in full, like 10, or 0 for all of them")
    return value


def _together(value: int) -> int:
    if value < 0:
        raise ValueError(f"{value}: write how many papers at once still come one by one, like 8, or 0 for any number")
    return value


def _quiet(value: object) -> Quiet | None:
    """Empty: none."""
    if isinstance(value, Quiet) or value is None:
        return value
    hours = text(value)
    return parse_quiet(hours) if hours else None


def _port_of(value: str) -> str:
    port = int(value.rpartition(":")[2])
    if port > 65535:
        raise ValueError(f"{value!r}: there is no port {port}; write one up to 65535, like 127.0.0.1:8000")
    return value


def _proxy(value: str) -> str:
    if "@" in value:
        raise ValueError("holds a user or password; set HTTPS_PROXY and HTTP_PROXY in the environment instead")
    if value and "://" not in value:
        raise ValueError(f"write its kind too: http://{value} (http, https or socks5)")
    if value:
        parse_proxy(value, repr(value))
    return value


def _network(value: object) -> IPv4Network | IPv6Network:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    try:
        return ip_network(text(value).strip(), strict=False)
    except ValueError:
        raise ValueError(f"{value!r} is no address or network; write 127.0.0.1 or 172.16.0.0/12") from None


Network: TypeAlias = IPv4Network | IPv6Network
ParsedQuery = Annotated[Query, BeforeValidator(_query)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Deliver = Annotated[Rule, BeforeValidator(_rule)]
QuietHours = Annotated[Quiet | None, BeforeValidator(_quiet)]
_MOST = 10**9
"""What an integer of every database holds."""
Top = Annotated[int, Field(le=_MOST), AfterValidator(_top)]
Together = Annotated[int, Field(le=_MOST), AfterValidator(_together)]
Count = Annotated[int, Field(ge=1, le=_MOST)]
Person = Annotated[str, Field(pattern=r"^(telegram:-?[1-9][0-9]{0,19}|slack:[A-Z][A-Z0-9]{1,30})$")]
People = Annotated[tuple[Person, ...], AS_TUPLE]
Destinations = Annotated[tuple[Destination, ...], BeforeValidator(_destinations)]


class Fetch(Table):
    """`[fetch]`."""

    contact: str = ""
    proxy: Annotated[str, AfterValidator(_proxy)] = ""


class Publish(Table):
    """`[publish]`."""

    directory: str = "public"
    base_url: BaseUrl = "http://localhost:8000/"
    """Left out, this is what files say; what is served names the address that it was asked at."""
    formats: Annotated[tuple[Literal["rss", "atom", "json"], ...], AS_TUPLE, Field(min_length=1)] = (
        "rss",
        "atom",
        "json",
    )
    entries: Annotated[int, Field(ge=1, le=1000)] = 100
    hub: Address | None = None
    pictures: bool = False

    @property
    def names_its_address(self) -> bool:
        """Whether the file says where the site is."""
        return "base_url" in self.model_fields_set


class Web(Table):
    """`[web]`."""

    listen: Annotated[str, Field(pattern=r"^[^\s/]+:[0-9]{1,5}$"), AfterValidator(_port_of)] = "127.0.0.1:8000"
    trusted_proxies: Annotated[tuple[Annotated[Network, BeforeValidator(_network)], ...], AS_TUPLE] = (
        IPv4Network("127.0.0.1"),
    )
    telegram_bot: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{0,32}$")] = ""
    searches_per_second: Rate = 10.0
    searches_at_once: Annotated[int, Field(ge=1)] = 1200


class Feed(Table):
    """One of `[[feeds]]`."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
    title: str = ""
    query: ParsedQuery
    top: Annotated[int, Field(ge=1, le=1000)] | None = None
    period: Period | None = None

    @property
    def best(self) -> Best | None:
        """What it is cut down to, if it is."""
        return Best(self.top, self.period or "day") if self.top else None

    @model_validator(mode="after")
    def _period_of_a_top(self) -> Self:
        if self.period and not self.top:
            raise ValueError("has a period and no top; write top = 10 beside it")
        return self


class Delivery(Table):
    """`[delivery]`."""

    timeout: Wait = timedelta(seconds=20)
    settle: Duration = timedelta(seconds=8)
    grace: Duration = timedelta(seconds=8)


class Log(Table):
    """`[log]`."""

    format: Literal["text", "json"] = "text"


class Library(Table):
    """One of `[[libraries]]`."""

    name: Name
    path: str


class Keep(Table):
    """`[keep]`: for how long; None: for ever."""

    papers: Span = None
    deliveries: Span = timedelta(days=90)


class Operator(Table):
    """`[operator]`: who is told of what goes wrong."""

    to: Destinations


class Chat(Table):
    """`[chat]`: who may ask, and how much."""

    access: Literal["members", "open", "invite"] = "members"
    members: People = ()
    admins: People = ()
    invite_env: str | None = None
    invite_file: str | None = None
    per_chat: Count = 20
    per_minute: Count = 10
    updates: bool = True
    topics: bool = False
    """Whether a subscription in a private chat gets a topic of its own, where the bot has some."""


class Alert(Table):
    """One of `[[alerts]]`."""

    name: Name
    query: ParsedQuery
    to: Destinations
    deliver: Deliver = Rule("each")
    quiet: QuietHours = None
    timezone: Zone | None = None
    """None: the file's."""
    head_start: Duration | None = None
    top: Top = TOP
    silent: bool = False
    together: Together = TOGETHER


class Settings(Table):
    """The whole file, but for the channels' own tables."""

    timezone: Zone = ZoneInfo("UTC")
    database: str = "sqlite:///var/paperround.db"
    database_password_env: str | None = None
    database_password_file: str | None = None
    head_start: Duration = timedelta(days=1)
    fetch: Fetch = Fetch()
    sources: tuple[SourceTable, ...] = ()
    publish: Publish = Publish()
    web: Web = Web()
    feeds: Annotated[tuple[Feed, ...], AS_TUPLE] = ()
    delivery: Delivery = Delivery()
    log: Log = Log()
    chat: Chat | None = None
    libraries: Annotated[tuple[Library, ...], AS_TUPLE] = ()
    keep: Keep = Keep()
    operator: Operator | None = None
    alerts: Annotated[tuple[Alert, ...], AS_TUPLE] = ()

    def zone_of(self, alert: Alert) -> ZoneInfo:
        """By which clock an alert's times and quiet hours go."""
        return alert.timezone or self.timezone

    def section(self, name: str) -> Any:
        """A channel's own table; None where it has none."""
        return getattr(self, name, None)


def _whole() -> type[Settings]:
    """With the tables of every kind of source and channel."""
    kinds: Any = reduce(or_, (kind.table for kind in SOURCES.values()))
    source = Annotated[kinds, Field(discriminator="kind")]
    sections = {kind.section: kind.table for kind in CHANNELS.values() if kind.section}
    fields: dict[str, Any] = {name: (table, _absent(table)) for name, table in sections.items()}
    fields["sources"] = (Annotated[tuple[source, ...], AS_TUPLE], ())
    return create_model("Settings", __base__=Settings, **fields)


def _absent(table: Any) -> Any:
    return Field(default_factory=dict) if getattr(table, "__origin__", None) is dict else None


WHOLE = _whole()
"""What a file is read into."""
