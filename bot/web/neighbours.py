"""Which papers of the archive are nearest to one: an index of each batch, made beside all else when first asked for."""

import asyncio
from heapq import nlargest
from threading import Lock
from typing import TYPE_CHECKING

from bot.web.archive import Archive
from feeds.paper import Paper

if TYPE_CHECKING:
    from feeds.likeness.index import Index
    from feeds.match import Batch

PATIENCE = 1.0
"""Seconds that a page waits for the indexes; one of a large archive goes without until they are made."""
_MOST_BATCHES = 30
"""The newest, by their rows: each takes half a second and 3 MB."""
_SHOWN = 5

Neighbour = tuple[Paper, tuple[str, ...]]
"""A paper, and the words that it shares."""


class Neighbours:
    """Of one archive at a time; what did not change is taken over."""

    def __init__(self) -> None:
        self._indexes: dict[int, tuple[Batch, Index]] = {}
        self._lock = Lock()
        self._making: asyncio.Task[None] | None = None

    async def are_known(self, archive: Archive) -> bool:
        """Whether all can be named; if not, that is seen to."""
        if self._are_made(archive):
            return True
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(asyncio.to_thread(self._make, archive))
        await asyncio.wait([self._making], timeout=PATIENCE)
        return self._are_made(archive)

    def of(self, archive: Archive, paper: Paper) -> list[Neighbour]:
        """The nearest first."""
        from feeds.likeness.shared import shared_words  # noqa: PLC0415  (who shows no page of a paper needs none of it)
        from feeds.likeness.vector import vector_of  # noqa: PLC0415

        asked = vector_of(paper)
        found = [
            (score, other)
            for number in _newest(archive)
            for batch, index in [self._indexes[number]]
            for score, other in zip(index.scores(asked), batch.papers, strict=True)
            if score and other.key != paper.key
        ]
        best = nlargest(_SHOWN, found, key=lambda one: (one[0], one[1].key))
        return [(other, shared_words(asked, other)) for _, other in best]

    def _are_made(self, archive: Archive) -> bool:
        return all(self._is_made(archive, number) for number in _newest(archive))

    def _is_made(self, archive: Archive, number: int) -> bool:
        known = self._indexes.get(number)
        return known is not None and known[0] is archive.batches[number]

    def _make(self, archive: Archive) -> None:
        from feeds.likeness.index import Index  # noqa: PLC0415
        from feeds.likeness.vector import vector_of  # noqa: PLC0415

        with self._lock:
            for number in _newest(archive):
                if not self._is_made(archive, number):
                    batch = archive.batches[number]
                    self._indexes[number] = batch, Index(map(vector_of, batch.papers))


def _newest(archive: Archive) -> list[int]:
    return sorted(archive.batches)[-_MOST_BATCHES:]
