"""Which papers hold a term, and what it weighs in each: columns in the order of terms, 14,000 papers in 20 megabytes.

They are sorted as floats, which Python compares fastest: a term, a paper and a weight are the bits of one, and floats
above nought are in the order of their bits.
"""

from array import array
from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain, islice
from struct import pack, unpack
from sys import byteorder

from feeds.likeness.vector import Vector
from feeds.likeness.words import BITS

_STEP = 16
"""Papers."""
_PIECE, _FEW = 15, 5
"""Places of one step, about, and those that are looked through for a term, as powers of two."""
_MOST = 1 << 16
"""Papers of one part: a number has 16 bits."""
_WEIGHT, _PAPER, _LOW, _HIGH = (0, 1, 2, 3) if byteorder == "little" else (3, 2, 1, 0)
"""Which sixteen bits of a float are what; a term has two of them."""
_HALVES = (0, 1) if byteorder == "little" else (1, 0)


class Index:
    """Vectors by their terms."""

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
        self._parts, left = list[_Part](), iter(vectors)
        while first := list(islice(left, 1)):
            self._parts.append(_Part())
            yield from self._parts[-1].made(chain(first, islice(left, _MOST - 1)))

    def scores(self, asked: Vector) -> list[int]:
        """The score of each paper with a vector."""
        return list(chain.from_iterable(part.scores(asked) for part in self._parts))


class _Part:
    """So many papers as a number can name."""

    def __init__(self) -> None:
        self._size = 0
        self._terms, self._papers, self._weights = array("I"), array("H"), array("H")
        self._starts = array("I")
        """Where terms begin of which some bits are the same."""

    def made(self, vectors: Iterator[Vector]) -> Iterator[None]:
        """Some papers at a time are sorted; then what they have of some terms at a time."""
        runs = list[Sequence[float]]()
        while some := list(islice(vectors, _STEP)):
            runs.append(_sorted(some, self._size))
            self._size += len(some)
            yield
        begins, bits = [0] * len(runs), BITS - max(sum(map(len, runs)).bit_length() - _PIECE, 0)
        self._bits = bits - _PIECE + _FEW
        for first in range(0, 1 << BITS, 1 << bits):
            last = first + (1 << bits)
            ends = [bisect_left(run, _first_of(last)) for run in runs]
            slices = zip(runs, begins, ends, strict=True)
            self._add(sorted(chain.from_iterable(run[start:end] for run, start, end in slices)), first, last)
            begins = ends
            yield
        self._starts.append(len(self._terms))

    def _add(self, places: Sequence[float], first: int, last: int) -> None:
        """All that is held of terms from the first to the last."""
        before = len(self._terms)
        bits = array("H", array("d", places).tobytes())
        terms = array("H", bytes(4 * len(places)))
        terms[_HALVES[0] :: 2], terms[_HALVES[1] :: 2] = bits[_LOW::4], bits[_HIGH::4]
        self._terms.frombytes(terms.tobytes())
        self._papers.extend(bits[_PAPER::4])
        self._weights.extend(bits[_WEIGHT::4])
        self._starts.extend(bisect_left(self._terms, term, before) for term in range(first, last, 1 << self._bits))

    def scores(self, asked: Vector) -> list[int]:
        """The score of each paper with a vector."""
        found = [0] * self._size
        terms, papers, weights = self._terms, self._papers, self._weights
        starts, bits = self._starts, self._bits
        for term, weight in zip(asked.terms, asked.weights, strict=True):
            some = term >> bits
            start = bisect_left(terms, term, starts[some], last := starts[some + 1])
            if start == last or terms[start] != term:
                continue
            end = bisect_left(terms, term + 1, start, last)
            for paper, known in zip(papers[start:end], weights[start:end], strict=True):
                found[paper] += weight * known
        return found


def _sorted(vectors: Sequence[Vector], first: int) -> "array[float]":
    """What papers hold, a float each; they are numbered on from the first."""
    terms, papers, weights = array("I"), array("H"), array("H")
    for number, one in enumerate(vectors, first):
        terms.extend(one.terms)
        papers.extend(array("H", [number]) * len(one.terms))
        weights.extend(one.weights)
    halves, bits = array("H", terms.tobytes()), array("H", bytes(8 * len(terms)))
    bits[_LOW::4], bits[_HIGH::4] = halves[_HALVES[0] :: 2], halves[_HALVES[1] :: 2]
    bits[_PAPER::4], bits[_WEIGHT::4] = papers, weights
    return array("d", sorted(array("d", bits.tobytes())))


def _first_of(term: int) -> float:
    """The least that a term may be."""
    (found,) = unpack("=d", pack("=Q", term << 32))
    assert isinstance(found, float)
    return found
