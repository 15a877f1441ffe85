"""Very many queries, compiled once and kept as columns, so that all of them are matched against a batch at once.

Queries of one algebra stand together: for each of its leaves a column of numbers. Each leaf is answered once for a
batch, then whole columns are worked out. A dictionary of queries does for thousands; this is for a million.
"""

from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from operator import and_, or_
from typing import Generic, TypeVar

from feeds.match.batch import Batch
from feeds.query import Query, parse_query

K = TypeVar("K", bound=Hashable)
_ALGEBRAS = 1 << 20
"""More than there are; so that a query's algebra and its row are one number."""


class Subscriptions(Mapping[K, Query]):
    """Queries by key, which may come and go. What `match` found is to be asked before they change."""

    def __init__(self, rows: Iterable[tuple[K, Query]] = ()) -> None:
        self._groups: list[_Group[K]] = []
        self._group_of: dict[str, int] = {}
        self._places: dict[K, int] = {}
        self._leaves: dict[str, int] = {}
        self._lines: list[str] = []
        self._by_roots: dict[str, list[int]] = {}
        for key, query in rows:
            self[key] = query

    def __setitem__(self, key: K, query: Query) -> None:
        number = self._group_of.setdefault(query.algebra, len(self._groups))
        if number == len(self._groups):
            self._groups.append(_Group(query.algebra))
        row = self._groups[number].add(key, query.text, map(self._leaf, query.leaves))
        self._places[key] = row * _ALGEBRAS + number

    def __delitem__(self, key: K) -> None:
        """Its row stays until all are loaded anew, and counts for nothing."""
        del self._places[key]

    def __getitem__(self, key: K) -> Query:
        row, number = divmod(self._places[key], _ALGEBRAS)
        return parse_query(self._groups[number].texts[row])

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[K]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def bits_in(self, batch: Batch) -> "Bits[K]":
        """What each query matches, as `Batch.bitmap` tells it."""
        answers, everything = batch.leaves(self._lines, self._by_roots), (1 << len(batch.papers)) - 1
        return Bits(self._places, [(group.keys, group.worked_out(answers, everything)) for group in self._groups])

    def _leaf(self, line: str) -> int:
        number = self._leaves.setdefault(line, len(self._lines))
        if number == len(self._lines):
            self._lines.append(line)
            for roots in line.partition("\t")[0].split("|"):
                self._by_roots.setdefault(roots, []).append(number)
        return number


class Bits(Generic[K]):
    """What was found: a bit a paper, by key."""

    def __init__(self, places: Mapping[K, int], columns: Sequence[tuple[Sequence[K], Sequence[int]]]) -> None:
        self._places, self._columns = places, columns

    def __getitem__(self, key: K) -> int:
        row, number = divmod(self._places[key], _ALGEBRAS)
        return self._columns[number][1][row]

    def hits(self) -> Iterator[K]:
        """The keys of queries that match something."""
        return (key for key, _ in self.items())

    def items(self) -> Iterator[tuple[K, int]]:
        """The same with their bits."""
        for number, (keys, found) in enumerate(self._columns):
            for row, (key, bits) in enumerate(zip(keys, found, strict=False)):
                if bits and self._places.get(key) == row * _ALGEBRAS + number:
                    yield key, bits


class _Group(Generic[K]):
    """The queries of one algebra."""

    def __init__(self, algebra: str) -> None:
        self.algebra = algebra
        self.keys: list[K] = []
        self.texts: list[str] = []
        self.columns = [array("I") for _ in range(algebra.count("."))]

    def add(self, key: K, text: str, leaves: Iterable[int]) -> int:
        self.keys.append(key)
        self.texts.append(text)
        for column, leaf in zip(self.columns, leaves, strict=True):
            column.append(leaf)
        return len(self.keys) - 1

    def worked_out(self, answers: Sequence[int], everything: int) -> Sequence[int]:
        """The bits of each query, of all leaves' bits."""
        columns, stack = iter(self.columns), list[Sequence[int]]()
        for sign in self.algebra:
            if sign == ".":
                stack.append(list(map(answers.__getitem__, next(columns))))
            elif sign == "!":
                stack.append([bits ^ everything for bits in stack.pop()])
            else:
                second, first = stack.pop(), stack.pop()
                stack.append(list(map(and_ if sign == "&" else or_, first, second)))
        return stack.pop()
