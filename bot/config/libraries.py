"""`[[libraries]]`: each file as it is when somebody looks."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config.load import Config
from bot.store.archive.near import Near
from bot.store.archive.own_papers import Libraries, Library
from feeds.paper import Paper

if TYPE_CHECKING:
    from feeds.library import Library as Entries

LARGEST = 100_000_000
"""Bytes of a file that is read."""


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """One of them."""

    path: Path

    def __call__(self) -> Library:
        """As it is now."""
        try:
            found = self.path.stat()
        except OSError:
            return Library("", self.papers)
        return Library(f"{found.st_mtime_ns} {found.st_size}", self.papers)

    def papers(self) -> Sequence[Paper]:
        """Raises ValueError: it cannot be read, or is no library."""
        return self.read().papers

    def read(self) -> "Entries":
        """The same, and what could not be understood. Raises ValueError."""
        if self.path.exists() and not self.path.is_file():  # whoever opens a pipe waits for its other end
            raise ValueError(f"{self.path} is no file")
        try:
            with self.path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise ValueError(f"{self.path} cannot be read: {error.strerror}") from None
        if len(data) > LARGEST:
            raise ValueError(f"{self.path} is larger than {LARGEST // 1_000_000} MB")
        from feeds.library import read_library  # noqa: PLC0415  (most have no library)

        logging.getLogger("bibtexparser").setLevel(logging.ERROR)  # it tells of each block
        return read_library(data)


def libraries_of(config: Config) -> Libraries:
    """By name."""
    return {one.name: LibraryFile(config.folder / one.path) for one in config.settings.libraries}


def near_of(config: Config, *, waits: bool = False) -> Near:
    """What is near, for the configuration's database and libraries (bot.store.archive.near)."""
    return Near(config.database, libraries_of(config), waits=waits)
