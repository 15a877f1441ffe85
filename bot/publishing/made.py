"""A page that was made, and how papers on it are known again."""

from collections.abc import Mapping
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
from feeds.site import Listed, citation_path, listed

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
    """The paths of that, of a page that may be a paper's."""
    page = path.removesuffix(".html")
    return [f"{page}.{SUFFIXES[form]}" for form in _CITED] if page.startswith("papers/") else []


def mark_of(row: PaperRow, made_for: str) -> str:
    """Of all that a page shows of a paper."""
    shown = f"{made_for} {row.key} {row.announced} {row.picture} {row.data}"
    return blake2b(shown.encode(), digest_size=12).hexdigest()


def listed_again(
    row: PaperRow, query: Query | None, root: str, mark: str, before: Mapping[str, Markup], *, dated: bool = False
) -> Listed:
    """A paper in a list: taken over from the page before, where it would be made the same."""
    if mark in before:
        return Listed(date.fromisoformat(row.announced), before[mark])
    return listed(codec.from_row(row), query, root, mark, dated=dated)
