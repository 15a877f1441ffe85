"""Tables of the contract that this version reads and does not use: a file written for a later one goes on working."""

from typing import Annotated, Literal

from pydantic import Field

from bot.rules.shapes import AS_TUPLE, Name, Table

Texts = Annotated[tuple[str, ...], AS_TUPLE]
Count = Annotated[int, Field(ge=1)]


class Email(Table):
    """`[email]`."""

    smtp: str
    password_env: str | None = None
    password_file: str | None = None
    from_: str = Field(alias="from")
    subscribe: bool = False
    dkim_selector: str | None = None


class Apprise(Table):
    """One of `[apprise]`."""

    url_env: str | None = None
    url_file: str | None = None


class Chat(Table):
    """`[chat]`."""

    access: Literal["members", "open", "invite"] = "members"
    members: Texts = ()
    admins: Texts = ()
    invite_env: str | None = None
    invite_file: str | None = None
    per_chat: Count = 20
    per_minute: Count = 10
    updates: bool = True


class Library(Table):
    """One of `[[libraries]]`."""

    name: Name
    path: str
