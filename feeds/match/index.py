"""The words of some texts, and which stand side by side: for each, the papers that hold it as one integer."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from typing import TypeVar

from feeds.words.inflection import lemmas


_T = TypeVar("_T")


class Index:
    """Papers by word and by pair of words, under each lemma. A text is its paper's number and its tokens."""

    def __init__(self, texts: Iterable[tuple[int, Sequence[str]]], *, inflects: bool) -> None:
        tokens: dict[str, int] = {}
        pairs: dict[tuple[str, str], int] = {}
        for paper, words in texts:
            _mark(tokens, set(words), 1 << paper)
            _mark(pairs, set(pairwise(words)), 1 << paper)
        self._tokens = tokens
        self._vocabulary = sorted(tokens)
        self._found: dict[str, int] = _by_lemma(tokens, pairs) if inflects else _as_they_are(tokens, pairs)

    def candidates(self, wanted: str) -> int:
        """Which papers hold a word or phrase, written as in the compiled form: exactly so for one or two words.

        For more, these papers hold each two neighbours of it somewhere.
        """
        found = self._found
        known = found.get(wanted)
        if known is not None:
            return known
        words = wanted.split(" ")
        if len(words) < 3:
            found[wanted] = bits = self._of_forms(words) if "," in wanted else 0
            return bits
        bits = -1
        for neighbours in pairwise(words):
            bits &= self.candidates(" ".join(neighbours))
            if not bits:
                break
        return bits

    def prefix(self, prefix: str) -> int:
        """Which papers hold a word that begins so."""
        start = bisect_left(self._vocabulary, prefix)
        end = bisect_right(self._vocabulary, prefix + "\U0010ffff", start)
        bits = 0
        for token in self._vocabulary[start:end]:
            bits |= self._tokens[token]
        return bits

    def _of_forms(self, words: list[str]) -> int:
        bits = 0
        for lemmas_of_each in product(*(word.split(",") for word in words)):
            bits |= self._found.get(" ".join(lemmas_of_each), 0)
        return bits


def _mark(papers: dict[_T, int], found: set[_T], bit: int) -> None:
    for one in found:
        papers[one] = papers.get(one, 0) | bit


def _as_they_are(tokens: dict[str, int], pairs: dict[tuple[str, str], int]) -> dict[str, int]:
    return tokens | {f"{first} {second}": bits for (first, second), bits in pairs.items()}


def _by_lemma(tokens: dict[str, int], pairs: dict[tuple[str, str], int]) -> dict[str, int]:
    forms = {token: lemmas(token) for token in tokens}
    papers: dict[str, int] = {}
    for token, bits in tokens.items():
        for lemma in forms[token]:
            papers[lemma] = papers.get(lemma, 0) | bits
    for (first, second), bits in pairs.items():
        for a in forms[first]:
            for b in forms[second]:
                pair = f"{a} {b}"
                papers[pair] = papers.get(pair, 0) | bits
    return papers
