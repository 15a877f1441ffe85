"""A page that was made, and how papers on it are known again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from markupsafe import Markup

from bot.publishing.files import Mark
from bot.store.archive import codec
from bot.store.archive.paper_rows import PaperRow
from feeds.citation import SUFFIXES, Form, cite
from feeds.paper import Paper
from feeds.query import Query
from feeds.site import Listed, Lister, citation_path, moved

_CITED: tuple[Form, ...] = ("bibtex", "ris")


@dataclass(frozen=True, slots=True)
class Made:
    """A page, and what it was made from."""

    html: bytes
    mark: Mark | None
    """None of what stands beside a page and is made and goes with it."""


def citations(paper: Paper) -> dict[str, Made]:
    """What stands beside a paper's page for reference managers, by path."""
    return {citation_path(paper.key, form): Made(cite([paper], form).encode(), None) for form in _CITED}


def citations_beside(path: str) -> list[str]:
    """The paths of that, of a paper's page."""
    return [f"{path.removesuffix('.html')}.{SUFFIXES[form]}" for form in _CITED]


def mark_of(row: PaperRow, made_for: str) -> str:
    """Of all that a page shows of a paper."""
    shown = f"{made_for} {row.key} {row.announced} {row.picture} {row.data}"
    return blake2b(shown.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """A list that a paper is to stand in."""

    query: Query | None
    root: str
    """The way to the start page's folder."""
    mark: str
    """Of the paper there."""
    dated: bool = False


def lister_of(row: PaperRow) -> Lister:
    """What puts a paper into lists."""
    return Lister(codec.from_row(row))


class Again:
    """One paper in the lists of a round. Lists in which the same is found of it share what is made."""

    def __init__(self, row: PaperRow, lister: Callable[[PaperRow], Lister] = lister_of) -> None:
        self._row = row
        self._lister = lister
        self._day = date.fromisoformat(row.announced)

    def listed(self, place: Place, before: Mapping[str, Markup]) -> Listed:
        """The paper in a list: taken over from the page before, where it would be made the same."""
        if place.mark in before:
            return Listed(self._day, before[place.mark])
        return self._lister(self._row).listed(place.query, place.root, place.mark, dated=place.dated)

    def moved(self, place: Place, root: str, made: Markup) -> Listed:
        """The same, taken over from a list of another folder, from where `root` leads to the start page's."""
        return Listed(self._day, moved(made, place.mark, root, place.root))
