"""What a program may ask by the Model Context Protocol: all of it looks, and nothing changes anything."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.commands.explain import explain
from bot.config.load import Config
from bot.process.clock import Clock
from bot.rules.cursors import CursorError
from bot.rules.facts import facts_of
from bot.store.archive import papers
from bot.store.archive.near import Near
from bot.store.archive.pruned import Pruned
from bot.store.engine import Store
from bot.web.archive import Archive
from bot.web.live import LiveArchive
from bot.web.neighbours import Neighbours
from bot.web.newcomers import Newcomers
from feeds.likeness.vector import ONE
from feeds.paper import Paper
from feeds.query import Query, QueryError, parse_query
from feeds.site import by_votes

MOST = 100
"""Papers in one answer of a search."""
PATIENCE = 60.0
"""Seconds that a question of what is like a paper waits, half of what it may take."""


class UnansweredError(Exception):
    """A question that cannot be answered, in words for who asked."""


@dataclass(frozen=True, slots=True)
class Tools:
    """For one process."""

    config: Config
    store: Store
    live: LiveArchive
    clock: Clock
    near: Near
    like: Neighbours

    async def search(self, query: str, limit: int = 20, sort: str = "new") -> dict[str, Any]:
        """The papers of the archive that QUERY matches: the newest first, or those with most votes (sort "votes").

        A query is words, "phrases in quotes", OR, -without, ( ), title: abstract: author: category:, votes>=20,
        date>=2026-01-01. `total` is how many there are.
        """
        if sort not in {"new", "votes"}:
            raise UnansweredError('sort is "new" or "votes"')
        parsed = await self._read(query)
        archive = await self.live.now()
        found = await self.live.ask(archive.matched(parsed))
        some = by_votes(found) if sort == "votes" else found
        return {"total": len(found), "papers": _told(some[: max(0, min(limit, MOST))])}

    async def paper(self, name: str) -> dict[str, Any]:
        """All that is known of one paper, named by its arXiv id, DOI, address, key or whole title."""
        return facts_of((await self._named(name))[1])

    async def similar(self, name: str, limit: int = 10) -> dict[str, Any]:
        """The papers that are most like one, the most like it first, each with its score and the words that they share.

        The first question may take some seconds.
        """
        archive, one = await self._named(name)
        if await self.like.made(archive, PATIENCE) < archive.serial:
            raise UnansweredError("What is like what is still being worked out: ask again.")
        found = await asyncio.to_thread(self.like.nearest, one, max(0, min(limit, MOST)))
        return {
            "papers": [
                {**facts_of(paper), "score": round(min(score / ONE, 1.0), 4), "shares": words}
                for paper, score, words in found
            ]
        }

    async def new_since(self, query: str, cursor: str = "") -> dict[str, Any]:
        """The papers that QUERY matches now and did not when the cursor was made, each once, and the next cursor.

        Ask without a cursor to begin: no paper, and the cursor to go on with. It is good for 90 days.
        """
        try:
            found, after = await Newcomers(self.store, self.live, self.clock).since(await self._read(query), cursor)
        except CursorError as error:
            raise UnansweredError(str(error)) from None
        return {"papers": _told(found), "cursor": str(after)}

    async def why(self, name: str) -> dict[str, Any]:
        """Where a paper was seen, which feeds and alerts match it and for which words, and what became of that."""
        told = await self.store.run(explain, self.config, name, self.clock.now())
        if told is None or isinstance(told, Pruned):
            raise UnansweredError(_unknown(name))
        return told.as_json()

    async def _named(self, name: str) -> tuple[Archive, Paper]:
        archive = await self.live.now()
        found = archive.find(name)
        if found is None:
            row = await self.store.run(papers.find, name)
            found = archive.rows[row].paper if row is not None and row in archive.rows else None
        if found is None:
            raise UnansweredError(_unknown(name))
        return archive, found

    async def _read(self, text: str) -> Query:
        """The query, and what it compares with worked out."""
        try:
            query = parse_query(text)
            await asyncio.to_thread(self.near.refuse_unknown, query)
        except QueryError as error:
            raise UnansweredError(str(error)) from None
        await self.live.learn(query)
        return query


def _unknown(name: str) -> str:
    return f"No paper {name!r} is known: name it by arXiv id, DOI, address or whole title."


def _told(some: Sequence[Paper]) -> list[dict[str, Any]]:
    return [facts_of(one) for one in some]
