"""Papers as columns of bits: a leaf's answer is one integer with a bit a paper, a query is algebra on them.

Reads queries in their compiled form (feeds.query.compiled). Each distinct leaf is answered once.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from feeds.match.facts import compares, resembles, searches
from feeds.match.fields import INFLECTING, VALUES
from feeds.match.zone import Zone
from feeds.paper import Paper


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

    def bitmap(self, query: str) -> int:
        """Which papers a compiled query matches: bit n is paper n.

        Raises:
            ValueError: it asks for `age`, and the batch has no aware `now`.
        """
        bits = 0
        for number, block in enumerate(self._blocks):
            bits |= block.bitmap(query) << (number * _BLOCK)
        return bits

    def bitmaps(self, queries: Collection[str]) -> dict[str, int]:
        """The same for many."""
        if len(self._blocks) != 1:
            return {query: self.bitmap(query) for query in queries}
        return dict(zip(queries, map(self._blocks[0].bitmap, queries), strict=True))


class _Block:
    def __init__(self, papers: Sequence[Paper], now: datetime | None) -> None:
        self._papers = papers
        self._now = now
        self._all = (1 << len(papers)) - 1
        self._leaves = {"*": self._all}
        self._zones: dict[str, Zone] = {}

    def bitmap(self, query: str) -> int:
        known = self._leaves.get(query)
        if known is not None:
            return known
        if "\n" not in query:
            return self._leaf(query)
        return self._worked_out(query.split("\n"))

    def _worked_out(self, parts: list[str]) -> int:
        leaves = self._leaves
        stack: list[int] = []
        for part in parts:
            known = leaves.get(part)
            if known is not None:
                stack.append(known)
            elif part == "&":
                top = stack.pop()
                stack[-1] &= top
            elif part == "!":
                stack[-1] ^= self._all
            elif part == "|":
                top = stack.pop()
                stack[-1] |= top
            else:
                stack.append(self._leaf(part))
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
