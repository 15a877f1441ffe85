"""Secrets, from the environment or a file. None of them prints."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import SecretStr

from bot.channels.registry import CHANNELS
from bot.config.mistakes import ConfigError
from bot.config.tables import Settings
from bot.rules.shapes import SecretPlace
from bot.sources.registry import SOURCES


def source_key(index: int) -> str:
    """A source's table, as people find it in the file."""
    return f"sources[{index}]"


def of_sources(settings: Settings) -> list[SecretPlace]:
    """Where the secrets of sources are."""
    tables = enumerate(settings.sources)
    return [place for index, one in tables for place in SOURCES[one.kind].secrets(source_key(index), one)]


def of_channels(settings: Settings) -> list[SecretPlace]:
    """Where the secrets of channels are."""
    used = {destination.scheme for alert in settings.alerts for destination in alert.to}
    used |= {destination.scheme for destination in settings.operator.to} if settings.operator else set()
    kinds = CHANNELS.values()
    return [place for kind in kinds for place in kind.secrets(settings.section(kind.section), kind.scheme in used)]


def read(places: Iterable[SecretPlace], folder: Path, environment: Mapping[str, str]) -> dict[str, SecretStr]:
    """The secrets, by the full name of their place. Raises ConfigError."""
    return {place.full_name: _read(place, folder, environment) for place in places}


def _read(place: SecretPlace, folder: Path, environment: Mapping[str, str]) -> SecretStr:
    if bool(place.env) == bool(place.file):
        words = f"name the secret's place: {place.name}_env or {place.name}_file, one of them"
        raise ConfigError(f"{place.full_name}_env", words)
    if place.env:
        key, value = f"{place.full_name}_env", _variable(place.env, f"{place.full_name}_env", environment)
    else:
        key, value = f"{place.full_name}_file", _file(folder, str(place.file), f"{place.full_name}_file")
    _check(place.name, value, key)
    return SecretStr(value)


def _variable(name: str, key: str, environment: Mapping[str, str]) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise ConfigError(key, "is no name of an environment variable; write the name, never the secret itself")
    value = environment.get(name, "").strip()
    if not value:
        raise ConfigError(key, f"the environment variable {name} is not set")
    return value


def _file(folder: Path, name: str, key: str) -> str:
    try:
        value = (folder / name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(key, f"{name} cannot be read") from None
    if not value:
        raise ConfigError(key, f"{name} is empty")
    return value


def _check(name: str, value: str, key: str) -> None:
    broken = r"[\r\n]" if name == "password" else r"\s"  # a password may be a sentence
    if re.search(broken, value) or (name == "url" and not value.startswith(("http://", "https://"))):
        what = "http(s) address" if name == "url" else f"{name}: there is white space in it"
        raise ConfigError(key, f"holds no {what}")
