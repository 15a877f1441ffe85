"""Secrets, from the environment or a file. None of them prints."""

import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import SecretStr

from bot.channels.registry import CHANNELS
from bot.config.environment import Environment
from bot.config.mistakes import ConfigError
from bot.config.tables import Settings
from bot.rules.shapes import SecretPlace
from bot.sources.registry import SOURCES

_SHAPES = {  # what no token of the kind looks like, and how one does
    "telegram.token": (
        r"""["'<>\\]|\Axox|\Axapp-|\A\d+:?\Z|\A\d+:.*[^\w-]""",
        "bot token: one looks like 123456789:AAE..., from @BotFather",
    ),
    "slack.app_token": (
        r"""\A(?!xapp-)""",
        "app token: one begins with xapp- (the app's page, Basic Information, App-Level Tokens)",
    ),
    "slack.token": (
        r"""["'<>\\]|\Axapp-|\A\d+:""",
        "bot token: one begins with xoxb- (the app's page, OAuth & Permissions)",
    ),
}


def source_key(index: int) -> str:
    """A source's table, as people find it in the file."""
    return f"sources[{index}]"


def of_sources(settings: Settings) -> list[SecretPlace]:
    """Where the secrets of sources are."""
    tables = enumerate(settings.sources)
    return [place for index, one in tables for place in SOURCES[one.kind].secrets(source_key(index), one)]


def of_database(settings: Settings) -> list[SecretPlace]:
    """Where the password of a server is: it may ask for none."""
    return password_of_a_server(settings) if is_server(settings.database) else []


def password_of_a_server(settings: Settings) -> list[SecretPlace]:
    """The same, whatever the file's database is."""
    place = SecretPlace.of("", "database_password", settings)
    return [place] if place.env or place.file else []


def is_server(database: str) -> bool:
    """Whether the database is PostgreSQL's."""
    return database.startswith("postgresql:")


def of_channels(settings: Settings) -> list[SecretPlace]:
    """Where the secrets of channels are."""
    used = {destination.scheme for alert in settings.alerts for destination in alert.to}
    used |= {destination.scheme for destination in settings.operator.to} if settings.operator else set()
    kinds = CHANNELS.values()
    return [place for kind in kinds for place in kind.secrets(settings.section(kind.section), kind.scheme in used)]


def of_chat(settings: Settings) -> list[SecretPlace]:
    """Where the code is by which people are let in, and what platforms are listened to by."""
    chat = settings.chat
    if chat is None:
        return []
    places = [place for kind in CHANNELS.values() for place in kind.hears(settings.section(kind.section))]
    return [*places, *([SecretPlace.of("chat", "invite", chat)] if chat.access == "invite" else [])]


def read(places: Iterable[SecretPlace], folder: Path, environment: Environment) -> dict[str, SecretStr]:
    """The secrets, by the full name of their place. Raises ConfigError."""
    return {place.full_name: _read(place, folder, environment) for place in places}


def _read(place: SecretPlace, folder: Path, environment: Environment) -> SecretStr:
    if bool(place.env) == bool(place.file):
        words = f"name the secret's place: {place.name}_env or {place.name}_file, one of them"
        raise ConfigError(f"{place.full_name}_env", words)
    if place.env:
        key, value = f"{place.full_name}_env", _variable(place.env, f"{place.full_name}_env", environment)
    else:
        key, value = f"{place.full_name}_file", _file(folder, str(place.file), f"{place.full_name}_file")
    value = _cleaned(place.name, value)
    _check(place, value, key)
    _check_shape(place.full_name, value, key)
    return SecretStr(value)


def _cleaned(name: str, value: str) -> str:
    """Without what tools put round a secret: a mark of byte order, quotes (docker --env-file), `bot` of an address.

    A password, and what signs, may have quotes of its own.
    """
    value = value.removeprefix("\ufeff").strip()
    if name in {"token", "app_token", "url"}:
        value = re.sub(r"""\A(["'])(.*)\1\Z""", r"\2", value).strip()
    return re.sub(r"\Abot(?=\d+:)", "", value, flags=re.IGNORECASE) if name == "token" else value


def _check_shape(place: str, value: str, key: str) -> None:
    """A token has a shape; one that has another is told before a platform refuses it, without being shown."""
    if place in _SHAPES and re.search(_SHAPES[place][0], value):
        raise ConfigError(key, f"holds no {_SHAPES[place][1]}")


def _variable(name: str, key: str, environment: Environment) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ConfigError(key, "is no name of an environment variable; write the name, never the secret itself")
    value = environment.variables.get(name, "").strip()
    if not value:
        why = f"; {environment.unread}" if environment.unread else ""
        raise ConfigError(key, f"the environment variable {name} is not set{why}")
    return value


def _file(folder: Path, name: str, key: str) -> str:
    try:
        value = (folder / name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(key, f"{name} cannot be read") from None
    if not value:
        raise ConfigError(key, f"{name} is empty")
    return value


def _check(place: SecretPlace, value: str, key: str) -> None:
    name = place.name
    broken = r"[\r\n]" if name.endswith("password") else r"\s"  # a password may be a sentence
    right = r"https?://" if place.is_web else r"[A-Za-z][\w+.-]*://."
    if re.search(broken, value) or (name == "url" and not re.match(right, value)):
        address = "http(s) address" if place.is_web else "address like ntfy://topic"
        what = address if name == "url" else f"{name}: there is white space in it"
        raise ConfigError(key, f"holds no {what}")
