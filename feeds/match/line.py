"""One text as matching reads it: its words, and those that are one word with their neighbours."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from feeds.words import spelled
from feeds.words.inflection import compared
from feeds.words.reading import Reading, read


class Edge(NamedTuple):
    """A word of a line: where the next begins, and the word as it compares and as it begins."""

    end: int
    compared: str
    plain: str


class Line:
    """The words of a text, each with its number; those that are one with their neighbours are made when asked for."""

    def __init__(self, plain: Sequence[str], words: Sequence[str], reading: Reading | None = None) -> None:
        self.plain, self.words = plain, words
        self._reading, self._inflects = reading, words is not plain

    @cached_property
    def joined(self) -> list[tuple[int, Edge]]:
        """Words that are one with their neighbours, each with where it begins."""
        some = self._reading.joined() if self._reading else ()
        return [(j.start, Edge(j.end, compared(j.marked) if self._inflects else j.plain, j.plain)) for j in some]

    def edges(self, at: int) -> Iterator[Edge]:
        """The words that begin at a place."""
        if at < len(self.words):
            yield Edge(at + 1, self.words[at], self.plain[at])
            yield from self._joined_at.get(at, ())

    @cached_property
    def _joined_at(self) -> dict[int, list[Edge]]:
        found: dict[int, list[Edge]] = {}
        for start, edge in self.joined:
            found.setdefault(start, []).append(edge)
        return found


def line(text: str, *, inflects: bool) -> Line:
    """A text as words and their spellings are looked for in it."""
    reading = read(text)
    return Line(reading.plain, reading.compared() if inflects else reading.plain, reading)


def spelled_line(text: str) -> Line:
    """A text as exact spellings are looked for in it."""
    words = spelled(text)
    return Line(words, words)
