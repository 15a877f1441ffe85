"""From a TOML file to settings and secrets, or one line that says which key is wrong and what to write instead."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import tomli
from pydantic import SecretStr, ValidationError

from bot.channels.registry import CHANNELS
from bot.config import database as databases
from bot.config import environment as environments
from bot.config import secrets
from bot.config.mistakes import ConfigError, explained
from bot.config.tables import WHOLE, Settings
from bot.rules.destinations import Destination
from bot.rules.manners import Site
from bot.rules.rhythm import cron_trigger
from bot.rules.way_out import STRAIGHT, WayOut
from bot.store.database import Database, Server


@dataclass(frozen=True, slots=True)
class Config:
    """Settings that hold together, with the folder that relative paths start from."""

    settings: Settings
    folder: Path
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    """By the full name of their place: `telegram.token`."""
    way: WayOut = STRAIGHT
    """By which proxy servers are reached."""
    mark: str = ""
    """Another one when the file is another one; empty: it was not read from a file."""

    @property
    def database(self) -> Database:
        """A file of SQLite, or a server's."""
        return databases.database_at(self.settings.database, self.folder, self.secrets)

    @property
    def key_file(self) -> Path:
        """Where the installation's key is, which seals what is mailed: beside the database, or the configuration."""
        return databases.key_file(self.database, self.folder)

    def is_state(self, path: Path) -> bool:
        """Whether a file is the database, or one that SQLite or a lock keeps beside it.

        Nobody but SQLite may open these: closing one drops the locks of the whole process (bot.store.engine).
        """
        if isinstance(self.database, Server):
            return False
        database = self.database.resolve()
        return path.parent.resolve() == database.parent and path.name.startswith(database.name)

    @property
    def telegram_bot(self) -> str:
        """The bot that pages lead to, without the @; empty: none, or none that would answer."""
        answers = self.settings.chat is not None and self.settings.section("telegram")
        return self.settings.web.telegram_bot if answers else ""

    @property
    def serves(self) -> bool:
        """Whether `run` has a web server beside it: the file has a table `[web]`."""
        return "web" in self.settings.model_fields_set

    @property
    def site(self) -> Site | None:
        """Where readers find the site: where the file names its address."""
        publish = self.settings.publish
        return Site(publish.base_url, self.serves) if publish.names_its_address else None

    @property
    def has_doors(self) -> bool:
        """Whether readers of mails have pages that change and end what comes."""
        return self.serves and self.settings.section("email") is not None

    @property
    def wants_subscribers(self) -> bool:
        """Whether people are to subscribe by mail."""
        mail = self.settings.section("email")
        return mail is not None and mail.subscribe

    @property
    def subscribes(self) -> bool:
        """Whether people subscribe by mail on the site."""
        return self.serves and self.wants_subscribers

    @property
    def doors(self) -> str:
        """Where links in mails lead, with a slash at its end: never to where a request says that it came to."""
        publish = self.settings.publish
        return publish.base_url if publish.names_its_address else f"http://{self.settings.web.listen}/"

    @property
    def public(self) -> Path:
        """Where feeds are published."""
        return self.folder / self.settings.publish.directory

    @property
    def exposed(self) -> list[Path]:
        """Files of secrets and of state in the published folder, where a web host gives them to whoever asks."""
        database = self.database
        private = [self.folder / environments.NAME, self.key_file, *([database] if isinstance(database, Path) else [])]
        return [one for one in private if one.exists() and one.resolve().is_relative_to(self.public.resolve())]

    @property
    def destinations(self) -> list[Destination]:
        """Every destination, once: the alerts', then the operator's."""
        operator = self.settings.operator
        told = operator.to if operator else ()
        return list(dict.fromkeys([*(to for alert in self.settings.alerts for to in alert.to), *told]))

    def in_clear(self) -> tuple[str, ...]:
        """Every secret in clear, for the log's redaction alone."""
        return tuple(secret.get_secret_value() for secret in self.secrets.values())

    def secrets_of(self, key: str) -> dict[str, SecretStr]:
        """The secrets of one table, by name."""
        return {name.rpartition(".")[2]: one for name, one in self.secrets.items() if name.rpartition(".")[0] == key}


def load(
    path: Path, environment: Mapping[str, str] | None = None, *, secrets_too: bool = True, platforms: bool = True
) -> Config:
    """Read and check a configuration file. Raises ConfigError.

    With an environment, what it says of proxies, and its secrets: the database's, those of sources, and unless told
    otherwise those of platforms. A variable that it lacks may stand in the file beside (bot.config.environment).
    """
    return read(_content(path), path, environment, secrets_too=secrets_too, platforms=platforms)


