"""Papers as columns of bits: a leaf's answer is one integer with a bit a paper, a query is algebra on them.

Reads queries in their compiled form (feeds.query.compiled). Each distinct leaf is answered once.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from feeds.match.facts import compares, resembles, searches
from feeds.match.fields import INFLECTING, VALUES
from feeds.match.zone import Zone
from feeds.paper import Paper
from feeds.query import Query


_BLOCK = 1_024
"""Papers that are one integer: beyond, its algebra would cost more than asking again."""


class Batch:
    """Papers to be matched; what it works out for one query it keeps for the next."""

    def __init__(self, papers: Sequence[Paper], now: datetime | None = None) -> None:
        self._papers = tuple(papers)
        self._blocks = [
            _Block(self._papers[start : start + _BLOCK], now) for start in range(0, len(self._papers), _BLOCK)
        ]

    def chosen(self, bits: int) -> list[Paper]:
        """The papers whose bits are set, in the order given."""
        papers = []
        while bits:
            lowest = bits & -bits
            papers.append(self._papers[lowest.bit_length() - 1])
            bits ^= lowest
        return papers

    def bitmap(self, query: Query) -> int:
        """Which papers a query matches: bit n is paper n.

        Raises:
            ValueError: it asks for `age`, and the batch has no aware `now`.
        """
        return self.bitmaps((query,))[0]

    def bitmaps(self, queries: Collection[Query]) -> list[int]:
        """The same for many, in their order."""
        first, *others = [block.bitmaps(queries) for block in self._blocks] or [[0] * len(queries)]
        for number, bits in enumerate(others, 1):
            first = [one | (more << (number * _BLOCK)) for one, more in zip(first, bits, strict=True)]
        return first


class _Block:
    def __init__(self, papers: Sequence[Paper], now: datetime | None) -> None:
        self._papers = papers
        self._now = now
        self._all = (1 << len(papers)) - 1
        self._leaves = {"*": self._all}
        self._zones: dict[str, Zone] = {}

    def bitmaps(self, queries: Iterable[Query]) -> list[int]:
        leaves, worked_out = self._leaves, self._worked_out
        found = []
        for query in queries:
            steps = query.steps
            bits = leaves.get(steps[0]) if len(steps) == 1 else worked_out(steps)
            found.append(self._leaf(steps[0]) if bits is None else bits)
        return found

    def _worked_out(self, steps: Iterable[str]) -> int:
        leaves = self._leaves
        stack: list[int] = []
        for step in steps:
            if step == "&":
                top = stack.pop()
                stack[-1] &= top
            elif step == "!":
                stack[-1] ^= self._all
            elif step == "|":
                top = stack.pop()
                stack[-1] |= top
            else:
                bits = leaves.get(step)
                stack.append(self._leaf(step) if bits is None else bits)
        return stack[0]

    def _leaf(self, code: str) -> int:
        self._leaves[code] = bits = self._answer(code)
        return bits

    def _answer(self, code: str) -> int:
        field, kind, wanted = code[0], code[1], code[2:]
        if field == "#":
            return self._where(compares(code[1:], self._now))
        if kind == "r":
            return self._where(searches(field, wanted))
        if field in "csi":
            return self._where(resembles(field, kind, wanted))
        return self._zone(field).answer(kind, wanted)

    def _where(self, test: Callable[[Paper], bool]) -> int:
        return sum(1 << number for number, paper in enumerate(self._papers) if test(paper))

    def _zone(self, field: str) -> Zone:
        if field not in self._zones:
            values = VALUES[field]
            texts = [(number, text) for number, paper in enumerate(self._papers) for text in values(paper) if text]
            self._zones[field] = Zone(texts, inflects=field in INFLECTING)
        return self._zones[field]
