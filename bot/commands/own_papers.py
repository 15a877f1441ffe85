"""What `check` says of libraries and of papers that queries compare with."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.config.libraries import LibraryFile, near_of
from bot.config.load import Config
from bot.rules.nearest import did_you_mean
from bot.rules.words import counted
from bot.store.archive.look import look
from bot.store.archive.near import compared
from bot.store.archive.nearby import in_archive
from bot.store.database import StoreError
from bot.store.kinds import exists
from feeds.library import Library


class Told(NamedTuple):
    """A line of a library."""

    name: str
    words: str
    wrong: bool


def libraries(config: Config, *, answers: bool = True) -> Iterator[Told]:
    """What was understood of each; the archive is asked where its database `answers`."""
    for one in config.settings.libraries:
        try:
            found = LibraryFile(config.folder / one.path).read()
        except ValueError as error:
            yield Told(one.name, str(error), wrong=True)
        else:
            yield Told(one.name, _understood(config, found, answers=answers), wrong=False)


def unknown(config: Config) -> Iterator[str]:
    """Queries of the file that wait for a paper or library."""
    settings = config.settings
    named = [*((f"feed {one.slug}", one.query) for one in settings.feeds)]
    named += [*((f"alert {one.name}", one.query) for one in settings.alerts)]
    there = {one.name for one in settings.libraries}
    if not any(query.near for _, query in named):
        return
    waiting = near_of(config).unknown if exists(config.database) else compared
    for name, query in named:
        for leaf in waiting(query):
            if leaf.field == "library" and leaf.name in there:
                continue  # told by its own line
            what = "no such paper is in the archive yet"
            if leaf.field == "library":
                what = f"no library has that name{did_you_mean(leaf.name, there)}"
            yield f"{name}: {leaf} waits and matches nothing: {what}"


def _understood(config: Config, found: Library, *, answers: bool) -> str:
    papers = found.papers
    bare = [one for one in papers if not one.abstract]
    words = f"{counted(len(papers), 'paper')}, {len(papers) - len(bare)} with an abstract"
    if bare and answers and exists(config.database):
        try:
            with look(config.database) as archive:
                words += f", {sum(in_archive(archive.raw, one) is not None for one in bare)} more found in the archive"
        except StoreError:
            words += ", and the archive cannot be asked for the others"
    return words + (f"; {counted(found.skipped, 'item')} without a title, or broken" if found.skipped else "")