def read(
    content: bytes,
    path: Path,
    environment: Mapping[str, str] | None = None,
    *,
    secrets_too: bool = True,
    platforms: bool = True,
) -> Config:
    """The same of what would stand in the file at `path`."""
    mark = hashlib.sha256(content).hexdigest()
    table = _toml(path, content)
    _refuse_nul(table, "")
    settings = _settings(table)
    _check(settings)
    folder = path.resolve().parent
    if environment is None:
        return Config(settings, folder, way=WayOut.of(settings.fetch.proxy, {}), mark=mark)
    around = environments.beside(folder, environment)
    way = WayOut.of(settings.fetch.proxy, around.variables)
    places = secrets.of_database(settings)
    if secrets_too:
        places += [*secrets.of_sources(settings)]
        places += [*secrets.of_channels(settings), *secrets.of_chat(settings)] if platforms else []
    return Config(settings, folder, secrets.read(places, folder, around), way, mark)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        told = f"{path} does not exist; paperround init makes one, or name yours with --config"
        raise ConfigError("", told) from None
    except OSError as error:
        raise ConfigError("", f"{path} cannot be read: {error.strerror}") from None


def _toml(path: Path, content: bytes) -> dict[str, Any]:
    try:
        return tomli.loads(content.decode("utf-8-sig"))
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("", f"{path} is not TOML: {error}") from None


def _refuse_nul(value: object, key: str) -> None:
    """No path, name or query can hold a NUL."""
    if isinstance(value, str) and "\0" in value:
        raise ConfigError(key, "holds a NUL character")
    if isinstance(value, dict):
        for name, one in value.items():
            _refuse_nul(one, f"{key}.{name}".lstrip("."))
    if isinstance(value, list):
        for place, one in enumerate(value):
            _refuse_nul(one, f"{key}[{place}]")


def _settings(table: dict[str, Any]) -> Settings:
    try:
        return WHOLE.model_validate(table)
    except ValidationError as error:
        raise explained(error) from None


def _check(settings: Settings) -> None:
    _once_each("feeds", "slug", [feed.slug for feed in settings.feeds])
    _once_each("alerts", "name", [alert.name for alert in settings.alerts])
    _once_each("libraries", "name", [library.name for library in settings.libraries])
    _once_each("sources", "name", [source.name for source in settings.sources])
    for index, source in enumerate(settings.sources):
        if source.schedule is not None:
            try:
                cron_trigger(source.schedule, settings.timezone)
            except ValueError as error:
                raise ConfigError(f"{secrets.source_key(index)}.schedule", str(error)) from None
    for index, alert in enumerate(settings.alerts):
        _check_destinations(f"alerts[{index}].to", alert.to, settings)
    if settings.operator:
        _check_destinations("operator.to", settings.operator.to, settings)
    _check_chat(settings)
    databases.check(settings.database)
    _check_keep(settings)
    if settings.publish.pictures and find_spec("PIL") is None:
        needed = 'needs Pillow, which is not installed: pip install "paperround[pictures]"'
        raise ConfigError("publish.pictures", needed)


def _once_each(table: str, key: str, values: list[str]) -> None:
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        if value in first:
            taken = f"{value!r} is taken by {table}[{first[value]}]; give each its own"
            raise ConfigError(f"{table}[{index}].{key}", taken)
        first[value] = index


def _check_destinations(key: str, destinations: tuple[Destination, ...], settings: Settings) -> None:
    for one in destinations:
        kind = CHANNELS[one.scheme]
        if lacking := kind.lacks(one, settings.section(kind.section)):
            raise ConfigError(key, lacking)


def _check_chat(settings: Settings) -> None:
    chat = settings.chat
    if chat is None:
        return
    slack = CHANNELS["slack"].hears(settings.section("slack"))
    if not slack and not settings.section("telegram"):
        word = 'app_token_env = "SLACK_APP_TOKEN" to [slack], or ' if settings.section("slack") else ""
        told = f'listens nowhere; add {word}a table [telegram] with token_env = "TELEGRAM_BOT_TOKEN"'
        raise ConfigError("chat", told)
    if any(place.name == "signing_secret" for place in slack) and "web" not in settings.model_fields_set:
        raise ConfigError("slack.signing_secret_env", "requests of Slack come to [web]: add it, or app_token_env")


SHORTEST_PAPERS = timedelta(days=90)
"""So long a source's rhythm is learnt from its papers (bot.rules.health)."""
SHORTEST_DELIVERIES = timedelta(days=8)
"""What a weekly digest, and what a parked delivery's week of tries, look back upon."""


def _check_keep(settings: Settings) -> None:
    keep = settings.keep
    if keep.deliveries is not None and keep.deliveries < SHORTEST_DELIVERIES:
        raise ConfigError("keep.deliveries", "is too short for what a weekly digest looks back upon; write at least 8d")
    if keep.papers is None:
        return
    needed = [(SHORTEST_PAPERS, "what a source's rhythm is learnt from")]
    needed += [
        (back, f"what {one.name} reads again (lookback)")
        for one in settings.sources
        if (back := getattr(one, "lookback", None))
    ]
    starts = [one.head_start for one in settings.alerts if one.head_start is not None]
    needed += [(start, "the head_start of an alert") for start in (settings.head_start, *starts)]
    least, why = max(needed, key=lambda one: one[0])
    if keep.papers < least:
        raise ConfigError("keep.papers", f'is shorter than {why}; write at least {_days(least)}d, or "forever"')
    if keep.deliveries is None or keep.papers < keep.deliveries:
        raise ConfigError("keep.papers", "is shorter than keep.deliveries, which need their papers; shorten those too")


def _days(span: timedelta) -> int:
    return math.ceil(span / timedelta(days=1))
