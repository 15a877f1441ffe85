"""Rendered entries kept in memory: one is the same bytes in every feed, so it is made once for each revision."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from threading import Lock
from typing import Any, TypeAlias

from bot.store.archive.feeds import Member
from feeds.known import forget
from feeds.paper import Paper
from feeds.render import Kind, RenderedEntry, render_entries

AT_MOST = 20_000
"""Entries in one format, whatever site they are read on, and again those that lead to a site; about 2.5 KB each."""
_Made: TypeAlias = Mapping[str, RenderedEntry | None]
"""By revision."""
_UNKNOWN: Any = object()
"""Neither an entry nor known to be none."""


class KeptEntries:
    """The last entries made. What cannot be rendered is kept as None.

    Threads may share it: what changes a dictionary or goes through it does so alone, and an entry that is made twice
    is the same.
    """

    def __init__(self, at_most: int = AT_MOST) -> None:
        self._at_most = at_most
        self._anywhere: dict[Kind, dict[str, RenderedEntry | None]] = defaultdict(dict)
        self._sited: dict[tuple[Kind, str, str], RenderedEntry | None] = {}
        """By format, site and revision: of papers that have no page but the one there."""
        self._asked: set[str] = set()
        """The revisions that were wanted since what is not wanted went."""
        self._changing = Lock()

    def hold(self, members: Collection[Member], base_url: str, forms: Sequence[Kind]) -> "Held":
        """What is kept of these, to be used whatever is dropped meanwhile."""
        held = Held(self, base_url)
        for form in forms:
            held.known[form], unknown = self._known(members, base_url, form)
            if unknown:
                held.missing.update([row for row, revision in members if revision in unknown])
        return held

    def keep(self, made: _Made, form: Kind, base_url: str) -> None:
        """Keep entries; the oldest go."""
        with self._changing:
            anywhere = self._anywhere[form]
            for revision, entry in made.items():
                if entry and entry.sited:
                    self._sited[form, base_url, revision] = entry
                else:
                    anywhere[revision] = entry
            self._cut(anywhere)
            self._cut(self._sited)

    def let_go(self) -> None:
        """The entries that nobody wanted since this was last called: a feed goes on, and its old papers leave it."""
        with self._changing:
            asked, self._asked = self._asked, set()
            for some in list(self._anywhere.values()):
                for revision in some.keys() - asked:
                    del some[revision]
            for mark in [mark for mark in self._sited if mark[2] not in asked]:
                del self._sited[mark]

    def _known(
        self, members: Iterable[Member], base_url: str, form: Kind
    ) -> tuple[dict[str, RenderedEntry | None], set[str]]:
        """What is kept, and the revisions of which nothing is."""
        get, sited = self._anywhere[form].get, self._sited.get
        self._asked.update(revision for _, revision in members)
        # Looked up once each, since another thread may drop it between two looks.
        found, unknown = {revision: get(revision, _UNKNOWN) for _, revision in members}, set[str]()
        for revision in [one for one, entry in found.items() if entry is _UNKNOWN]:
            if (entry := sited((form, base_url, revision), _UNKNOWN)) is _UNKNOWN:
                del found[revision]
                unknown.add(revision)
            else:
                found[revision] = entry
        return found, unknown

    def _cut(self, some: dict[Any, RenderedEntry | None]) -> None:
        for oldest in list(islice(some, max(0, len(some) - self._at_most))):
            some.pop(oldest, None)


class Held:
    """The entries of some pages of a site."""

    def __init__(self, kept: KeptEntries, base_url: str) -> None:
        self.known: dict[Kind, dict[str, RenderedEntry | None]] = {}
        self.missing: set[int] = set()
        """The papers that `take` needs."""
        self._kept = kept
        self._base_url = base_url

    def take(self, members: Sequence[Member], papers: Mapping[int, Paper], form: Kind) -> list[RenderedEntry]:
        """The entries of a page in one format, in order; `papers` are those that were missing."""
        known = self.known[form]
        lacking = [(row, revision) for row, revision in members if revision not in known] if self.missing else ()
        if wanted := {revision: papers[row] for row, revision in lacking if row in papers}:
            made = dict(zip(wanted, render_entries(list(wanted.values()), self._base_url, form), strict=True))
            known |= made
            self._kept.keep(made, form, self._base_url)
        return [entry for _, revision in members if (entry := known.get(revision))]


ENTRIES = KeptEntries()
"""The process's own: what is published and what is served share it."""


def let_go() -> None:
    """What this process worked out and need not keep: all of words and names, of entries those that nobody wants."""
    forget()
    ENTRIES.let_go()
