"""The words of some texts, and which stand side by side: for each, the papers that hold it as one integer."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from feeds.words.inflection import lemmas

_T = TypeVar("_T")


class Index:
    """Papers by word and by pair of neighbours, under their lemmas. A text is its paper's number and its tokens."""

    def __init__(self, texts: Iterable[tuple[int, Sequence[str]]], *, inflects: bool) -> None:
        self._texts: dict[int, list[Sequence[str]]] = {}
        self._tokens: dict[str, int] = {}
        neighbours: dict[tuple[str, str], int] = {}
        for paper, tokens in texts:
            self._texts.setdefault(paper, []).append(tokens)
            _mark(self._tokens, set(tokens), 1 << paper)
            _mark(neighbours, set(pairwise(tokens)), 1 << paper)
        self._vocabulary = sorted(self._tokens)
        lemmas_of = {token: lemmas(token) if inflects else (token,) for token in self._tokens}
        self._forms = _forms(lemmas_of)
        self._pairs = _pairs(neighbours, lemmas_of)
        self._words: dict[str, tuple[int, tuple[str, ...]]] = {}

    def papers(self, wanted: str) -> int:
        """Which papers hold a word or phrase, written as in the compiled form: words with their lemmas, by commas."""
        found = []
        bits = -1
        for word in wanted.split(" "):
            known = self._words.get(word) or self._known(word)
            bits &= known[0]
            if not bits:
                return 0
            found.append(known[1])
        for first, second in pairwise(found):
            bits &= self._side_by_side(first, second)
        return self._verified(bits, found) if bits and len(found) > 2 else bits

    def prefix(self, prefix: str) -> int:
        """Which papers hold a word that begins so."""
        start = bisect_left(self._vocabulary, prefix)
        end = bisect_right(self._vocabulary, prefix + "\U0010ffff", start)
        return self._united(self._vocabulary[start:end])

    def _known(self, word: str) -> tuple[int, tuple[str, ...]]:
        """Which papers hold a form of the word, and those of its lemmas that any text here has a form of."""
        present = tuple(lemma for lemma in word.split(",") if lemma in self._forms)
        bits = self._united(form for lemma in present for form in self._forms[lemma])
        self._words[word] = bits, present
        return bits, present

    def _united(self, tokens: Iterable[str]) -> int:
        bits = 0
        for token in tokens:
            bits |= self._tokens[token]
        return bits

    def _side_by_side(self, first: tuple[str, ...], second: tuple[str, ...]) -> int:
        bits = 0
        for a in first:
            for b in second:
                bits |= self._pairs.get((a, b), 0)
        return bits

    def _verified(self, papers: int, lemmas_of_each: list[tuple[str, ...]]) -> int:
        """Of papers that hold every two neighbours of a phrase somewhere, those that hold it whole."""
        forms = [{form for lemma in some for form in self._forms[lemma]} for some in lemmas_of_each]
        bits = 0
        while papers:
            lowest = papers & -papers
            papers ^= lowest
            if any(_holds(tokens, forms) for tokens in self._texts[lowest.bit_length() - 1]):
                bits |= lowest
        return bits


def _mark(papers: dict[_T, int], found: set[_T], bit: int) -> None:
    for one in found:
        papers[one] = papers.get(one, 0) | bit


def _forms(lemmas_of: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for token, some in lemmas_of.items():
        for lemma in some:
            forms.setdefault(lemma, []).append(token)
    return forms


def _pairs(
    neighbours: dict[tuple[str, str], int], lemmas_of: dict[str, tuple[str, ...]]
) -> dict[tuple[str, str], int]:
    pairs = dict(neighbours)  # a word is its own first lemma
    for (first, second), bits in neighbours.items():
        if len(lemmas_of[first]) + len(lemmas_of[second]) > 2:
            for a in lemmas_of[first]:
                for b in lemmas_of[second]:
                    pairs[a, b] = pairs.get((a, b), 0) | bits
    return pairs


def _holds(tokens: Sequence[str], forms: list[set[str]]) -> bool:
    return any(
        all(token in some for token, some in zip(tokens[at:], forms, strict=False))
        for form in forms[0]
        for at in _places(tokens, form)
        if at + len(forms) <= len(tokens)
    )


def _places(tokens: Sequence[str], token: str) -> Iterator[int]:
    at = -1
    for _ in range(tokens.count(token)):
        at = tokens.index(token, at + 1)
        yield at
