"""Papers as columns of bits: a leaf's answer is one integer with a bit a paper, a query is algebra on them.

Reads queries in their compiled form (feeds.query.compiled). Each distinct leaf is answered once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import accumulate, islice

from feeds.known import Known
from feeds.match.algebra import worked_out
from feeds.match.authors import Authors
from feeds.match.facts import compares, resembles, searches
from feeds.match.fields import INFLECTING, VALUES
from feeds.match.nearness import Compared, Near
from feeds.match.zone import Zone
from feeds.paper import Paper
from feeds.query import Query
from feeds.query.compiled import NEAR, Program, ReadLeaf, algebra_of, read_leaf

_BLOCK = 1_024
"""Papers that are one integer: beyond, its algebra would cost more than asking again."""
_CHUNK = 1_000
_KEPT = 1 << 17
"""Answers of so many papers kept to be used again; rare leaves are asked for once, and common ones soon come back."""
_MANY = 500
"""Queries from which it pays to know first what the texts hold at all (measured)."""


class Batch:
    """Papers to be matched; what it works out for one query it keeps for the next."""

    def __init__(self, papers: Sequence[Paper], now: datetime | None = None, near: Near | None = None) -> None:
        self.papers, self.near = tuple(papers), near
        starts = range(0, len(self.papers), _BLOCK)
        self.blocks = [_Block(self.papers[start : start + _BLOCK], now, near) for start in starts]

    @classmethod
    def renewed(
        cls, parts: Iterable[Sequence[Paper]], now: datetime, near: Near | None, before: "Batch | None"
    ) -> "Batch":
        """One that comes after another: each part of at most 1,024 papers is indexed by itself.

        Where a part's first paper began one before, and the texts are the same, their index is taken over.
        """
        made, known = cls((), now, near), {block.papers[0].key: block for block in before.blocks} if before else {}
        made.blocks = [_Block(some, now, near, known.get(some[0].key)) for some in parts if some]
        made.papers = tuple(paper for block in made.blocks for paper in block.papers)
        return made

    @property
    def in_parts(self) -> bool:
        """Whether some of its papers are indexed by themselves."""
        return len(self.blocks) > 1

    def chosen(self, bits: int) -> list[Paper]:
        """The papers whose bits are set, in the order given."""
        papers = []
        while bits:
            lowest = bits & -bits
            papers.append(self.papers[lowest.bit_length() - 1])
            bits ^= lowest
        return papers

    def prepare(self) -> None:
        """Index what is asked most, title and abstract and title alone, before anybody waits for it."""
        for block in self.blocks:
            block.prepare()

    def bitmap(self, query: Query) -> int:
        """Which papers a query matches: bit n is paper n.

        Raises ValueError: it asks for `age`, and the batch has no aware `now`; or for what is near, and has no `near`.
        """
        return self.bitmaps((query,))[0]

    def bitmaps(self, queries: Collection[Query]) -> list[int]:
        """The same for many, in their order."""
        return self._joined([block.answers(queries) for block in self.blocks] or [[0] * len(queries)])

    def leaves(self, lines: Sequence[str], by_roots: Mapping[str, Sequence[int]]) -> list[int]:
        """Which papers hold each of very many leaves, given by their lines (feeds.query.compiled).

        `by_roots` are their numbers, by what stands before the tab.
        """
        return self._joined([block.leaves(lines, by_roots) for block in self.blocks] or [[0] * len(lines)])

    def stream(self, codes: Iterable[str]) -> Iterator[int]:
        """The same for queries in their compiled form, one after the other as a store gives them; keeps none."""
        rest = iter(codes)
        while some := list(islice(rest, _CHUNK)):
            yield from self._joined([block.answers_of_codes(some) for block in self.blocks] or [[0] * len(some)])

    def _joined(self, bits_of_blocks: list[list[int]]) -> list[int]:
        joined, *others = bits_of_blocks
        ends = accumulate(len(block.papers) for block in self.blocks)
        for end, bits in zip(ends, others, strict=False):
            joined = [one | (more << end) for one, more in zip(joined, bits, strict=True)]
        return joined


class _Leaves(Known[str, int]):
    """Answers by leaf; but not of what is near, since a reference may be another one by the next time."""

    def __missing__(self, line: str) -> int:
        answer = super().__missing__(line)
        if f"\t{NEAR}" in line:
            del self[line]
        return answer


class _Block:
    """So few papers that each leaf's answer is a short integer."""

    def __init__(
        self, papers: Sequence[Paper], now: datetime | None, near: Near | None, before: "_Block | None" = None
    ) -> None:
        self.papers = papers
        self._now, self._near = now, near
        self._all = (1 << len(papers)) - 1
        zones: list[tuple[str, Zone]] = list(before.zones.copy().items()) if before else []
        self.zones: dict[str, Zone] = {field: zone for field, zone in zones if zone.is_of(self._texts(field))}
        self._leaves = _Leaves(self._answer, _KEPT * len(papers) // _BLOCK or 1)

    @cached_property
    def _roots(self) -> Mapping[str, int]:
        """What the texts hold at all: a query whose roots are not here matches nothing, and most are (measured)."""
        return self._zone("_", often=True).roots()

    def prepare(self) -> None:
        """Index it."""
        for field in "_t":
            self._zone(field).prepare()

    def answers(self, queries: Collection[Program]) -> list[int]:
        """Which papers each query matches."""
        known, everything = self._leaves, self._all
        if len(queries) < _MANY:
            return [worked_out(query.algebra, query.leaves, known, everything) for query in queries]
        roots = self._roots
        return [
            worked_out(query.algebra, query.leaves, known, everything)
            if query.needs in roots or "|" in query.needs
            else 0
            for query in queries
        ]

    def leaves(self, lines: Sequence[str], by_roots: Mapping[str, Sequence[int]]) -> list[int]:
        """Which papers hold each leaf; not kept, since each is asked for once."""
        found = [0] * len(lines)
        for roots in self._roots.keys() & by_roots.keys():
            for number in by_roots[roots]:
                found[number] = found[number] or self._answer(lines[number])
        return found

    def answers_of_codes(self, codes: Sequence[str]) -> list[int]:
        """The same for queries in their compiled form."""
        roots, query = self._roots, self._query_of
        return [query(code) if (first := code.partition("\t")[0]) in roots or "|" in first else 0 for code in codes]

    def _query_of(self, code: str) -> int:
        if "\n" not in code:
            return self._leaves[code]
        algebra, leaves = algebra_of(code)
        return worked_out(algebra, leaves, self._leaves, self._all)

    def _answer(self, line: str) -> int:
        roots, _, code = line.partition("\t")
        if "_roots" in self.__dict__ and roots not in self._roots and self._roots.keys().isdisjoint(roots.split("|")):
            return 0
        # Most are words or phrases: they take the short way.
        return self._zone("_").words(code[2:], roots) if code.startswith("_w") else self._asked(read_leaf(code))

    def _asked(self, leaf: ReadLeaf) -> int:
        if leaf.field == "*":
            return self._all
        if leaf.field == "#":
            return self._where(compares(leaf.wanted, self._now))
        if leaf.field == NEAR:
            return self._compared.near(leaf.kind + leaf.wanted)
        if leaf.kind == "r" or leaf.field in "csi":
            test = searches(leaf.field, leaf.wanted) if leaf.kind == "r" else resembles(*leaf)
            return self._where(test)
        if leaf.field == "u" and leaf.kind != "e":
            return self._authors.answer(leaf)
        return self._zone(leaf.field).answer(leaf)

    @cached_property
    def _authors(self) -> Authors:
        return Authors([(number, name) for number, paper in enumerate(self.papers) for name in paper.authors if name])

    @cached_property
    def _compared(self) -> Compared:
        if self._near is None:
            raise ValueError("a query asks for similar or library: match needs near")
        return self._near.among(self.papers)

    def _where(self, test: Callable[[Paper], bool]) -> int:
        return sum(1 << number for number, paper in enumerate(self.papers) if test(paper))

    def _zone(self, field: str, *, often: bool = False) -> Zone:
        zone = self.zones.get(field)
        if zone is None:
            zone = self.zones[field] = Zone(self._texts(field), inflects=field in INFLECTING, often=often)
        return zone

    def _texts(self, field: str) -> list[tuple[int, str]]:
        values = VALUES[field]
        return [(number, text) for number, paper in enumerate(self.papers) for text in values(paper) if text]
