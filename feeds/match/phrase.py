"""What a leaf wants of the words of a text: one word, several side by side, a beginning, or words near each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from feeds.known import remembered
from feeds.match.line import Edge, Line
from feeds.query.steps import pieces, steps, unmarked
from feeds.words.british import american, common_start, shared_start
from feeds.words.inflection import accepted

Span = tuple[int, int]
"""The number of a word, and of the first after it."""


class Step(NamedTuple):
    """One way to take a word of a phrase: the number of the next, and what may stand in its place."""

    end: int
    words: frozenset[str]
    beginning: str

    def takes(self, edge: Edge) -> bool:
        """Whether a word of a text will do."""
        return edge.plain.startswith(self.beginning) if self.beginning else edge.compared in self.words


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side."""

    steps: tuple[tuple[Step, ...], ...]
    """For each word: the ways to take it, alone or as one with the next."""
    exact: bool = False

    def stems(self) -> list[str]:
        """What a text must hold in one piece somewhere, a hyphen left out, if it holds the phrase."""
        if self.exact:
            return [word for ((_, words, _),) in self.steps for word in words]
        return [self._sure_stem(at) for at in range(len(self.steps))]

    def _sure_stem(self, at: int) -> str:
        """What a word begins with; nothing, if it does not where it is one with others."""
        stem = _stem(self.steps[at][0])
        longer = [step for start in range(at + 1) for step in self.steps[start] if step.end > max(at, start + 1)]
        return stem if all(stem in _stem(step) for step in longer) else ""

    def sure_words(self) -> frozenset[str]:
        """Words that are enough for it, as plain tokens: no reading of the text can make them others."""
        if self.exact or len(self.steps) > 1 or self.steps[0][0].beginning:
            return frozenset()
        words = self.steps[0][0].words
        return frozenset(word for word in words if not word.lower().endswith("s") and american(word) == word)

    def stands_in(self, line: Line) -> bool:
        """Whether the line holds it."""
        if len(self.steps) == 1 and not self.steps[0][0].beginning:
            wanted = self.steps[0][0].words
            return not wanted.isdisjoint(line.words) or any(edge.compared in wanted for _, edge in line.joined)
        return next(self.places(line), None) is not None

    def places(self, line: Line) -> Iterator[Span]:
        """Where in the line it stands."""
        return ((at, end) for at in self._beginnings(line) for end in sorted(self._ends(line, at)))

    def _beginnings(self, line: Line) -> list[int]:
        first = self.steps[0]
        words = frozenset().union(*(step.words for step in first))
        begun = tuple(step.beginning for step in first if step.beginning)
        alone = {at for at, word in enumerate(line.words) if word in words}
        if begun:
            alone |= {at for at, word in enumerate(line.plain) if word.startswith(begun)}
        joined = {at for at, edge in line.joined if edge.compared in words or (begun and edge.plain.startswith(begun))}
        return sorted(alone | joined)

    def _ends(self, line: Line, start: int) -> set[int]:
        reached: list[set[int]] = [{start}, *(set() for _ in self.steps)]
        for number, some in enumerate(self.steps):
            for edge in chain.from_iterable(map(line.edges, reached[number])):
                for step in some:
                    if step.takes(edge):
                        reached[step.end].add(edge.end)
        return reached[-1]


@remembered(4096)
def phrase(kind: str, wanted: str, *, inflects: bool) -> Phrase:
    """The phrase of a leaf: its kind's letter, its words, and whether they inflect where it is looked for."""
    known = tuple(((n + 1, word),) for n, word in enumerate(wanted.split(" "))) if kind == "e" else steps(wanted)
    varies = inflects and kind != "e"
    return Phrase(
        tuple(
            tuple(
                Step(end, frozenset(), word)
                if kind == "p" and end == len(known)
                else Step(end, accepted(word) if varies else frozenset((word,)), "")
                for end, word in some
            )
            for some in known
        ),
        exact=kind == "e",
    )


def units(wanted: str) -> list[str]:
    """The words that may stand in any order: those with a hyphen between them are one."""
    words, gaps = pieces(wanted)
    found = [words[0]]
    for gap, word in zip(gaps, words[1:], strict=True):
        if gap == "-":
            found[-1] += f"-{word}"
        else:
            found.append(word)
    return found


def numbered(wanted: str) -> list[tuple[int, str]]:
    """The words that are one with a number behind them: (which of the units, the one word)."""
    words, gaps = pieces(wanted)
    found, unit = [], 0
    for at, gap in enumerate(gaps):
        alone = "-" not in (*gaps[max(0, at - 1) : at], *gaps[at + 1 : at + 2])
        if gap == "~" and alone:
            found.append((unit, unmarked(words[at]) + words[at + 1]))
        unit += gap != "-"
    return found


def _stem(step: Step) -> str:
    """What a word begins with, whatever its form and spelling; of a name with a number, the name."""
    stem = step.beginning or common_start([shared_start(word.lower()) for word in step.words])
    name = stem.rstrip("0123456789.")
    return name if len(name) > 1 and name.isalpha() else stem
