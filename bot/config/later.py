"""Tables of the contract that this version reads and does not use: a file written for a later one goes on working."""

from bot.rules.shapes import Name, Table


class Library(Table):
    """One of `[[libraries]]`."""

    name: Name
    path: str
