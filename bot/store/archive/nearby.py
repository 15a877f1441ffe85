"""What is near, for whoever matches beside the database's thread: references are worked out when first asked for."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import islice
from threading import RLock
from typing import NamedTuple

from bot.store.archive import codec, paper_rows, references, vectors
from bot.store.archive.own_papers import Libraries, Library
from bot.store.archive.references import Kept
from bot.store.database import Database
from bot.store.kind import Driver
from bot.store.kinds import kind_of
from feeds.likeness import References
from feeds.likeness.among import Among
from feeds.likeness.reference import DAY, YEAR, Reference, bound_of, is_enough, names_of, newest_first
from feeds.likeness.shared import shared_words
from feeds.likeness.vector import Vector, Vectors, centroid
from feeds.paper import Paper
from feeds.query.compiled import Wanted

log = logging.getLogger(__name__)
AT_ONCE = 20
"""References worked out while others wait, some 100 ms."""
_SURER = 20
"""References at a time that are worked out anew once a year says enough."""


class Nearby(References):
    """Every reference of a database. Within a transaction that writes, ask bot.store.archive.references instead."""

    def __init__(self, database: Database, libraries: Libraries | None = None, *, waits: bool = False) -> None:
        """`waits`: what is not worked out yet matches nothing and is missed, until `learn` works it out."""
        super().__init__(self._known if waits else self._found, self._vectors)
        self._kind, self._waits = kind_of(database), waits
        self._libraries: Libraries = libraries or {}
        self._lock = RLock()
        self._kept: dict[str, Kept] = {}
        self._change = 0
        self._references: dict[str, Reference] = {}
        self._missed: set[str] = set()
        self._told: set[tuple[str, str]] = set()

    def among(self, papers: Sequence[Paper]) -> Among:
        """Papers, to be compared with references as they are now."""
        self.follow()
        return super().among(papers)

    def vector(self, wanted: str) -> Vector | None:
        """What the papers of a reference have in common; None where it is unknown."""
        found = self._found(wanted)
        return found.vector if found else None

    def nearest(self, name: str, most: int) -> list[tuple[Paper, tuple[str, ...]]]:
        """The papers of the archive's past year nearest to one, with the words that they share."""
        with self._kind.beside() as raw:
            papers = _named(raw, name)
            year = _Year(raw, self._vectors) if papers else None
        if year is None:
            return []
        (asked,) = self._vectors(papers)
        return [(one, shared_words(asked, one)) for one in year.nearest(asked, names_of(papers[0]), most)]

    def kept(self, papers: Sequence[Paper]) -> list[Vector | None]:
        """What papers' words weigh, of those of which it is kept."""
        return vectors.kept(self._kind, papers)

    def keep(self, some: Iterable[tuple[Paper, Vector]]) -> None:
        """Keep it, of stored papers."""
        vectors.keep(self._kind, some)

    def follow(self) -> None:
        """What others worked out, what a library's file is now, and what can be surer than it was."""
        with self._lock:
            if not self._kept and not self._waits:
                return
            with self._kind.beside() as raw:
                self._read(raw)
                stale = [one for one in self._kept.values() if self._is_stale(one)]
                unsure = [one for one in self._kept.values() if not one.sure]
                if unsure and is_enough(paper_rows.count_since(raw, _year_begins(raw))):
                    stale += unsure[:_SURER]
                self._work_out(raw, [one.wanted for one in stale])

    def learn(self, wanted: Iterable[str]) -> None:
        """Work these out, as far as they are there: some milliseconds each, and a second before the first."""
        with self._lock:
            left = [one for one in wanted if one not in self._kept]
        year: _Year | None = None
        for start in range(0, len(left), AT_ONCE):
            with self._lock, self._kind.beside() as raw:  # who matches waits for no more than some of them
                self._read(raw)
                year = self._work_out(
                    raw, [one for one in left[start : start + AT_ONCE] if one not in self._kept], year
                )

    def missed(self) -> frozenset[str]:
        """What was asked for since this was last asked, is not worked out yet, and could be."""
        with self._lock:
            wanted, self._missed = self._missed - self._kept.keys(), set()
            if not wanted:
                return frozenset()
            with self._kind.beside() as raw:
                return frozenset(one for one in wanted if self._is_there(raw, one))

    def _vectors(self, papers: Sequence[Paper]) -> list[Vector]:
        return vectors.vectors_of(self._kind, papers)

    def _known(self, wanted: str) -> Reference | None:
        with self._lock:
            if wanted not in self._kept:
                self._missed.add(wanted)
                return None
            return self._found(wanted)

    def _found(self, wanted: str) -> Reference | None:
        with self._lock:
            known = self._references.get(wanted)
            if known is None:
                self.learn([wanted])
                if wanted in self._kept:
                    known = self._references[wanted] = self._kept[wanted].reference
            return known

    def _read(self, raw: Driver) -> None:
        self._change, found = references.changed(raw, self._change)
        for one in found:
            self._kept[one.wanted] = one
            self._references.pop(one.wanted, None)

    def _is_there(self, raw: Driver, wanted: str) -> bool:
        kind, name, _ = Wanted.read(wanted)
        if kind == "l":
            return name in self._libraries and bool(self._libraries[name]().stamp)
        return paper_rows.named(raw, name) is not None

    def _is_stale(self, one: Kept) -> bool:
        """Whether it is a library whose file is another one; one that is gone stays as it was."""
        wanted = Wanted.read(one.wanted)
        library = self._libraries.get(wanted.name) if wanted.kind == "l" else None
        return library is not None and library().stamp not in {"", one.stamp}

    def _work_out(self, raw: Driver, wanted: Sequence[str], year: "_Year | None" = None) -> "_Year | None":
        """By the archive as it is now, read where it was not; what another process worked out meanwhile stands."""
        made = [one for one in (self._made_of(raw, one) for one in wanted) if one.papers]
        if not made:
            return year
        year = year or _Year(raw, self._vectors)
        vectors = iter(self._vectors([paper for one in made for paper in one.papers]))
        found = [year.reference(one, list(islice(vectors, len(one.papers)))) for one in made]
        raw.execute("begin")
        for kept in found:
            references.keep(raw, kept)
        raw.execute("commit")
        self._read(raw)
        return year

    def _made_of(self, raw: Driver, wanted: str) -> "_MadeOf":
        kind, name, _ = Wanted.read(wanted)
        library = self._libraries[name]() if kind == "l" and name in self._libraries else None
        if library:
            return _MadeOf(wanted, newest_first(self._of_library(raw, name, library)), library.stamp)
        return _MadeOf(wanted, _named(raw, name) if kind == "s" else [])

    def _of_library(self, raw: Driver, name: str, library: Library) -> list[Paper]:
        """Its papers, as far as they can be read; a file that is broken is told once."""
        try:
            papers = library.read()
        except ValueError as error:
            if (name, library.stamp) not in self._told:
                log.warning("library %s: %s", name, error)
            self._told.add((name, library.stamp))
            return []
        return [one if one.abstract else in_archive(raw, one) or one for one in papers]


