"""The texts of one field of a batch: answers words, phrases, prefixes and exact spellings with a bit a paper.

A few questions are answered by looking through the texts; from then on an index pays, and is made.
"""

from collections.abc import Iterator, Mapping, Sequence

from feeds.match.index import Index
from feeds.match.phrase import Phrase
from feeds.query.compiled import ReadLeaf
from feeds.words import folded, spelled, tokens

_FEW = 6
"""Looking through a text costs 2 to 30 microseconds a question, indexing it 250 (measured)."""


class Zone:
    """Texts, each with the number of its paper; `often` says that there is much to ask."""

    def __init__(self, texts: Sequence[tuple[int, str]], *, inflects: bool, often: bool) -> None:
        self._texts = texts
        self._inflects = inflects
        self._questions = _FEW if often else 0
        self._tokens: dict[int, list[str]] = {}
        self._folded: dict[int, str] = {}
        self._spelled: dict[int, list[str]] = {}
        self._index: Index | None = None

    def answer(self, leaf: ReadLeaf) -> int:
        """Which papers hold what a leaf asks for: bit n is paper n."""
        if self._index is None and self._questions < _FEW:
            self._questions += 1
            return self._verified(leaf, -1)
        if leaf.kind == "w":
            return self._indexed().papers(leaf.wanted.split(" "))
        last = leaf.wanted.rpartition(" ")[2]
        return self._verified(leaf, self._indexed().prefix(last) if leaf.kind == "p" else -1)

    def words(self, wanted: str) -> int:
        """The same for the commonest leaf: a word or phrase that inflects."""
        if self._index is None:
            return self.answer(ReadLeaf("", "w", wanted))
        return self._index.papers(wanted.split(" "))

    def prepare(self) -> None:
        """Make the index before anybody waits for it."""
        self._indexed()

    def roots(self) -> Mapping[str, int]:
        """The roots of all words of the texts, and of each two and three side by side, as leaves write them."""
        return self._indexed().by_roots

    def _indexed(self) -> Index:
        if self._index is None:
            self._index = Index(((paper, tokens(text)) for paper, text in self._texts), inflects=self._inflects)
            self._tokens.clear()  # the index has them, and is asked from now on
        return self._index

    def _verified(self, leaf: ReadLeaf, papers: int) -> int:
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
                shown = text if as_it_is else self._folded_of(number)
                if all(part in shown for part in (phrase.words if as_it_is else stems)):
                    yield number

    def _folded_of(self, number: int) -> str:
        known = self._folded.get(number)
        if known is None:
            known = self._folded[number] = folded(self._texts[number][1])
        return known

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
