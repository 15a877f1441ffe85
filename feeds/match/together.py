"""Words near each other, in any order: `"kv cache"~5` (contract: from the first to the last at most 5 words on)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.known import remembered
from feeds.match.line import Line
from feeds.match.phrase import Phrase, Span, numbered, phrase, units

_Place = tuple[int, int, int]
"""A span, and the number of the word that takes it, where another may take it too."""
_SHARED = -1


@dataclass(frozen=True, slots=True)
class Together:
    """Several words or hyphenated words, each with a place of its own."""

    within: int
    words: tuple[Phrase, ...]
    closed: tuple[tuple[int, Phrase], ...]
    """A word that is this one and the one after it: SAM2 is SAM and 2."""

    def stems(self) -> list[str]:
        """What a text must hold in one piece somewhere, if it holds the words."""
        twice = {number for number, _ in self.closed} | {number + 1 for number, _ in self.closed}
        return [stem for number, word in enumerate(self.words) if number not in twice for stem in word.stems()]

    def sure_words(self) -> frozenset[str]:
        """Words that are enough for it: none."""
        return frozenset()

    def stands_in(self, line: Line) -> bool:
        """Whether the line holds them so."""
        return next(self._windows(self._places(line)), None) is not None

    def places(self, line: Line) -> Iterator[Span]:
        """Where in the line the words stand that are near enough."""
        places = self._places(line)
        found = {place[:2] for window in self._windows(places) for some in window for place in some}
        return iter(sorted(found))

    def _places(self, line: Line) -> list[list[_Place]]:
        found = [[(*span, _SHARED) for span in word.places(line)] for word in self.words]
        for number, word in self.closed:
            for span in word.places(line):
                found[number].append((*span, number))
                found[number + 1].append((*span, number + 1))
        return found

    def _windows(self, places: Sequence[Sequence[_Place]]) -> Iterator[list[list[_Place]]]:
        """The places of each word, wherever all of them are near enough."""
        if not all(places):
            return
        for first in sorted({place[1] for some in places for place in some}):
            window = [[p for p in some if p[1] >= first and p[0] < first + self.within] for some in places]
            if all(window) and _is_enough(window):
                yield window


@remembered(4096)
def together(wanted: str, *, inflects: bool) -> Together:
    """What a leaf of this kind wants."""
    within, _, words = wanted.partition(" ")
    alone = tuple(phrase("w", unit, inflects=inflects) for unit in units(words))
    closed = tuple((number, phrase("w", word, inflects=inflects)) for number, word in numbered(words))
    return Together(int(within), alone, closed)


def wanted_of(kind: str, wanted: str, *, inflects: bool) -> Phrase | Together:
    """What a leaf of any kind wants that looks for words."""
    return together(wanted, inflects=inflects) if kind == "n" else phrase(kind, wanted, inflects=inflects)


def _is_enough(window: Sequence[Sequence[_Place]]) -> bool:
    """Whether each word can have a place that no other has."""
    taken: dict[_Place, int] = {}
    return all(_takes(number, window, taken, set()) for number in range(len(window)))


def _takes(number: int, window: Sequence[Sequence[_Place]], taken: dict[_Place, int], tried: set[_Place]) -> bool:
    """Whether a word finds a place, others moving to make room."""
    for place in window[number]:
        if place not in tried:
            tried.add(place)
            if place not in taken or _takes(taken[place], window, taken, tried):
                taken[place] = number
                return True
    return False