def in_archive(raw: Driver, one: Paper) -> Paper | None:
    """The stored paper that an entry of a library means, by its id, DOI or whole title."""
    for name in filter(None, (one.id, one.doi, one.title)):
        if found := _named(raw, name):
            return replace(found[0], announced=one.announced or found[0].announced)
    return None


def _named(raw: Driver, name: str) -> list[Paper]:
    number = paper_rows.named(raw, name)
    return [codec.from_row(row) for row in paper_rows.some(raw, [number] if number else []).values()]


def _year_begins(raw: Driver) -> date:
    """The first day of the year up to the newest that the archive has."""
    newest = paper_rows.newest(raw)
    return newest - YEAR + DAY if newest else date.max


class _MadeOf(NamedTuple):
    """What a reference is made of."""

    wanted: str
    papers: Sequence[Paper]
    """Newest first."""
    stamp: str = ""


class _Year:
    """The papers of an archive's past year, to be compared with many references."""

    def __init__(self, raw: Driver, vectors: Vectors) -> None:
        self._papers = [codec.from_row(row) for row in paper_rows.announced_since(raw, _year_begins(raw))]
        self._names = list(map(names_of, self._papers))
        self._among = Among(self._papers, lambda _: None, vectors)

    def nearest(self, vector: Vector, itself: frozenset[str], most: int) -> list[Paper]:
        """The nearest first, but for itself."""
        scores = self._among.scores(vector)
        order = sorted((at for at, score in enumerate(scores) if score), key=lambda at: (-scores[at], at))
        others = (self._papers[at] for at in order if itself.isdisjoint(self._names[at]))
        return list(islice(others, most))

    def reference(self, made: _MadeOf, vectors: Sequence[Vector]) -> Kept:
        """What is of the vectors of its papers, with its bound by the year's other papers."""
        vector, itself = centroid(vectors), _names_of_all(made.papers)
        scores, own = self._among.scores(vector), {at for name in itself for at in self._places.get(name, ())}
        others = [score for at, score in enumerate(scores) if at not in own]
        one = Reference(vector, bound_of(others, Wanted.read(made.wanted).times, len(own)), itself)
        return references.kept_of(made.wanted, one, sure=is_enough(len(scores)), stamp=made.stamp)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, names in enumerate(self._names):
            for name in names:
                found.setdefault(name, []).append(at)
        return found


def _names_of_all(papers: Iterable[Paper]) -> frozenset[str]:
    return frozenset(name for one in papers for name in names_of(one))
