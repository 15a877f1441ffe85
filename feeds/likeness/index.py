"""Which papers hold a term, and what it weighs in each: columns of numbers, 14,000 papers in 40 megabytes."""

from array import array
from collections.abc import Generator, Iterable, Iterator, Sequence

from feeds.likeness.vector import Vector
from feeds.likeness.words import BITS

_FEWEST = BITS - 16
_MOST = 20
"""Buckets, as a power of two: what is left of a term has 16 bits."""
_STEP = 16
"""Papers."""


class Index:
    """Vectors by their terms. A term's bucket holds few others, told apart by the rest of its number."""

    def __init__(self, vectors: Iterable[Vector]) -> None:
        for _ in self._made(vectors):
            pass

    @classmethod
    def in_steps(cls, vectors: Iterable[Vector]) -> Generator[None, None, "Index"]:
        """The same, to be left off wherever it yields: each step takes some milliseconds."""
        index = cls.__new__(cls)
        yield from index._made(vectors)  # noqa: SLF001  (it is one of these)
        return index

    def _made(self, vectors: Iterable[Vector]) -> Iterator[None]:
        terms, weights, sizes = array("I"), array("H"), array("I")
        for one in vectors:
            terms.extend(one.terms)
            weights.extend(one.weights)
            sizes.append(len(one.terms))
            if len(sizes) % _STEP == 0:
                yield
        self.size = len(sizes)
        self._bits = min(max(len(terms).bit_length() - 1, _FEWEST), _MOST)
        self._mask = (1 << self._bits) - 1
        self._starts = _starts(terms, self._mask)
        yield
        self._papers = array("I", bytes(4 * len(terms)))
        self._rests, self._weights = array("H", bytes(2 * len(terms))), array("H", bytes(2 * len(terms)))
        yield from self._filled(terms, weights, sizes)

    def _filled(self, terms: Sequence[int], weights: Sequence[int], sizes: Sequence[int]) -> Iterator[None]:
        mask, bits, free = self._mask, self._bits, self._starts[:]
        papers, rests, known = self._papers, self._rests, self._weights
        end = 0
        for number, size in enumerate(sizes):
            start, end = end, end + size
            for term, weight in zip(terms[start:end], weights[start:end], strict=True):
                at = free[term & mask]
                free[term & mask] = at + 1
                papers[at], rests[at], known[at] = number, term >> bits, weight
            if number % _STEP == 0:
                yield

    def scores(self, asked: Vector) -> list[int]:
        """The score of each paper with a vector."""
        found = [0] * self.size
        for term, weight in zip(asked.terms, asked.weights, strict=True):
            bucket = term & self._mask
            here = slice(self._starts[bucket], self._starts[bucket + 1])
            rest = term >> self._bits
            for paper, other, known in zip(self._papers[here], self._rests[here], self._weights[here], strict=True):
                if other == rest:
                    found[paper] += weight * known
        return found


def _starts(terms: Sequence[int], mask: int) -> "array[int]":
    """Where each bucket begins."""
    counts = array("I", bytes(4 * (mask + 2)))
    for term in terms:
        counts[(term & mask) + 1] += 1
    total = 0
    for bucket, count in enumerate(counts):
        total += count
        counts[bucket] = total
    return counts
