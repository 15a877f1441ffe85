"""Where each word of some texts stands: for a word or phrase, the papers that hold it as one integer."""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from feeds.query.compiled import MOST_ROOTS
from feeds.words.inflection import lemmas, root

_END = ""
"""Stands between two texts, so that no phrase crosses from one to the next."""


class _Word(NamedTuple):
    """A word as these texts know it."""

    forms: frozenset[str]
    places: int
    """How often any of them stands here."""
    root: str
    alone: bool
    """Whether no other word of the texts has the same root."""


class Index:
    """Papers by word. A text is its paper's number and its tokens."""

    def __init__(self, texts: Iterable[tuple[int, Sequence[str]]], *, inflects: bool) -> None:
        self._tokens: list[str] = [_END]
        self._papers = array("I", [0])
        """The paper of each token."""
        for paper, tokens in texts:
            self._tokens += tokens
            self._tokens.append(_END)
            self._papers.extend([paper] * (len(tokens) + 1))
        self._places = _places(self._tokens)
        self._vocabulary = sorted(self._places)
        self._by_lemma = _by_lemma(self._vocabulary) if inflects else {token: [token] for token in self._vocabulary}
        self._same_root = Counter(map(root, self._vocabulary))
        self._words: dict[str, _Word] = {}
        self._held: dict[str, int] = {}

    @cached_property
    def by_roots(self) -> Mapping[str, int]:
        """Which papers hold words of these roots, one or two or three side by side. The empty string: any words."""
        found: dict[str, int] = {"": -1}
        roots = [root(token) if token else "" for token in self._tokens]
        for paper, some in _texts(roots, self._papers):
            bit = 1 << paper
            pairs, threes = pairwise(some), zip(some, some[1:], some[2:], strict=False)
            for gram in {*some, *map(" ".join, pairs), *map(" ".join, threes)}:
                found[gram] = found.get(gram, 0) | bit
        return found

    def papers(self, words: Sequence[str]) -> int:
        """Which papers hold a word or phrase; each word comes with its lemmas, by commas."""
        known = []
        for word in words:
            one = self._words.get(word)
            if one is None:
                one = self._words[word] = self._word(word)
            if not one.forms:
                return 0
            known.append(one)
        return self._united(known[0].forms) if len(known) == 1 else self._phrase(known)

    def prefix(self, prefix: str) -> int:
        """Which papers hold a word that begins so."""
        start = bisect_left(self._vocabulary, prefix)
        end = bisect_right(self._vocabulary, prefix + "\U0010ffff", start)
        return self._united(self._vocabulary[start:end])

    def _word(self, word: str) -> _Word:
        forms = frozenset(form for lemma in word.split(",") for form in self._by_lemma.get(lemma, ()))
        places = sum(len(self._places[form]) for form in forms)
        its_root = root(word.partition(",")[0])
        return _Word(forms, places, its_root, self._same_root[its_root] == len(forms))

    def _united(self, tokens: Iterable[str]) -> int:
        bits = 0
        for token in tokens:
            known = self._held.get(token)
            if known is None:
                known = self._held[token] = self._bits(self._places[token])
            bits |= known
        return bits

    def _phrase(self, words: Sequence[_Word]) -> int:
        if "by_roots" in self.__dict__ and len(words) <= MOST_ROOTS and all(word.alone for word in words):
            return self.by_roots.get(" ".join([word.root for word in words]), 0)
        return self._side_by_side(words)

    def _side_by_side(self, words: Sequence[_Word]) -> int:
        """Looked for from the rarest word outwards, so that the end of a text is met before the end of all."""
        rarest = min(range(len(words)), key=lambda number: words[number].places)
        found = [place for form in words[rarest].forms for place in self._places[form]]
        for number in sorted(range(len(words)), key=lambda number: abs(number - rarest))[1:]:
            forms, distance = words[number].forms, number - rarest
            found = [place for place in found if self._tokens[place + distance] in forms]
        return self._bits(found)

    def _bits(self, places: Iterable[int]) -> int:
        bits = 0
        for paper in {self._papers[place] for place in places}:
            bits |= 1 << paper
        return bits


def _places(tokens: Sequence[str]) -> Mapping[str, Sequence[int]]:
    places: dict[str, list[int]] = {}
    for place, token in enumerate(tokens):
        places.setdefault(token, []).append(place)
    del places[_END]
    return places


def _texts(tokens: Sequence[str], papers: Sequence[int]) -> Iterable[tuple[int, Sequence[str]]]:
    start = 1
    while start < len(tokens):
        end = tokens.index(_END, start)
        yield papers[start], tokens[start:end]
        start = end + 1


def _by_lemma(tokens: Iterable[str]) -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for token in tokens:
        for lemma in lemmas(token):
            forms.setdefault(lemma, []).append(token)
    return forms
