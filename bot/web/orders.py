"""How a list of papers is sorted: newest first, by votes, or by what is nearest to a library."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from starlette.exceptions import HTTPException

from bot.web.archive import Archive
from bot.web.limits import MOST
from bot.web.live import LiveArchive
from bot.web.neighbours import Neighbours
from feeds.paper import Paper
from feeds.site import LIBRARY, Order, by_votes

PATIENCE = 60.0
"""Seconds that one who asks for this order waits for what it takes, after a start."""

Ordered = Callable[[Sequence[Paper]], list[Paper]]
"""Sorts papers that come in the order of feeds; where nothing else tells two apart they stay in it."""


class Orders:
    """Of one server."""

    def __init__(self, live: LiveArchive, neighbours: Neighbours) -> None:
        self._live, self._neighbours = live, neighbours
        self._known: dict[str, tuple[int, Mapping[str, int]]] = {}
        """By library: as of which archive, and each paper's score by key."""

    async def of(self, archive: Archive, order: Order) -> Ordered:
        """That of a configured name. Raises HTTPException: 503, it is not known yet; 404, the library has no papers."""
        if order == "new":
            return list
        if order == "votes":
            return by_votes
        scores = await self._scores(archive, order.removeprefix(LIBRARY))
        return lambda papers: sorted(papers, key=lambda one: -scores.get(one.key, 0))

    async def _scores(self, archive: Archive, name: str) -> Mapping[str, int]:
        known = self._known.get(name)
        if known and known[0] == archive.serial:
            return known[1]
        vector = await asyncio.to_thread(self._live.near.library, name) if self._live.near else None
        if vector is None:
            raise HTTPException(404, f"No paper of the library {name} could be read.")
        if await self._neighbours.made(archive, PATIENCE) < archive.serial:
            raise HTTPException(503)
        scores: Mapping[str, int] = await self._live.ask(self._neighbours.scores(vector), MOST)
        self._known[name] = archive.serial, scores
        return scores
