"""What is near, for whoever matches beside the database's thread: references are worked out when first asked for."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from threading import RLock

from bot.store.archive import codec, paper_rows, references
from bot.store.archive.own_papers import Libraries, Library
from bot.store.archive.references import Kept
from bot.store.database import Database
from bot.store.kind import Driver
from bot.store.kinds import kind_of
from feeds.likeness import References
from feeds.likeness.among import Among
from feeds.likeness.index import Index
from feeds.likeness.reference import DAY, YEAR, Reference, bound_of, is_enough, names_of, newest_first
from feeds.likeness.shared import shared_words
from feeds.likeness.vector import Vector, centroid, vector_of
from feeds.paper import Paper
from feeds.query.compiled import Wanted

log = logging.getLogger(__name__)


class Nearby(References):
    """Every reference of a database. Within a transaction that writes, ask bot.store.archive.references instead."""

    def __init__(self, database: Database, libraries: Libraries | None = None) -> None:
        super().__init__(self._found)
        self._kind = kind_of(database)
        self._libraries: Libraries = libraries or {}
        self._lock = RLock()
        self._kept: dict[str, Kept] = {}
        self._change = 0
        self._references: dict[str, Reference] = {}
        self._year: _Year | None = None
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
        """The papers of the archive's past year nearest to one, with the words that they share; some seconds."""
        with self._lock, self._kind.beside() as raw:
            papers = _named(raw, name)
            if not papers:
                return []
            asked, itself = vector_of(papers[0]), names_of(papers[0])
            rows = _Year(raw).nearest(asked, itself, most)
            found = paper_rows.some(raw, rows)
            near = [codec.from_row(found[row]) for row in rows if row in found]
            return [(one, shared_words(asked, one)) for one in near]

    def follow(self) -> None:
        """What others worked out, what a library's file is now, and what can be surer than it was."""
        with self._lock:
            self._year = None
            if not self._kept:
                return
            with self._kind.beside() as raw:
                self._read(raw)
                stale = [one for one in self._kept.values() if self._is_stale(one)]
                unsure = [one for one in self._kept.values() if not one.sure]
                if unsure and is_enough(paper_rows.count_since(raw, _year_begins(raw))):
                    stale += unsure
                for one in stale:
                    self._work_out(raw, one.wanted)

    def _found(self, wanted: str) -> Reference | None:
        with self._lock:
            known = self._references.get(wanted)
            if known is None and self._learnt(wanted):
                known = self._references[wanted] = self._kept[wanted].reference
            return known

    def _learnt(self, wanted: str) -> bool:
        if wanted not in self._kept:
            with self._kind.beside() as raw:
                self._read(raw)
                if wanted not in self._kept:
                    self._work_out(raw, wanted)
        return wanted in self._kept

    def _read(self, raw: Driver) -> None:
        self._change, found = references.changed(raw, self._change)
        for one in found:
            self._kept[one.wanted] = one
            self._references.pop(one.wanted, None)

    def _is_stale(self, one: Kept) -> bool:
        """Whether it is a library whose file is another one; one that is gone stays as it was."""
        wanted = Wanted.read(one.wanted)
        library = self._libraries.get(wanted.name) if wanted.kind == "l" else None
        return library is not None and library().stamp not in {"", one.stamp}

    def _work_out(self, raw: Driver, wanted: str) -> None:
        """By the archive as it is now; what another process worked out meanwhile stands."""
        kind, name, times = Wanted.read(wanted)
        library = self._libraries[name]() if kind == "l" and name in self._libraries else None
        papers = self._of_library(raw, name, library) if library else _named(raw, name) if kind == "s" else []
        if not papers:
            return
        year = self._year = self._year or _Year(raw)
        vector = centroid(list(map(vector_of, newest_first(papers))))
        itself = frozenset(its for one in papers for its in names_of(one))
        scores = year.scores(vector, itself)
        one = Reference(vector, bound_of(scores, times), itself)
        stamp = library.stamp if library else ""
        references.keep(raw, references.kept_of(wanted, one, sure=is_enough(len(scores)), stamp=stamp))
        self._read(raw)

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


class _Year:
    """The papers of an archive's past year, to be compared with many references."""

    def __init__(self, raw: Driver) -> None:
        rows = list(paper_rows.announced_since(raw, _year_begins(raw)))
        papers = list(map(codec.from_row, rows))
        self._rows = [row.id for row in rows]
        self._names = list(map(names_of, papers))
        self._index = Index(map(vector_of, papers))

    def nearest(self, vector: Vector, itself: frozenset[str], most: int) -> list[int]:
        """The rows of the nearest, but for itself."""
        scores = self._index.scores(vector)
        order = sorted((at for at, score in enumerate(scores) if score), key=lambda at: (-scores[at], at))
        others = (self._rows[at] for at in order if itself.isdisjoint(self._names[at]))
        return list(islice(others, most))

    def scores(self, vector: Vector, itself: frozenset[str]) -> list[int]:
        """Of all but those of a reference itself."""
        found = zip(self._names, self._index.scores(vector), strict=True)
        return [score for names, score in found if itself.isdisjoint(names)]
