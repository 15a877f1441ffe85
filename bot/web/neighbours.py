"""Which papers of the archive are nearest to one: an index of each batch, made in turns with what visitors ask.

It is begun when somebody looks at the first paper; nobody waits for it. What comes later is added. What papers' words
weigh is read where it is kept, and kept where it is not (bot.store.archive.vectors).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import nlargest
from itertools import repeat
from typing import TYPE_CHECKING, Any

from bot.store.archive.near import Near
from bot.store.engine import StoreError
from bot.web.archive import Archive
from bot.web.limits import MOST
from bot.web.live import Crowded
from bot.web.turns import Steps
from feeds.match import Batch
from feeds.paper import Paper

if TYPE_CHECKING:
    from feeds.likeness.index import Index
    from feeds.likeness.vector import Vector

log = logging.getLogger(__name__)
PATIENCE = 0.1
"""Seconds that a page waits for what a small archive has at once, or for what is new; a large one's goes without."""
_SMALL = 200
"""Papers."""
MOST_BATCHES = 30
"""The newest, by their rows: each takes half a second at first, and 2 MB."""
_MOST_PIECES = 16
"""Indexes of one batch, and papers in them that are no more as they were, before it is made anew."""
_SHOWN = 5

Ask = Callable[[Steps[Any], float], Awaitable[Any]]
"""Has something done in turns with others, for what it costs (bot.web.live)."""
Weighed = Callable[[Sequence[Paper]], Iterator["Vector"]]
"""What papers' words weigh, one by one."""
Neighbour = tuple[Paper, tuple[str, ...]]
"""A paper, and the words that it shares."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A batch, and what was made of its papers."""

    batch: Batch
    papers: Sequence[Paper | None]
    """In the order of the indexes, one after another; None: it is gone, or its words are others."""
    indexes: Sequence["Index"]

    def scores(self, asked: "Vector") -> list[tuple[int, Paper]]:
        """Of each paper that has a word of it."""
        return self._of(self._all(asked), 1)

    def nearest(self, asked: "Vector", most: int) -> list[tuple[int, Paper]]:
        """Of so many papers at least, if there are."""
        scores = self._all(asked)
        bound = sorted(scores)[-most - _MOST_PIECES :]
        return self._of(scores, max(bound[0], 1) if bound else 1)

    def _all(self, asked: "Vector") -> list[int]:
        return [score for index in self.indexes for score in index.scores(asked)]

    def _of(self, scores: list[int], least: int) -> list[tuple[int, Paper]]:
        return [(score, one) for score, one in zip(scores, self.papers, strict=True) if score >= least and one]


class Neighbours:
    """Of the archive as it was lately."""

    def __init__(self, ask: Ask, near: Near | None = None, most_batches: int | None = MOST_BATCHES) -> None:
        """`near` keeps what words weigh; None: it is worked out each time."""
        self._ask, self._near, self._most_batches = ask, near, most_batches
        self._shelves: Mapping[int, _Shelf] = {}
        self._serial = 0
        self._making: asyncio.Task[None] | None = None

    async def known(self, archive: Archive) -> int:
        """The number of the archive whose papers can be named; 0: not yet. That they are those of now is seen to."""
        is_soon = self._serial or sum(len(batch.papers) for batch in archive.batches.values()) <= _SMALL
        return await self.made(archive, PATIENCE if is_soon else 0)

    async def made(self, archive: Archive, patience: float) -> int:
        """The same, waited for so many seconds, or twice as many."""
        for _ in range(2):  # what is being made may be of an archive before this one
            if self._serial < archive.serial:
                if self._making is None or self._making.done():
                    self._making = asyncio.create_task(self._follow(archive))
                await asyncio.wait([self._making], timeout=patience)
        return self._serial

    def of(self, paper: Paper) -> list[Neighbour]:
        """The nearest first."""
        return [(one, words) for one, _, words in self.nearest(paper, _SHOWN)]

    def nearest(self, paper: Paper, most: int) -> list[tuple[Paper, int, tuple[str, ...]]]:
        """The same, so many, with the score of each between: `ONE` is the highest (feeds.likeness.vector)."""
        from feeds.likeness.shared import shared_words  # noqa: PLC0415  (who shows no page of a paper needs none of it)
        from feeds.likeness.vector import vector_of  # noqa: PLC0415

        asked = vector_of(paper)  # quicker than to read it
        found = (one for shelf in self._shelves.values() for one in shelf.nearest(asked, most + 1))
        others = (one for one in found if one[1].key != paper.key)
        best = nlargest(most, others, key=lambda one: (one[0], one[1].key))
        return [(other, score, shared_words(asked, other)) for score, other in best]

    def scores(self, asked: "Vector") -> Steps[Mapping[str, int]]:
        """By key, of all that have a word of it."""
        found: dict[str, int] = {}
        for shelf in list(self._shelves.values()):
            found |= {one.key: score for score, one in shelf.scores(asked)}
            yield
        return found

    async def _follow(self, archive: Archive) -> None:
        from feeds.likeness.rarity import rarities  # noqa: PLC0415

        await asyncio.to_thread(rarities)  # no step of some milliseconds
        newest = sorted(archive.batches, reverse=True)[: self._most_batches]
        try:
            self._shelves = {number: await self._shelf(number, archive.batches[number]) for number in newest[::-1]}
        except (Crowded, StoreError) as error:
            log.debug("what is near is not worked out now: %r", error)
        else:
            self._serial = archive.serial

    async def _shelf(self, number: int, batch: Batch) -> _Shelf:
        before = self._shelves.get(number)
        if before and before.batch is batch:
            return before
        new: list[tuple[Paper, Vector]] = []
        shelf: _Shelf = await self._ask(_shelf(before, batch, partial(self._weighed, new=new)), MOST)
        if self._near and new:
            await asyncio.to_thread(self._near.keep, new)
        return shelf

    def _weighed(self, papers: Sequence[Paper], new: "list[tuple[Paper, Vector]]") -> "Iterator[Vector]":
        """What their words weigh, read, or worked out one by one and noted as new."""
        from feeds.likeness.vector import vector_of  # noqa: PLC0415

        known = self._near.kept(papers) if self._near else repeat(None)
        for paper, vector in zip(papers, known, strict=False):
            if vector is None:
                new.append((paper, vector_of(paper)))
            yield new[-1][1] if vector is None else vector


def _shelf(before: _Shelf | None, batch: Batch, weighed: Weighed) -> Steps[_Shelf]:
    """Votes change no word, and what is new is made an index of its own: so little of a batch is made anew."""
    left = {paper.key: paper for paper in batch.papers}
    kept = [_as_it_was(one, left) for one in before.papers] if before else []
    indexes = list(before.indexes) if before else []
    if kept.count(None) + len(indexes) >= _MOST_PIECES:
        left, kept, indexes = {paper.key: paper for paper in batch.papers}, [], []
    if left:
        indexes.append((yield from _index(weighed(list(left.values())))))
    return _Shelf(batch, [*kept, *left.values()], indexes)


def _as_it_was(one: Paper | None, left: dict[str, Paper]) -> Paper | None:
    """The paper of now, taken from those left; None where it has other words."""
    now = left.get(one.key) if one else None
    if one is None or now is None or (now.title, now.abstract) != (one.title, one.abstract):
        return None
    return left.pop(one.key)


def _index(vectors: Iterator["Vector"]) -> Steps["Index"]:
    from feeds.likeness.index import Index  # noqa: PLC0415

    yield
    return (yield from Index.in_steps(vectors))
