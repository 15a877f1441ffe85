"""The words of some texts, and which stand side by side: for each, the papers that hold it as one integer."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from feeds.words.inflection import lemmas

_T = TypeVar("_T")


class Index:
    """Papers by word and by pair of neighbours. A text is its paper's number and its tokens."""

    def __init__(self, texts: Iterable[tuple[int, Sequence[str]]], *, inflects: bool) -> None:
        self._texts: dict[int, list[Sequence[str]]] = {}
        self._tokens: dict[str, int] = {}
        self._pairs: dict[tuple[str, str], int] = {}
        for paper, tokens in texts:
            self._texts.setdefault(paper, []).append(tokens)
            _mark(self._tokens, set(tokens), 1 << paper)
            _mark(self._pairs, set(pairwise(tokens)), 1 << paper)
        self._vocabulary = sorted(self._tokens)
        self._by_lemma = _by_lemma(self._tokens) if inflects else {token: [token] for token in self._tokens}
        self._words: dict[str, int] = {}
        self._forms: dict[str, tuple[str, ...]] = {}

    def papers(self, words: Sequence[str]) -> int:
        """Which papers hold a word or phrase; each word comes with its lemmas, by commas."""
        papers_of = self._words
        bits = -1
        for word in words:
            known = papers_of.get(word)
            bits &= self._word(word) if known is None else known
            if not bits:
                return 0
        return bits if len(words) == 1 else self._phrase(bits, words)

    def _phrase(self, papers: int, words: Sequence[str]) -> int:
        forms = [self._forms[word] for word in words]
        for first, second in pairwise(forms):
            papers &= self._side_by_side(first, second)
        return self._verified(papers, forms) if papers and len(words) > 2 else papers

    def prefix(self, prefix: str) -> int:
        """Which papers hold a word that begins so."""
        start = bisect_left(self._vocabulary, prefix)
        end = bisect_right(self._vocabulary, prefix + "\U0010ffff", start)
        return self._united(self._vocabulary[start:end])

    def _word(self, word: str) -> int:
        """Which papers hold a form of the word; also keeps the forms of it that any text here has."""
        forms = {form for lemma in word.split(",") for form in self._by_lemma.get(lemma, ())}
        self._forms[word] = tuple(forms)
        self._words[word] = bits = self._united(forms)
        return bits

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

    def _verified(self, papers: int, forms: list[tuple[str, ...]]) -> int:
        """Of papers that hold every two neighbours of a phrase somewhere, those that hold it whole."""
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


def _by_lemma(tokens: Iterable[str]) -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for token in tokens:
        for lemma in lemmas(token):
            forms.setdefault(lemma, []).append(token)
    return forms


def _holds(tokens: Sequence[str], forms: list[tuple[str, ...]]) -> bool:
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
