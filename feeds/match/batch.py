"""Papers as columns of bits: a leaf's answer is one integer with a bit a paper, a query is algebra on them.

Reads queries in their compiled form (feeds.query.compiled). Each distinct leaf is answered once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice

from feeds.match.facts import compares, resembles, searches
from feeds.match.fields import INFLECTING, VALUES
from feeds.match.zone import Zone
from feeds.paper import Paper
from feeds.query import Query
from feeds.query.compiled import AND, NOT, OR, Step, step_of

_BLOCK = 1_024
"""Papers that are one integer: beyond, its algebra would cost more than asking again."""


_ABSENT = Step("")
"""Stands for a leaf that no paper of the batch holds."""
_CHUNK = 1_000
_KEPT = 1 << 17
"""Answers kept to be used again; rare leaves are asked for once, and common ones soon come back."""
_FEW = 50
"""Queries for which looking through the texts may still be quicker than indexing them."""


class Batch:
    """Papers to be matched; what it works out for one query it keeps for the next."""

    def __init__(self, papers: Sequence[Paper], now: datetime | None = None) -> None:
        self.papers = tuple(papers)
        self._blocks = [
            _Block(self.papers[start : start + _BLOCK], now) for start in range(0, len(self.papers), _BLOCK)
        ]

    def chosen(self, bits: int) -> list[Paper]:
        """The papers whose bits are set, in the order given."""
        papers = []
        while bits:
            lowest = bits & -bits
            papers.append(self.papers[lowest.bit_length() - 1])
            bits ^= lowest
        return papers

    def bitmap(self, query: Query) -> int:
        """Which papers a query matches: bit n is paper n.

        Raises ValueError: it asks for `age`, and the batch has no aware `now`.
        """
        return self.bitmaps((query,))[0]

    def bitmaps(self, queries: Collection[Query]) -> list[int]:
        """The same for many, in their order."""
        return _joined([block.bitmaps(queries) for block in self._blocks] or [[0] * len(queries)])

    def stream(self, codes: Iterable[str]) -> Iterator[int]:
        """The same for queries in their compiled form, one after the other as a store gives them; keeps none."""
        rest = iter(codes)
        while some := list(islice(rest, _CHUNK)):
            bits_of_blocks = [block.bitmaps_of_codes(some) for block in self._blocks] or [[0] * len(some)]
            yield from _joined(bits_of_blocks)


def _joined(bits_of_blocks: list[list[int]]) -> list[int]:
    joined, *others = bits_of_blocks
    for number, bits in enumerate(others, 1):
        joined = [one | (more << (number * _BLOCK)) for one, more in zip(joined, bits, strict=True)]
    return joined


class _Block:
    """So few papers that each leaf's answer is a short integer."""

    def __init__(self, papers: Sequence[Paper], now: datetime | None) -> None:
        self._papers = papers
        self._now = now
        self._all = (1 << len(papers)) - 1
        self._leaves: dict[Step, int] = {}
        self._zones: dict[str, Zone] = {}

    @cached_property
    def _roots(self) -> set[str]:
        """What the texts hold at all: a leaf whose roots are not here is absent, and most are (measured: 9 in 10)."""
        return self._zone("_", often=True).roots()

    def bitmaps(self, queries: Collection[Query]) -> list[int]:
        if len(queries) <= _FEW:
            return [self._worked_out(query.steps) for query in queries]
        roots, leaves = self._roots, self._leaves
        found: list[int] = []
        for query in queries:
            steps = query.steps
            first = steps[0]
            bits = 0
            if first.roots in roots:
                known = leaves.get(first)
                bits = self._leaf(first) if known is None else known
            if len(steps) > 1 and (bits or not _narrows(steps)):
                bits = self._worked_out([step if step.roots in roots else _ABSENT for step in steps])
            found.append(bits)
        return found

    def bitmaps_of_codes(self, codes: Iterable[str]) -> list[int]:
        roots = self._roots
        return [self._worked_out([_step(line, roots) for line in code.split("\n")]) for code in codes]

    def _worked_out(self, steps: Iterable[Step]) -> int:
        leaves = self._leaves
        stack: list[int] = []
        for step in steps:
            if step is _ABSENT:
                stack.append(0)
            elif step is AND:
                bits = stack.pop()
                stack[-1] &= bits
            elif step is NOT:
                stack[-1] ^= self._all
            elif step is OR:
                bits = stack.pop()
                stack[-1] |= bits
            else:
                known = leaves.get(step)
                stack.append(self._leaf(step) if known is None else known)
        return stack[0]

    def _leaf(self, leaf: Step) -> int:
        if len(self._leaves) >= _KEPT:
            self._leaves.clear()
        self._leaves[leaf] = bits = self._answer(leaf)
        return bits

    def _answer(self, leaf: Step) -> int:
        if leaf.field == "*":
            return self._all
        if leaf.field == "#":
            return self._where(compares(leaf.wanted, self._now))
        if leaf.kind == "r":
            return self._where(searches(leaf.field, leaf.wanted))
        if leaf.field in "csi":
            return self._where(resembles(leaf.field, leaf.kind, leaf.wanted))
        return self._zone(leaf.field).answer(leaf)

    def _where(self, test: Callable[[Paper], bool]) -> int:
        return sum(1 << number for number, paper in enumerate(self._papers) if test(paper))

    def _zone(self, field: str, *, often: bool = False) -> Zone:
        zone = self._zones.get(field)
        if zone is None:
            values = VALUES[field]
            texts = [(number, text) for number, paper in enumerate(self._papers) for text in values(paper) if text]
            zone = self._zones[field] = Zone(texts, inflects=field in INFLECTING, often=often)
        return zone


def _narrows(steps: Sequence[Step]) -> bool:
    """Whether a query is `a b` or `a -b`, the commonest of several words: without a, it need not be asked further."""
    return (len(steps) == 3 and steps[2] is AND) or (len(steps) == 4 and steps[3] is AND and steps[2] is NOT)


def _step(line: str, roots: set[str]) -> Step:
    """The step of a line; not made where its roots say that it is absent."""
    _, tab, wanted = line.rpartition("\t")
    return _ABSENT if tab and wanted not in roots else step_of(line)
