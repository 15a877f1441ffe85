"""The texts of one field of a batch: answers words, phrases, prefixes and exact spellings with a bit a paper.

A few questions are answered by looking through the texts; from then on an index pays, and is made.
"""

from collections.abc import Mapping, Sequence

from feeds.match.index import Index
from feeds.match.known import Known
from feeds.match.phrase import phrase
from feeds.query.compiled import ReadLeaf
from feeds.words import as_spelled, folded, spelled, tokens

_FEW = 6
"""Looking through a text costs 2 to 30 microseconds a question, indexing it 250 (measured)."""


class Zone:
    """Texts, each with the number of its paper; `often` says that there is much to ask."""

    def __init__(self, texts: Sequence[tuple[int, str]], *, inflects: bool, often: bool) -> None:
        self._texts = texts
        self._inflects = inflects
        self._questions = _FEW if often else 0
        self._tokens = Known[int, list[str]](lambda number: tokens(texts[number][1]))
        self._spelled = Known[int, list[str]](lambda number: spelled(texts[number][1]))
        self._folded = Known[int, str](lambda number: folded(texts[number][1]))
        self._as_spelled = Known[int, str](lambda number: as_spelled(texts[number][1]))
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

    def words(self, wanted: str, roots: str) -> int:
        """The same for the commonest leaf: a word or phrase that inflects, with the roots of its first words."""
        if self._index is None:
            return self.answer(ReadLeaf("", "w", wanted))
        return self._index.papers(wanted.split(" "), roots)

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
        wanted, exact = phrase(leaf.kind, leaf.wanted, inflects=self._inflects), leaf.kind == "e"
        shown, seen = (self._as_spelled, self._spelled) if exact else (self._folded, self._tokens)
        numbers = [number for number, (paper, _) in enumerate(self._texts) if papers >> paper & 1]
        for stem in wanted.stems():
            numbers = [number for number in numbers if stem in shown[number]]
        bits = 0
        for number in numbers:
            if wanted.stands_in(seen[number]):
                bits |= 1 << self._texts[number][0]
        return bits
