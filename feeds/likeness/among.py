"""Some papers compared with many references, all papers at once with each.

A term is one whole number with the weight that each paper gives it, 32 bits a paper; so all scores of a reference are
one sum of products.
"""

from array import array
from collections.abc import Callable, Sequence
from functools import cached_property
from sys import byteorder
from typing import Literal

from feeds.likeness.index import Index
from feeds.likeness.reference import Reference, names_of
from feeds.likeness.vector import Vector, Vectors, vectors_of
from feeds.paper import Paper

_LANE = 32
_MOST = 128
"""Papers up to which columns are short."""
_FEW = 3
"""References up to which columns do not pay."""
_ORDER: Literal["little", "big"] = "little" if byteorder == "little" else "big"


class Among:
    """Papers to be compared with what `find` finds for a leaf (feeds.query.compiled.Wanted)."""

    def __init__(
        self, papers: Sequence[Paper], find: Callable[[str], Reference | None], vectors: Vectors = vectors_of
    ) -> None:
        self._papers, self._find, self._vectors_of = papers, find, vectors
        self._asked = 0
        self._known: dict[str, tuple[Reference, int]] = {}

    @cached_property
    def _vectors(self) -> Sequence[Vector]:
        return self._vectors_of(self._papers)

    @cached_property
    def _index(self) -> Index:
        found = Index(self._vectors)
        del self._vectors
        return found

    @cached_property
    def _columns(self) -> dict[int, int]:
        """By term, a lane a paper."""
        lanes: dict[int, list[tuple[int, int]]] = {}
        for number, one in enumerate(self._vectors):
            for term, weight in zip(one.terms, one.weights, strict=True):
                lanes.setdefault(term, []).append((number, weight))
        return {term: sum(weight << _LANE * number for number, weight in some) for term, some in lanes.items()}

    @cached_property
    def _numbers(self) -> dict[str, list[int]]:
        """Papers by their keys and ids."""
        found: dict[str, list[int]] = {}
        for number, paper in enumerate(self._papers):
            for name in names_of(paper):
                found.setdefault(name, []).append(number)
        return found

    def near(self, wanted: str) -> int:
        """Which papers are near what is wanted: bit n is paper n. None is near what is unknown."""
        reference = self._find(wanted)
        if reference is None:
            return 0
        known = self._known.get(wanted)
        if known is None or known[0] is not reference:
            known = self._known[wanted] = reference, self._near(reference)
        return known[1]

    def _near(self, reference: Reference) -> int:
        bound = reference.bound
        bits = sum(1 << number for number, score in enumerate(self.scores(reference.vector)) if score >= bound)
        for name in reference.itself & self._numbers.keys() if bits else ():
            for number in self._numbers[name]:
                bits &= ~(1 << number)
        return bits

    def scores(self, asked: Vector) -> Sequence[int]:
        """The score of each paper."""
        self._asked += 1
        if self._asked <= _FEW and "_index" not in self.__dict__:
            known = asked.by_term()
            return [one.times(known) for one in self._vectors]
        if len(self._papers) > _MOST:
            return self._index.scores(asked)
        columns = self._columns
        pairs = zip(asked.terms, asked.weights, strict=True)
        total = sum(columns[term] * weight for term, weight in pairs if term in columns)
        return array("I", total.to_bytes(4 * len(self._papers), _ORDER))
