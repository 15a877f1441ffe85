"""Tables of the contract that this version reads and does not use: a file written for a later one goes on working."""

from pydantic import Field

from bot.rules.shapes import Name, Table


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


class Library(Table):
    """One of `[[libraries]]`."""

    name: Name
    path: str
