"""Which papers are like which: by the words and word pairs that they share, the rarer the more. No model is needed.

How good it is was measured: docs/likeness.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from feeds.known import Known
from feeds.likeness.among import Among
from feeds.likeness.index import Index
from feeds.likeness.reference import Reference, bound_of, names_of, newest_first, past_year
from feeds.likeness.shared import shared, shared_words
from feeds.likeness.vector import ONE, Vectors, centroid, vector_of, vectors_of
from feeds.likeness.words import Place
from feeds.paper import Paper
from feeds.query.compiled import Wanted

__all__ = ["Likeness", "References"]


class References:
    """What papers are compared with, by what a query wants: to be given to feeds.match as `near`."""

    def __init__(self, find: Callable[[str], Reference | None], vectors: Vectors = vectors_of) -> None:
        self._find, self._vectors = find, vectors

    def among(self, papers: Sequence[Paper]) -> Among:
        """Papers, to be compared with references."""
        return Among(papers, self._find, self._vectors)

    def knows(self, wanted: str) -> bool:
        """Whether there is such a paper or library."""
        return self._find(wanted) is not None

    def places(self, wanted: str, paper: Paper) -> Iterable[Place]:
        """The words for which a paper is near, where they stand."""
        reference = self._find(wanted)
        return shared(reference.vector, paper) if reference else ()


class Likeness(References):
    """Papers to find like ones among. Made once: 14,000 take some seconds and 90 MB."""

    def __init__(self, papers: Iterable[Paper], libraries: Mapping[str, Sequence[Paper]] | None = None) -> None:
        self._papers = tuple(papers)
        self._index = Index(map(vector_of, self._papers))
        self._libraries = libraries or {}
        super().__init__(Known[str, Reference | None](self._reference).__getitem__)

    def nearest(self, paper: Paper, most: int = 10) -> list[tuple[Paper, float, tuple[str, ...]]]:
        """The papers nearest to one, which is left out itself: each with its score, from 0 to 1, and the words shared.

        The words are those of both that weigh most, as they stand in the paper that was found.
        """
        asked, names = vector_of(paper), names_of(paper)
        scores = self._index.scores(asked)
        order = sorted((number for number, score in enumerate(scores) if score), key=lambda one: (-scores[one], one))
        found = [number for number in order[: most + len(names)] if names.isdisjoint(names_of(self._papers[number]))]
        return [
            (one, min(scores[number] / ONE, 1.0), shared_words(asked, one))
            for number in found[:most]
            for one in [self._papers[number]]
        ]

    def _reference(self, wanted: str) -> Reference | None:
        """What a query compares with (feeds.match: `near`); None of an unknown paper or library."""
        kind, name, times = Wanted.read(wanted)
        some = self._library(name) if kind == "l" else self._named.get(name.casefold(), [])
        if not some:
            return None
        vector = centroid(list(map(vector_of, newest_first(some))))
        itself = frozenset(name for one in some for name in names_of(one))
        scores = self._index.scores(vector)
        year = [scores[number] for number in self._year if itself.isdisjoint(names_of(self._papers[number]))]
        return Reference(vector, bound_of(year, times, len(self._year) - len(year)), itself)

    def _library(self, name: str) -> Sequence[Paper]:
        return self._libraries.get(name, ())

    @cached_property
    def _year(self) -> list[int]:
        return past_year([one.announced for one in self._papers])

    @cached_property
    def _named(self) -> dict[str, list[Paper]]:
        return {name.casefold(): [one] for one in self._papers for name in names_of(one)}
