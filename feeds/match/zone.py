"""The texts of one field of a batch: answers words, phrases, prefixes and exact spellings with a bit a paper.

A few questions are answered by looking through the texts; from then on an index pays, and is made.
"""

from collections.abc import Iterator, Sequence

from feeds.match.index import Index
from feeds.match.phrase import Phrase
from feeds.words import folded, spelled, tokens

_FEW = 6
"""Looking through a text costs 2 to 30 microseconds a question, indexing it 250 (measured)."""


class Zone:
    """Texts, each with the number of its paper."""

    def __init__(self, texts: Sequence[tuple[int, str]], *, inflects: bool) -> None:
        self._texts = texts
        self._inflects = inflects
        self._questions = 0
        self._tokens: dict[int, list[str]] = {}
        self._index: Index | None = None

    def answer(self, kind: str, wanted: str) -> int:
        """Which papers hold what a leaf of the compiled form asks for: bit n is paper n."""
        if self._index is None:
            self._questions += 1
            if self._questions <= _FEW:
                return self._verified(kind, wanted, -1)
            texts = ((paper, self._tokens_of(number)) for number, (paper, _) in enumerate(self._texts))
            self._index = Index(texts, inflects=self._inflects)
        if kind != "w":
            last = wanted.rpartition(" ")[2]
            return self._verified(kind, wanted, self._index.prefix(last) if kind == "p" else -1)
        return self._index.papers(wanted)

    def _verified(self, kind: str, wanted: str, papers: int) -> int:
        """Which of these papers hold it, seen in the texts themselves."""
        phrase = Phrase(kind, tuple(wanted.split(" ")), self._inflects)
        bits = 0
        for number in self._candidates(phrase, papers):
            paper, text = self._texts[number]
            seen = spelled(text) if kind == "e" else self._tokens_of(number)
            if any(True for _ in phrase.places(seen)):
                bits |= 1 << paper
        return bits

    def _candidates(self, phrase: Phrase, papers: int) -> Iterator[int]:
        stems = [phrase.stem(number) for number in range(len(phrase.words))]
        for number, (paper, text) in enumerate(self._texts):
            if papers >> paper & 1:
                shown = folded(text)
                if all(stem in shown for stem in stems):
                    yield number

    def _tokens_of(self, number: int) -> list[str]:
        known = self._tokens.get(number)
        if known is None:
            known = self._tokens[number] = tokens(self._texts[number][1])
        return known
