"""A configuration that comes about: its answers, and the two files that they make. Pure."""

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any, Self

from bot.config.environment import NAME

TELEGRAM = "TELEGRAM_BOT_TOKEN"
SLACK = "SLACK_BOT_TOKEN"
SMTP = "SMTP_PASSWORD"
_NAMES = {"slack": ("#", r"[a-z0-9][a-z0-9_-]*"), "telegram": ("@", r"[A-Za-z]\w{3,31}")}
"""Platform -> what a chat's name begins with, and how the rest looks."""
_SLUG = 40
"""Characters: it becomes a file's name and an address."""


@dataclass(frozen=True, slots=True)
class From:
    """Where papers come from."""

    kind: str
    name: str
    keys: tuple[tuple[str, Any], ...]
    """Those of its table beside name and kind."""
    remark: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What was answered so far."""

    source: From | None = None
    query: str = ""
    to: tuple[str, ...] = ()
    telegram_api_url: str = ""
    slack_api_url: str = ""
    smtp: str = ""
    sender: str = ""
    """Whom mails are from."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Tokens by the name of their variable."""

    def but(self, **answers: Any) -> Self:
        """The same with other answers."""
        return replace(self, **answers)

    def with_secret(self, name: str, value: str) -> Self:
        """The same with a token."""
        return replace(self, secrets={**self.secrets, name: value})

    def text(self) -> str:
        """The configuration file."""
        platforms = [self._telegram(), self._slack(), self._email()]
        blocks = [_HEAD, self._source(), _PUBLISH, self._feed(), *platforms, self._alert(), _MORE]
        return "\n".join(filter(None, blocks))

    def environment(self) -> str:
        """The environment file."""
        return _ENVIRONMENT + "".join(f"{name}={value}\n" for name, value in self.secrets.items())

    def _source(self) -> str:
        if self.source is None:
            return ""
        lines = [("name", self.source.name), ("kind", self.source.kind), *self.source.keys]
        return f"# {self.source.remark}\n[[sources]]\n" + _lines(lines)

    def _feed(self) -> str:
        if not self.query:
            return ""
        slug = slug_of(self.query)
        return f"# public/feeds/{slug}.rss, .atom and .json\n[[feeds]]\n" + _lines(
            [("slug", slug), ("title", self.query), ("query", self.query)]
        )

    def _telegram(self) -> str:
        if TELEGRAM not in self.secrets:
            return ""
        return f"[telegram]\n{_of_environment('token_env', TELEGRAM)}" + _address(self.telegram_api_url)

    def _slack(self) -> str:
        if SLACK not in self.secrets:
            return ""
        return f"[slack]\n{_of_environment('token_env', SLACK)}" + _address(self.slack_api_url)

    def _email(self) -> str:
        if not self.smtp:
            return ""
        password = _of_environment("password_env", SMTP) if SMTP in self.secrets else ""
        return "[email]\n" + _lines([("smtp", self.smtp)]) + password + _lines([("from", self.sender)])

    def _alert(self) -> str:
        if not (self.query and self.to):
            return ""
        lines = [("name", slug_of(self.query)), ("query", self.query), ("to", list(self.to))]
        return "[[alerts]]\n" + _lines(lines) + _ALERT


def slug_of(query: str) -> str:
    """A name of a query that can be part of an address."""
    words = re.sub(r"[^a-z0-9]+", "-", query.lower())[:_SLUG].strip("-")
    return words or "papers"


def address_of(scheme: str, typed: str) -> str:
    """An address as it is typed: `papers` is Slack's #papers and Telegram's @papers, `slack:#papers` is #papers."""
    bare = typed.strip().removeprefix(f"{scheme}:")
    sign, name = _NAMES.get(scheme, ("", r"(?!)"))
    return f"{sign}{bare}" if re.fullmatch(name, bare) else bare


def _lines(keys: list[tuple[str, Any]]) -> str:
    """TOML, whose texts and lists of them are written as JSON's are, but for one control character."""
    return "".join(f"{key} = {_written(value)}\n" for key, value in keys)


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _of_environment(key: str, name: str) -> str:
    return f'{key} = "{name}"  # the name of a variable: the secret itself stands in {NAME}\n'


def _address(url: str) -> str:
    return _lines([("api_url", url)]) if url else ""


_HEAD = """\
# Paper Round's configuration, made by `paperround init`. Change what you like, then run `paperround check`.
# Every key with its meaning: config.example.toml in the source, or docs/. Paths start from this file's folder.
# Secrets never stand here.

# timezone = "Europe/Berlin"  # of daily and weekly times and quiet hours; else UTC
"""
_PUBLISH = """\
# A whole site with its feeds, for any web host
[publish]
directory = "public"
# base_url = "https://papers.example.org/"  # where readers will find it; feeds carry this address
"""
_ALERT = """\
# deliver = "daily 09:00"  # each (as they come) | batch | daily HH:MM | weekly mon HH:MM
# quiet = "22:00-07:00"    # held until the hours end
"""
_MORE = """\
# Pages with a search, served by `paperround run`
# [web]
# listen = "127.0.0.1:8000"

# The bot listens: people subscribe by /subscribe diffusion
# [chat]
# access = "members"
# members = ["telegram:777000"]
"""
_ENVIRONMENT = """\
# Secrets of Paper Round, for your eyes alone. Every command reads this file, which stands beside the configuration;
# a variable of the same name in the environment wins. systemd (EnvironmentFile=) and Docker (env_file:) read it too.
"""
