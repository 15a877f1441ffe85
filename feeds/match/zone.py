"""The texts of one field of a batch: answers words, phrases, prefixes and exact spellings with a bit a paper.

A few questions are answered by looking through the texts; from then on an index pays, and is made.
"""

from collections.abc import Mapping, Sequence

from feeds.known import Known
from feeds.match.index import Index
from feeds.match.line import Line, line, spelled_line
from feeds.match.phrase import units
from feeds.match.together import wanted_of
from feeds.query.compiled import ReadLeaf
from feeds.query.steps import ways
from feeds.words import as_spelled, folded, tokens

_FEW = 6
"""Looking through a text costs 2 to 30 microseconds a question, indexing it 250 (measured)."""


class Zone:
    """Texts, each with the number of its paper; `often` says that there is much to ask."""

    def __init__(self, texts: Sequence[tuple[int, str]], *, inflects: bool, often: bool) -> None:
        self._texts = texts
        self._inflects = inflects
        self._questions = _FEW if often else 0
        self._lines = Known[int, Line](self._line, _KEPT)
        self._spelled = Known[int, Line](self._spelled_line, _KEPT)
        self._folded = Known[int, str](self._folded_text)
        self._as_spelled = Known[int, str](self._text_as_spelled)
        self._index: Index | None = None

    def is_of(self, texts: Sequence[tuple[int, str]]) -> bool:
        """Whether it is of these texts; then its index is all that it keeps of those it had, which read the same."""
        if self._texts != texts:
            return False
        self._texts = texts
        for known in (self._lines, self._spelled, self._folded, self._as_spelled):
            known.clear()
        if self._index:
            self._index.forget()
        return True

    def answer(self, leaf: ReadLeaf) -> int:
        """Which papers hold what a leaf asks for: bit n is paper n."""
        if self._index is None and self._questions < _FEW:
            self._questions += 1
            return self._verified(leaf, -1)
        match leaf.kind:
            case "w":
                return self._indexed().papers(leaf.wanted)
            case "p":
                return self._begun(leaf)
            case "n":
                return self._verified(leaf, self._together(leaf.wanted.partition(" ")[2]))
            case _:
                return self._verified(leaf, -1)

    def words(self, wanted: str, roots: str) -> int:
        """The same for the commonest leaf: a word or phrase that inflects, with the roots of its first words."""
        return self.answer(ReadLeaf("", "w", wanted)) if self._index is None else self._index.papers(wanted, roots)

    def prepare(self) -> None:
        """Make the index before anybody waits for it."""
        self._indexed()

    def roots(self) -> Mapping[str, int]:
        """The roots of all words of the texts, and of each two and three side by side, as leaves write them."""
        return self._indexed().by_roots

    def _line(self, number: int) -> Line:
        return line(self._texts[number][1], inflects=self._inflects)

    def _spelled_line(self, number: int) -> Line:
        return spelled_line(self._texts[number][1])

    def _folded_text(self, number: int) -> str:
        return folded(self._texts[number][1])

    def _text_as_spelled(self, number: int) -> str:
        return as_spelled(self._texts[number][1])

    def _indexed(self) -> Index:
        if self._index is None:
            lines = ((paper, line(text, inflects=self._inflects)) for paper, text in self._texts)
            self._index = Index(lines, inflects=self._inflects)
            self._lines.clear()  # the index has them, and is asked from now on
        return self._index

    def _begun(self, leaf: ReadLeaf) -> int:
        """Which papers hold a phrase whose last word is a prefix."""
        papers = 0
        for way in ways(leaf.wanted) or ((),):
            some, sure = self._indexed().prefix(way[-1]) if way else (-1, False)
            if not sure or len(way) > 1:
                return self._verified(leaf, -1 if not way or len(ways(leaf.wanted)) > 1 else some)
            papers |= some
        return papers

    def _together(self, words: str) -> int:
        """Which papers may hold all of some words."""
        papers = -1
        for unit in units(words) if "~" not in words else ():
            papers &= self._indexed().papers(unit)
        return papers

    def _verified(self, leaf: ReadLeaf, papers: int) -> int:
        """Which of these papers hold it, seen in the texts themselves."""
        exact = leaf.kind == "e"
        wanted = wanted_of(leaf.kind, leaf.wanted, inflects=self._inflects)
        shown, lines = (self._as_spelled, self._spelled) if exact else (self._folded, self._lines)
        numbers = [number for number, (paper, _) in enumerate(self._texts) if papers >> paper & 1]
        for stem in wanted.stems():
            numbers = [number for number in numbers if stem in shown[number]]
        sure, bits = wanted.sure_words(), 0
        for number in numbers:
            paper, text = self._texts[number]
            if bits >> paper & 1:
                continue
            if (sure and not sure.isdisjoint(tokens(text))) or wanted.stands_in(lines[number]):
                bits |= 1 << paper
        return bits


_KEPT = 1 << 12
"""Lines kept to be looked at again: each takes some kilobytes."""
