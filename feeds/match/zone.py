"""The texts of one field of a batch: answers words, phrases, prefixes and exact spellings with a bit a paper.

A few questions are answered by looking through the texts; from then on an index pays, and is made.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from feeds.match.index import Index
from feeds.match.phrase import Phrase
from feeds.query.compiled import Step
from feeds.words import folded, spelled, tokens
from feeds.words.inflection import root

_FEW = 6
"""Looking through a text costs 2 to 30 microseconds a question, indexing it 250 (measured)."""


class Zone:
    """Texts, each with the number of its paper; `often` says that there is much to ask."""

    def __init__(self, texts: Sequence[tuple[int, str]], *, inflects: bool, often: bool) -> None:
        self._texts = texts
        self._inflects = inflects
        self._questions = _FEW if often else 0
        self._tokens: dict[int, list[str]] = {}
        self._spelled: dict[int, list[str]] = {}
        self._index: Index | None = None

    def answer(self, leaf: Step) -> int:
        """Which papers hold what a leaf asks for: bit n is paper n."""
        if self._index is None:
            self._questions += 1
            if self._questions <= _FEW:
                return self._verified(leaf, -1)
            texts = ((paper, self._tokens_of(number)) for number, (paper, _) in enumerate(self._texts))
            self._index = Index(texts, inflects=self._inflects)
        words = leaf.wanted.split(" ")
        if leaf.kind == "w":
            return self._index.papers(words)
        return self._verified(leaf, self._index.prefix(words[-1]) if leaf.kind == "p" else -1)

    def roots(self) -> set[str]:
        """The roots of all words of the texts, and of each two and three side by side, as leaves write them."""
        found = {""}
        for number in range(len(self._texts)):
            single = list(map(root, self._tokens_of(number)))
            found.update(single)
            found.update(map(" ".join, pairwise(single)))
            found.update(map(" ".join, zip(single, single[1:], single[2:], strict=False)))
        return found

    def _verified(self, leaf: Step, papers: int) -> int:
        """Which of these papers hold it, seen in the texts themselves."""
        phrase = Phrase(leaf.kind, tuple(leaf.wanted.split(" ")), self._inflects)
        bits = 0
        for number in self._candidates(phrase, papers):
            seen = self._spelled_of(number) if leaf.kind == "e" else self._tokens_of(number)
            if any(True for _ in phrase.places(seen)):
                bits |= 1 << self._texts[number][0]
        return bits

    def _candidates(self, phrase: Phrase, papers: int) -> Iterator[int]:
        stems = [phrase.stem(number) for number in range(len(phrase.words))]
        for number, (paper, text) in enumerate(self._texts):
            if papers >> paper & 1:
                as_it_is = phrase.kind == "e" and text.isascii()
                shown = text if as_it_is else folded(text)
                if all(part in shown for part in (phrase.words if as_it_is else stems)):
                    yield number

    def _tokens_of(self, number: int) -> list[str]:
        known = self._tokens.get(number)
        if known is None:
            known = self._tokens[number] = tokens(self._texts[number][1])
        return known

    def _spelled_of(self, number: int) -> list[str]:
        known = self._spelled.get(number)
        if known is None:
            known = self._spelled[number] = spelled(self._texts[number][1])
        return known
