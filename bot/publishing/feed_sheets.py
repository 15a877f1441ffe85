"""The papers on sheets of feeds' pages. One paper is put on all of them before the next: what is the same is made once.

Reads files of ours and writes none.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from markupsafe import Markup

from bot.publishing.files import Mark, stamp_of
from bot.publishing.made import Again, Place, mark_of
from bot.publishing.standing import Standing
from bot.store.archive.paper_rows import PaperRow
from feeds.query import Query
from feeds.site import LOOK, Listed, Lister, Sheet, root_of
from feeds.weeks import Week


@dataclass(frozen=True, slots=True)
class DueSheet:
    """A sheet of a feed's page that is to be made."""

    slug: str
    sheet: Sheet
    path: str
    own: str
    """The path of the feed's own page."""
    rows: Sequence[int]
    """Of the papers on it."""
    mark: Mark
    weeks: tuple[Week, ...] = ()


def papers_on(
    some: Iterable[DueSheet],
    queries: Mapping[str, Query],
    rows: Mapping[int, PaperRow],
    standing: Standing,
    lister: Callable[[PaperRow], Lister],
) -> list[list[Listed]]:
    """The papers of each sheet, in its order; those without a row are gone. `queries` are the feeds', by slug."""
    before = cache(lambda path: standing.pieces([path]))
    lists = [_List.of(due, queries[due.slug], before) for due in some]
    shown: dict[int, list[_List]] = defaultdict(list)
    for one in lists:
        for row in one.due.rows:
            shown[row].append(one)
    for number, those in shown.items():
        if row_of := rows.get(number):
            again = Again(row_of, lister)
            for one in those:
                one.put(row_of, again)
    return [[one.found[row] for row in one.due.rows if row in one.found] for one in lists]


@dataclass(frozen=True, slots=True)
class _List:
    due: DueSheet
    query: Query
    before: Mapping[str, Markup]
    """What stands on the page."""
    younger: Mapping[str, Markup]
    """What stands on the feed's own page, from where papers come to a sheet that is new."""
    found: dict[int, Listed] = field(default_factory=dict)
    """By row."""

    @classmethod
    def of(cls, due: DueSheet, query: Query, pieces: Callable[[str], Mapping[str, Markup]]) -> "_List":
        before = pieces(due.path)
        return cls(due, query, before, {} if before else pieces(due.own))

    def put(self, row: PaperRow, again: Again) -> None:
        place = self._place(row, self.due.path)
        if self.younger:
            young = self._place(row, self.due.own)
            if made := self.younger.get(young.mark):
                self.found[row.id] = again.moved(place, young.root, made)
                return
        self.found[row.id] = again.listed(place, self.before)

    def _place(self, row: PaperRow, path: str) -> Place:
        root = root_of(path)
        return Place(self.query, root, mark_of(row, stamp_of(LOOK, root, str(self.query))))
