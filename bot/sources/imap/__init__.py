"""Digest mails in a mailbox."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from bot.rules.health import Silence
from bot.rules.shapes import AS_TUPLE, SecretPlace
from bot.rules.way_out import WayOut
from bot.sources.imap.account import Account
from bot.sources.kind import SourceKind, SourceTable, Surroundings
from bot.sources.source import Source, Unreadable

if TYPE_CHECKING:
    from bot.sources.imap.source import ImapSource, Token

PATIENCE = 240.0
"""Seconds: a token, then connecting, listing, and two commands for a mail, each at its deadline."""


def _mailbox(value: str) -> str:
    Account.of(value)
    return value


class Imap(SourceTable):
    """A source of kind `imap`: with a password, or with an access token of OAuth 2.0."""

    kind: Literal["imap"]
    url: Annotated[str, AfterValidator(_mailbox)]
    password_env: str | None = None
    password_file: str | None = None
    token_file: Annotated[str, Field(min_length=1)] | None = None
    token_command: Annotated[tuple[str, ...], AS_TUPLE, Field(min_length=1)] | None = None
    insecure: bool = False
    mark_read: bool = False

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        named = ("password_env", "password_file", "token_file", "token_command")
        given = [name for name in named if getattr(self, name) is not None]
        if self.has_token and len(given) > 1:
            raise ValueError(f"has {' and '.join(given)}; keep one of them")
        return self

    @property
    def has_token(self) -> bool:
        """Whether it logs in with a token."""
        return self.token_file is not None or self.token_command is not None


def _proxy_by(way: WayOut) -> Callable[[str], str | None]:
    """Address of a mailbox -> that of the SOCKS proxy by which it is reached, if any."""

    def proxy(address: str) -> str | None:
        parts = urlsplit(address)
        found = way.proxy_for_mail(parts.hostname or "", parts.port or 0)
        return found.url if found else None

    return proxy


def _open(around: Surroundings, table: Imap) -> "ImapSource":
    from bot.sources.imap.source import ImapSource

    secret, flags = _secret(around, table), {"mark_read": table.mark_read, "insecure": table.insecure}
    return ImapSource(table.name, table.url, secret, proxy=_proxy_by(around.way), **flags)


def _secret(around: Surroundings, table: Imap) -> "SecretStr | Token":
    from bot.sources.imap.token import TokenCommand, TokenFile

    if table.token_command is not None:
        return TokenCommand(table.token_command, around.folder)
    return TokenFile(around.folder / table.token_file) if table.token_file else around.secrets["password"]


async def _check(around: Surroundings, table: Imap) -> str:
    from bot.sources.imap.errors import MailError

    try:
        return await _open(around, table).check()
    except MailError as error:
        raise Unreadable(error.reason, refused=error.refused) from None


def _secrets(key: str, table: Imap) -> Sequence[SecretPlace]:
    """Its password's place. A token is read at each login: it is another one every hour."""
    return [] if table.has_token else [SecretPlace.of(key, "password", table)]


def _only_looking(table: Imap) -> Imap:
    return table.model_copy(update={"mark_read": False})


def _opened(around: Surroundings, table: Imap) -> Source:
    return _open(around, table)


KIND = SourceKind(
    "imap",
    Imap,
    timedelta(minutes=10),
    Silence.OWN_GAPS,
    _opened,
    _check,
    patience=PATIENCE,
    gathers=True,
    secrets=_secrets,
    only_looking=_only_looking,
)
