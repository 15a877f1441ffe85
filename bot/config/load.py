"""From a TOML file to settings and secrets, or one line that says which key is wrong and what to write instead."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tomli
from pydantic import BaseModel, SecretStr, ValidationError

from bot.config import tables as shape
from bot.config.tables import Settings
from bot.rules.destinations import Destination
from bot.rules.nearest import did_you_mean
from bot.rules.rhythm import cron_trigger

_SOURCES: Mapping[str, type[BaseModel]] = {
    "huggingface": shape.HuggingFace,
    "arxiv": shape.Arxiv,
    "feed": shape.AnyFeed,
    "imap": shape.Imap,
    "files": shape.Files,
}

_TABLES: Mapping[str, type[BaseModel]] = {
    "": Settings,
    "fetch": shape.Fetch,
    "publish": shape.Publish,
    "web": shape.Web,
    "feeds": shape.Feed,
    "telegram": shape.Telegram,
    "slack": shape.Slack,
    "slack.webhooks.*": shape.Webhook,
    "email": shape.Email,
    "apprise.*": shape.Apprise,
    "delivery": shape.Delivery,
    "operator": shape.Operator,
    "alerts": shape.Alert,
}

_WRONG_TYPE = {
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "tuple_type": "must be a list in [ ]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "missing": "is missing",
}


class ConfigError(Exception):
    """A configuration that can't be used: the key at fault and what to do, in one line, without secrets."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}" if key else problem)
        self.key = key


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the environment or files gave; none of it prints."""

    telegram: SecretStr | None = None
    slack: SecretStr | None = None
    webhooks: Mapping[str, SecretStr] = field(default_factory=dict)
    mailboxes: Mapping[str, SecretStr] = field(default_factory=dict)
    """By source."""

    def values(self) -> tuple[str, ...]:
        """Every secret in clear, for the log's redaction alone."""
        found = [self.telegram, self.slack, *self.webhooks.values(), *self.mailboxes.values()]
        return tuple(secret.get_secret_value() for secret in found if secret)


@dataclass(frozen=True, slots=True)
class Config:
    """Settings that hold together, with the folder that relative paths start from."""

    settings: Settings
    folder: Path
    secrets: Secrets = Secrets()

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / self.settings.database.removeprefix("sqlite:///")

    @property
    def unused(self) -> list[str]:
        """Keys of the contract that are read but do nothing yet."""
        found = {
            "email": self.settings.email,
            "apprise": self.settings.apprise,
        }
        return [key for key, value in found.items() if value]

    @property
    def serves(self) -> bool:
        """Whether `run` has a web server beside it: the file has a table `[web]`."""
        return "web" in self.settings.model_fields_set

    @property
    def public(self) -> Path:
        """Where feeds are published."""
        return self.folder / self.settings.publish.directory


