"""A page that was made, and how papers on it are known again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from markupsafe import Markup

from bot.publishing.files import Mark
from bot.store.archive import codec
from bot.store.archive.paper_rows import PaperRow
from feeds.query import Query
from feeds.site import Listed, listed


@dataclass(frozen=True, slots=True)
class Made:
    """A page, and what it was made from."""

    html: bytes
    mark: Mark


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
