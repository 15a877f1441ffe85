"""Digest mails in a mailbox."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator

from bot.rules.health import Silence
from bot.rules.shapes import SecretPlace
from bot.sources.imap.account import Account
from bot.sources.kind import SourceKind, SourceTable, Surroundings
from bot.sources.source import Source, Unreadable


def _mailbox(value: str) -> str:
    Account.of(value)
    return value


class Imap(SourceTable):
    """A source of kind `imap`."""

    kind: Literal["imap"]
    url: Annotated[str, AfterValidator(_mailbox)]
    password_env: str | None = None
    password_file: str | None = None
    mark_read: bool = False


def _open(around: Surroundings, table: Imap) -> Source:
    from bot.sources.imap.source import ImapSource

    return ImapSource(table.name, table.url, around.secrets["password"], mark_read=table.mark_read)


async def _check(around: Surroundings, table: Imap) -> str:
    from bot.sources.imap.client import MailError
    from bot.sources.imap.source import ImapSource

    try:
        await ImapSource(table.name, table.url, around.secrets["password"]).check()
    except MailError as error:
        raise Unreadable(str(error), refused=error.refused) from None
    return "answers"


def _secrets(key: str, table: Imap) -> Sequence[SecretPlace]:
    return [SecretPlace.of(key, "password", table)]


def _only_looking(table: Imap) -> Imap:
    return table.model_copy(update={"mark_read": False})


KIND = SourceKind(
    "imap",
    Imap,
    timedelta(minutes=10),
    Silence.OWN_GAPS,
    _open,
    _check,
    gathers=True,
    secrets=_secrets,
    only_looking=_only_looking,
)
