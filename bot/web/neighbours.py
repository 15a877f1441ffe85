"""Which papers of the archive are nearest to one: an index of each batch, made in turns with what visitors ask.

It is begun when somebody looks at the first paper; nobody waits for it. What comes later is added.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, Any

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
_MOST_BATCHES = 30
"""The newest, by their rows: each takes half a second and 3 MB."""
_MOST_PIECES = 16
"""Indexes of one batch, and papers in them that are no more as they were, before it is made anew."""
_SHOWN = 5

Ask = Callable[[Steps[Any], float], Awaitable[Any]]
"""Has something done in turns with others, for what it costs (bot.web.live)."""
Neighbour = tuple[Paper, tuple[str, ...]]
"""A paper, and the words that it shares."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A batch, and what was made of its papers."""

    batch: Batch
    papers: Sequence[Paper | None]
    """In the order of the indexes, one after another; None: it is gone, or its words are others."""
    indexes: Sequence["Index"]

    def scores(self, asked: "Vector") -> Iterator[tuple[int, Paper]]:
        """Of each paper that has a word of it."""
        scores = (score for index in self.indexes for score in index.scores(asked))
        return ((score, one) for score, one in zip(scores, self.papers, strict=True) if score and one)


class Neighbours:
    """Of the archive as it was lately."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
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
        from feeds.likeness.shared import shared_words  # noqa: PLC0415  (who shows no page of a paper needs none of it)
        from feeds.likeness.vector import vector_of  # noqa: PLC0415

        asked = vector_of(paper)
        found = [one for shelf in self._shelves.values() for one in shelf.scores(asked) if one[1].key != paper.key]
        best = nlargest(_SHOWN, found, key=lambda one: (one[0], one[1].key))
        return [(other, shared_words(asked, other)) for _, other in best]

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
        try:
            self._shelves = await self._ask(_followed(self._shelves, archive), MOST)
        except Crowded:
            log.debug("nobody has time for what is near")
        else:
            self._serial = archive.serial


def _followed(before: Mapping[int, _Shelf], archive: Archive) -> Steps[Mapping[int, _Shelf]]:
    found = {}
    for number in sorted(archive.batches)[-_MOST_BATCHES:]:
        found[number] = yield from _shelf(before.get(number), archive.batches[number])
    return found


def _shelf(before: _Shelf | None, batch: Batch) -> Steps[_Shelf]:
    """Votes change no word, and what is new is made an index of its own: so little of a batch is made anew."""
    if before and before.batch is batch:
        return before
    left = {paper.key: paper for paper in batch.papers}
    kept = [_as_it_was(one, left) for one in before.papers] if before else []
    indexes = list(before.indexes) if before else []
    if kept.count(None) + len(indexes) >= _MOST_PIECES:
        left, kept, indexes = {paper.key: paper for paper in batch.papers}, [], []
    if left:
        indexes.append((yield from _index(list(left.values()))))
    return _Shelf(batch, [*kept, *left.values()], indexes)


def _as_it_was(one: Paper | None, left: dict[str, Paper]) -> Paper | None:
    """The paper of now, taken from those left; None where it has other words."""
    now = left.get(one.key) if one else None
    if one is None or now is None or (now.title, now.abstract) != (one.title, one.abstract):
        return None
    return left.pop(one.key)


def _index(papers: Sequence[Paper]) -> Steps["Index"]:
    from feeds.likeness.index import Index  # noqa: PLC0415
    from feeds.likeness.vector import vector_of  # noqa: PLC0415

    yield
    return (yield from Index.in_steps(map(vector_of, papers)))
