"""What is near, for who may be asked for it: what that takes is imported when somebody does."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from bot.store.archive.own_papers import Libraries
from bot.store.database import Database
from feeds.match.nearness import Compared, Place
from feeds.paper import Paper
from feeds.query import Query, QueryError, parse_query
from feeds.query.compiled import leaf_code
from feeds.query.tree import Nearness, leaves

if TYPE_CHECKING:
    from bot.store.archive.nearby import Nearby
    from feeds.likeness.vector import Vector


class Near:
    """Every reference of a database (bot.store.archive.nearby), to be given to feeds.match."""

    def __init__(self, database: Database, libraries: Libraries | None = None, *, waits: bool = False) -> None:
        """`waits`: whoever matches waits for no reference; what it missed is to be learnt when there is time."""
        self._database, self._libraries, self._waits = database, libraries, waits

    @cached_property
    def _there(self) -> "Nearby":
        from bot.store.archive.nearby import Nearby  # noqa: PLC0415  (few ask for what is near)

        return Nearby(self._database, self._libraries, waits=self._waits)

    def among(self, papers: Sequence[Paper]) -> Compared:
        """Papers, to be compared with references."""
        return self._there.among(papers)

    def places(self, wanted: str, paper: Paper) -> Iterable[Place]:
        """The words for which a paper is near, where they stand."""
        return self._there.places(wanted, paper)

    def nearest(self, name: str, most: int) -> list[tuple[Paper, tuple[str, ...]]]:
        """The papers of the archive's past year nearest to one, with the words that they share."""
        return self._there.nearest(name, most)

    def learn(self, queries: Iterable[Query]) -> None:
        """Work out what they compare with, where it is not known yet."""
        wanted = frozenset[str]().union(*(query.near for query in queries))
        if wanted:
            self._there.follow()
            self._there.learn(sorted(wanted))

    def missed(self) -> frozenset[str]:
        """What was asked for and is not worked out yet, but could be; each is named once."""
        return self._there.missed() if "_there" in self.__dict__ else frozenset()

    def learn_missed(self, wanted: Iterable[str]) -> None:
        """Work out what was missed."""
        self._there.learn(sorted(wanted))

    def kept(self, papers: Sequence[Paper]) -> "list[Vector | None]":
        """What papers' words weigh, of those of which it is kept."""
        return self._there.kept(papers)

    def keep(self, some: "Iterable[tuple[Paper, Vector]]") -> None:
        """Keep it, of stored papers."""
        self._there.keep(some)

    def library(self, name: str) -> "Vector | None":
        """What its papers have in common, as its file was lately; None of one that cannot be read."""
        query = parse_query(f"library:{name}")
        self.learn([query])
        (wanted,) = query.near
        return self._there.vector(wanted)

    def unknown(self, query: Query) -> list[Nearness]:
        """What it compares with that the archive does not have."""
        return [leaf for leaf in compared(query) if not self._there.knows(leaf_code(leaf)[1:])]

    def refuse_unknown(self, query: Query) -> None:
        """Raises QueryError: it compares with a paper or library that is not there."""
        for leaf in self.unknown(query):
            raise QueryError(self._lacking(leaf), leaf.position, query.text)

    def lacks(self, query: Query) -> tuple[str, ...]:
        """The same in words, for who may subscribe to it: it waits."""
        return tuple(map(self._lacking, self.unknown(query)))

    def _lacking(self, leaf: Nearness) -> str:
        if leaf.field == "similar":
            return f"no paper of the archive is {leaf.name}"
        if leaf.name in (self._libraries or {}):  # a visitor is not told where its file is
            return f"library {leaf.name} cannot be read as it is"
        return f"no library of the configuration is named {leaf.name}"


def compared(query: Query) -> list[Nearness]:
    """What it compares papers with."""
    return [leaf for leaf in leaves(query.tree) if isinstance(leaf, Nearness)] if query.near else []
