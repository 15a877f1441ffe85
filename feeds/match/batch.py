"""Papers as columns of bits: a leaf's answer is one integer with a bit a paper, a query is algebra on them.

Reads queries in their compiled form (feeds.query.compiled). Each distinct leaf is answered once.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from feeds.match.facts import compares, resembles, searches
from feeds.match.fields import VALUES
from feeds.match.zone import Zone
from feeds.paper import Paper


class Batch:
    """Papers to be matched; what it works out for one query it keeps for the next."""

    def __init__(self, papers: Sequence[Paper], now: datetime | None = None) -> None:
        self._papers = tuple(papers)
        self._now = now
        self._all = (1 << len(self._papers)) - 1
        self._leaves = {"*": self._all}
        self._zones: dict[str, Zone] = {}

    def chosen(self, bits: int) -> list[Paper]:
        """The papers whose bits are set, in the order given."""
        papers = []
        while bits:
            lowest = bits & -bits
            papers.append(self._papers[lowest.bit_length() - 1])
            bits ^= lowest
        return papers

    def answers(self, queries: Iterable[str]) -> dict[str, int]:
        """The answer to each of the compiled queries."""
        return {query: self.bitmap(query) for query in queries}

    def bitmap(self, query: str) -> int:
        """Which papers a compiled query matches: bit n is paper n.

        Raises:
            ValueError: it asks for `age`, and the batch has no aware `now`.
        """
        if "\n" not in query:
            return self._leaf(query)
        stack: list[int] = []
        for part in query.split("\n"):
            if part == "&":
                top = stack.pop()
                stack[-1] &= top
            elif part == "|":
                top = stack.pop()
                stack[-1] |= top
            elif part == "!":
                stack[-1] ^= self._all
            else:
                stack.append(self._leaf(part))
        return stack[0]

    def _leaf(self, code: str) -> int:
        known = self._leaves.get(code)
        if known is None:
            known = self._leaves[code] = self._answer(code)
        return known

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
            self._zones[field] = Zone(texts, inflects=field in "_tak")
        return self._zones[field]
