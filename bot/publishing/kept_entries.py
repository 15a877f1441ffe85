"""Rendered entries kept in memory: one is the same bytes in every feed, so it is made once for each revision."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from bot.store.archive.feeds import Member
from feeds.paper import Paper
from feeds.render import Kind, RenderedEntry, needs_site, render_entries

AT_MOST = 60_000
"""Entries of all sites in all formats; about 2.5 KB each."""
_Key = tuple[Kind, str, str]
"""Format, revision, and the site's address where the entry leads there; few do."""


class _Unknown:
    """Neither an entry nor known to be none."""


_UNKNOWN = _Unknown()


class KeptEntries:
    """The last entries made. What cannot be rendered is kept as None.

    Threads may share it: each step on the dictionary is whole, and an entry that is made twice is the same.
    """

    def __init__(self, at_most: int = AT_MOST) -> None:
        self._at_most = at_most
        self._kept: dict[_Key, RenderedEntry | None] = {}

    def hold(self, members: Iterable[Member], base_url: str, forms: Sequence[Kind]) -> "Held":
        """What is kept of these, to be used whatever is dropped meanwhile."""
        held = Held(self, base_url)
        for row, revision in members:
            for form in forms:
                entry = self._kept.get((form, revision, ""), self._kept.get((form, revision, base_url), _UNKNOWN))
                if isinstance(entry, _Unknown):
                    held.missing.add(row)
                else:
                    held.known[form, revision] = entry
        return held

    def keep(self, made: Mapping[_Key, RenderedEntry | None]) -> None:
        """Keep entries; the oldest go."""
        self._kept.update(made)
        for oldest in list(islice(self._kept, max(0, len(self._kept) - self._at_most))):
            self._kept.pop(oldest, None)


class Held:
    """The entries of some pages of a site."""

    def __init__(self, kept: KeptEntries, base_url: str) -> None:
        self.known: dict[tuple[Kind, str], RenderedEntry | None] = {}
        self.missing: set[int] = set()
        """The papers that `take` needs."""
        self._kept = kept
        self._base_url = base_url

    def take(self, members: Sequence[Member], papers: Mapping[int, Paper], form: Kind) -> list[RenderedEntry]:
        """The entries of a page in one format, in order; `papers` are those that were missing."""
        wanted = {
            revision: papers[row] for row, revision in members if (form, revision) not in self.known and row in papers
        }
        made = dict(zip(wanted, render_entries(list(wanted.values()), self._base_url, form), strict=True))
        self.known |= {(form, one): entry for one, entry in made.items()}
        self._kept.keep({(form, one, self._site(wanted[one])): entry for one, entry in made.items()})
        return [entry for _, revision in members if (entry := self.known.get((form, revision)))]

    def _site(self, paper: Paper) -> str:
        return self._base_url if needs_site(paper) else ""


ENTRIES = KeptEntries()
"""The process's own: what is published and what is served share it."""
