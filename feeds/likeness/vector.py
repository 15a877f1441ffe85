"""A paper as what its words weigh: how often, less and less, x rarity, scaled to nearly length one, in whole numbers.

Longer papers stay a little longer: they say more (docs/likeness.md has what that is worth). Whole numbers make a score
exact: the same in every order, on every machine, and from either paper.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import filterfalse, repeat
from math import fsum, sqrt
from operator import mul
from sys import byteorder

from feeds.known import Known
from feeds.likeness.rarity import rarities, silent
from feeds.likeness.words import numbers
from feeds.paper import Paper

VERSION = 2
"""Grows with each change of what a vector is: what was made by another one compares with none of now."""
UNIT = 1 << 15
"""A weight of one."""
ONE = UNIT * UNIT
"""A score of one: of a paper of the usual length with itself, but for what rounding takes."""
_OFTEN = Known[int, float](lambda count: 3 * count / (count + 2))
"""One for a word that stands there once, and never three."""
_USUAL = 80.0
"""Length of a paper before it is scaled: the mean of 13,897."""


@dataclass(frozen=True, slots=True)
class Vector:
    """Terms by number, and what each weighs."""

    terms: "array[int]"
    weights: "array[int]"

    def to_bytes(self) -> bytes:
        """To be kept."""
        return _little(self.terms) + _little(self.weights)

    @classmethod
    def of_bytes(cls, kept: bytes) -> "Vector":
        """The vector that was kept."""
        end = len(kept) // 6 * 4
        terms, weights = array("I", kept[:end]), array("H", kept[end:])
        if byteorder == "big":
            terms.byteswap()
            weights.byteswap()
        return cls(terms, weights)

    def times(self, other: Mapping[int, int]) -> int:
        """The score with another, given as its weights by term; `ONE` is the highest."""
        return sum(map(mul, self.weights, map(other.get, self.terms, repeat(0))))

    def by_term(self) -> dict[int, int]:
        """Its weights by term."""
        return dict(zip(self.terms, self.weights, strict=True))


def vector_of(paper: Paper) -> Vector:
    """The vector of a paper; empty where it has no word that says anything."""
    known, highest = rarities()
    counts = Counter(filterfalse(silent().__contains__, numbers(paper)))
    weights = list(map(known.get, counts, repeat(highest)))
    for at, count in enumerate(counts.values()):
        if count > 1:
            weights[at] *= _OFTEN[count]
    length = _length(weights)
    return _scaled(list(counts), weights, sqrt(length * sqrt(length * _USUAL)))


Vectors = Callable[[Sequence[Paper]], Sequence[Vector]]
"""The vectors of papers, in their order: worked out, or kept somewhere."""


def vectors_of(papers: Sequence[Paper]) -> Sequence[Vector]:
    """Worked out."""
    return list(map(vector_of, papers))


def _length(weights: Sequence[float]) -> float:
    return sqrt(fsum(map(mul, weights, weights))) or 1.0


def _scaled(terms: Sequence[int], weights: Sequence[float], length: float) -> Vector:
    scale = UNIT / length
    return Vector(array("I", terms), array("H", [int(weight * scale + 0.5) for weight in weights]))


MOST = 4_000
"""Terms of a library."""


def centroid(papers: Sequence[Vector]) -> Vector:
    """What papers have in common, of length one. Newest first: the n-th counts by one through the fourth root of n."""
    weighed: dict[int, float] = {}
    for number, one in enumerate(papers, 1):
        share = 1 / sqrt(sqrt(number))
        for term, weight in zip(one.terms, one.weights, strict=True):
            weighed[term] = weighed.get(term, 0.0) + share * weight
    heaviest = sorted(weighed, key=lambda term: (-weighed[term], term))[:MOST]
    weights = [weighed[term] for term in heaviest]
    return _scaled(heaviest, weights, _length(weights))


def _little(numbers: "array[int]") -> bytes:
    if byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()
