"""Tables of the contract that this version reads and does not use: a file written for a later one goes on working."""

from bot.rules.shapes import Name, Table


class Apprise(Table):
    """One of `[apprise]`."""

    url_env: str | None = None
    url_file: str | None = None


class Library(Table):
    """One of `[[libraries]]`."""

    name: Name
    path: str
