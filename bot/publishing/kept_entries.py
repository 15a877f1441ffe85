"""Rendered entries kept in memory: one is the same bytes in every feed, so it is made once for each revision."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice

from bot.store.archive.feeds import Member
from feeds.paper import Paper
from feeds.render import Kind, RenderedEntry, render_entries

AT_MOST = 20_000
"""Entries of one site in one format; about 2.5 KB each."""


class KeptEntries:
    """The last entries, by site and format, then revision. What cannot be rendered is kept as None."""

    def __init__(self, at_most: int = AT_MOST) -> None:
        self._at_most = at_most
        self._kept: dict[tuple[str, Kind], dict[str, RenderedEntry | None]] = defaultdict(dict)

    def missing(self, members: Sequence[Member], base_url: str, forms: Sequence[Kind]) -> set[int]:
        """The papers that `take` needs."""
        kept = [self._kept[base_url, form] for form in forms]
        return {row for mine in kept for row, revision in members if revision not in mine}

    def take(
        self, members: Sequence[Member], papers: Mapping[int, Paper], base_url: str, form: Kind
    ) -> list[RenderedEntry]:
        """The entries of a page in one format, in order; `papers` are those that were missing."""
        mine = self._kept[base_url, form]
        wanted = {revision: papers[row] for row, revision in members if revision not in mine and row in papers}
        mine.update(zip(wanted, render_entries(list(wanted.values()), base_url, form), strict=True))
        found = [entry for _, revision in members if (entry := mine.get(revision))]
        for oldest in list(islice(mine, max(0, len(mine) - self._at_most))):
            del mine[oldest]
        return found