def load(path: Path, environment: Mapping[str, str] | None = None, *, platforms: bool = True) -> Config:
    """Read and check a configuration file. Raises ConfigError.

    With an environment, its secrets too: those of sources, and unless told otherwise those of platforms.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        table = tomli.loads(text)
    except FileNotFoundError:
        raise ConfigError(
            "", f"{path} does not exist; copy config.example.toml there, or name one with --config"
        ) from None
    except OSError as error:
        raise ConfigError("", f"{path} cannot be read: {error.strerror}") from None
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("", f"{path} is not TOML: {error}") from None
    _refuse_nul(table, "")
    settings = _settings(table)
    _check(settings)
    folder = path.resolve().parent
    if environment is None:
        return Config(settings, folder)
    mailboxes = _mailboxes(settings, folder, environment)
    secrets = _secrets(settings, folder, environment) if platforms else Secrets()
    return Config(settings, folder, replace(secrets, mailboxes=mailboxes))


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
        return Settings.model_validate(table)
    except ValidationError as error:
        # An unknown key first: where one is mistyped, another is missing.
        faults = sorted(error.errors(include_url=False), key=lambda fault: fault["type"] != "extra_forbidden")
        raise _explained(faults[0]) from None


def _explained(fault: Any) -> ConfigError:
    """A fault as pydantic tells it, in our words."""
    path = [step for step in fault["loc"] if step not in _SOURCES]
    key, kind = _dotted(path), fault["type"]
    if kind.startswith("union_tag"):
        return ConfigError(f"{key}.kind", _kind_problem(fault.get("ctx", {}).get("tag")))
    if kind == "extra_forbidden":
        names = _names(fault["loc"][:-1])
        return ConfigError(key, f"is no known key{did_you_mean(str(path[-1]), names) or _known(names)}")
    return ConfigError(key, _problem(kind, fault, str(path[-1]) if path else ""))


def _problem(kind: str, fault: Any, name: str) -> str:
    context = fault.get("ctx", {})
    if kind == "literal_error":
        value, choices = str(fault["input"]), re.findall(r"'([^']+)'", context["expected"])
        return f"{value!r} is not one of {_listed(choices)}{did_you_mean(value, choices)}"
    if kind == "string_pattern_mismatch":
        return f"{fault['input']!r} must look like {_PATTERNS.get(name, context['pattern'])}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "tuple_type" and isinstance(fault["input"], dict):
        return f"must be a list of tables: write [[{name}]]"
    told = str(fault["msg"])
    return _WRONG_TYPE.get(kind, told[0].lower() + told[1:])


_PATTERNS = {
    "slug": "small letters, digits and hyphens, 64 at most: streaming-models",
    "listen": "127.0.0.1:8000",
    "telegram_bot": "paper_round_bot",
}


def _kind_problem(kind: str | None) -> str:
    if kind is None:
        return f"is missing; this version has {_listed(_SOURCES)}"
    return f"{kind!r} is no kind of source{did_you_mean(kind, _SOURCES)}; write {_listed(_SOURCES)}"


def _names(loc: tuple[int | str, ...]) -> list[str]:
    kinds = [step for step in loc if step in _SOURCES]
    words = [str(step) for step in loc if isinstance(step, str) and step not in _SOURCES]
    if words and words[0] == "sources":
        return list(shape.tables(_SOURCES[str(kinds[0])]))
    table = _TABLES.get(".".join(words)) or _TABLES.get(".".join([*words[:-1], "*"]))
    return list(shape.tables(table)) if table else []


def _dotted(path: Iterable[int | str]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _listed(words: Iterable[str]) -> str:
    return " or ".join(words)


def _known(names: list[str]) -> str:
    return f"; known here: {', '.join(names)}" if names else ""


def _check(settings: Settings) -> None:
    _once_each("feeds", "slug", [feed.slug for feed in settings.feeds])
    _once_each("alerts", "name", [alert.name for alert in settings.alerts])
    _once_each("sources", "name", [source.name for source in settings.sources])
    for index, source in enumerate(settings.sources):
        if source.schedule is not None:
            try:
                cron_trigger(source.schedule, settings.timezone)
            except ValueError as error:
                raise ConfigError(f"sources[{index}].schedule", str(error)) from None
    for index, alert in enumerate(settings.alerts):
        for destination in alert.to:
            _check_destination(f"alerts[{index}].to", destination, settings)
    if settings.operator:
        for destination in settings.operator.to:
            _check_destination("operator.to", destination, settings)
    _check_database(settings.database)


def _once_each(table: str, key: str, values: list[str]) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            first = values.index(value)
            raise ConfigError(f"{table}[{index}].{key}", f"{value!r} is taken by {table}[{first}]; give each its own")


def _check_destination(key: str, destination: Destination, settings: Settings) -> None:
    section = getattr(settings, destination.scheme, True)
    if section is None:
        example = f'[{destination.scheme}] with token_env = "{destination.scheme.upper()}_BOT_TOKEN"'
        raise ConfigError(key, f"{destination} wants a table {example}")
    if destination.scheme == "slack-webhook":
        names = settings.slack.webhooks if settings.slack else {}
        if destination.address not in names:
            hint = did_you_mean(destination.address, names)
            raise ConfigError(key, f"{destination} wants a table [slack.webhooks.{destination.address}]{hint}")


def _check_database(url: str) -> None:
    if url.startswith("postgresql"):
        raise ConfigError(
            "database", "this version of Paper Round keeps its data in SQLite alone; write sqlite:///FILE"
        )
    if not url.startswith("sqlite:///") or url in {"sqlite:///", "sqlite:///:memory:"}:
        raise ConfigError("database", f"{url!r} is no database; write sqlite:///var/paperround.db")


def _secrets(settings: Settings, folder: Path, environment: Mapping[str, str]) -> Secrets:
    telegram, slack = settings.telegram, settings.slack
    schemes = {destination.scheme for alert in settings.alerts for destination in alert.to}
    schemes |= {destination.scheme for destination in settings.operator.to} if settings.operator else set()

    def read(key: str, table: BaseModel, name: str) -> SecretStr:
        return _secret(key, name, table, folder, environment)

    bot_token = slack is not None and ("slack" in schemes or bool(slack.token_env or slack.token_file))
    return Secrets(
        telegram=read("telegram", telegram, "token") if telegram else None,
        slack=read("slack", slack, "token") if slack and bot_token else None,
        webhooks={
            name: read(f"slack.webhooks.{name}", webhook, "url")
            for name, webhook in (slack.webhooks.items() if slack else ())
        },
    )


def _mailboxes(settings: Settings, folder: Path, environment: Mapping[str, str]) -> dict[str, SecretStr]:
    return {
        table.name: _secret(f"sources[{index}]", "password", table, folder, environment)
        for index, table in enumerate(settings.sources)
        if isinstance(table, shape.Imap)
    }


def _secret(key: str, name: str, table: BaseModel, folder: Path, environment: Mapping[str, str]) -> SecretStr:
    variable, file = getattr(table, f"{name}_env"), getattr(table, f"{name}_file")
    if bool(variable) == bool(file):
        raise ConfigError(f"{key}.{name}_env", f"name the secret's place: {name}_env or {name}_file, one of them")
    if variable:
        value, place = environment.get(variable, ""), f"{key}.{name}_env"
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable):
            raise ConfigError(place, "is no name of an environment variable; write the name, never the secret itself")
        if not value.strip():
            raise ConfigError(place, f"the environment variable {variable} is not set")
    else:
        place = f"{key}.{name}_file"
        try:
            value = (folder / file).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(place, f"{file} cannot be read") from None
        if not value.strip():
            raise ConfigError(place, f"{file} is empty")
    broken = r"[\r\n]" if name == "password" else r"\s"  # a password may be a sentence
    if re.search(broken, value.strip()) or (name == "url" and not value.strip().startswith(("http://", "https://"))):
        raise ConfigError(
            place, "holds no " + ("http(s) address" if name == "url" else f"{name}: there is white space in it")
        )
    return SecretStr(value.strip())
