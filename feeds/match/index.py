"""Where each word of some texts stands: for a word or phrase, the papers that hold it as one integer."""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from sys import intern

from feeds.match.known import Known
from feeds.match.phrase import forms_of
from feeds.query.compiled import MOST_ROOTS
from feeds.words.inflection import root

_OFTEN = 16
"""Places from which an array pays: it takes a ninth of a list's memory, and time to make."""
_Forms = tuple[Sequence[str], bool]
"""The forms of a word that the texts have, and whether no other word of theirs has its root: then the root will do."""
_END = ""
"""Stands between two texts, so that no phrase crosses from one to the next."""


class Index:
    """Papers by word. A text is its paper's number and its tokens."""

    def __init__(self, texts: Iterable[tuple[int, Sequence[str]]], *, inflects: bool) -> None:
        self._tokens: list[str] = [_END]
        self._papers = array("I", [0])
        """The paper of each token."""
        for paper, tokens in texts:
            self._tokens += map(intern, tokens)
            self._tokens.append(_END)
            self._papers.extend([paper] * (len(tokens) + 1))
        self._places = _places(self._tokens)
        self._vocabulary = sorted(self._places)
        self._inflects = inflects
        self._roots = {_END: _END} | {token: root(token) for token in self._vocabulary}
        self._same_root: dict[str, list[str]] = defaultdict(list)
        for token in self._vocabulary:
            self._same_root[self._roots[token]].append(token)
        self._forms = Known[str, _Forms](self._forms_of)
        self._held = Known[str, int](lambda token: self._bits(self._places[token]))

    @cached_property
    def by_roots(self) -> Mapping[str, int]:
        """Which papers hold words of these roots, one or two or three side by side. The empty string: any words."""
        bits = [1 << paper for paper in range(max(self._papers) + 1)]
        of_tokens = [bits[paper] for paper in self._papers]
        roots = list(map(self._roots.__getitem__, self._tokens))
        pairs = list(map(" ".join, pairwise(roots)))
        triples = map(" ".join, zip(pairs, roots[2:], strict=False))
        found: dict[str, int] = {}
        # Those that cross from one text to the next begin or end in a blank, as no leaf does.
        for grams in (roots, pairs, triples):
            for gram, bit in zip(grams, of_tokens, strict=False):
                if gram in found:
                    found[gram] |= bit
                else:
                    found[gram] = bit
        return found | {"": -1}

    def papers(self, words: Sequence[str], roots: str = "") -> int:
        """Which papers hold a word or phrase; each word comes with its lemmas, by commas.

        `roots` are those of its first words, where they are known.
        """
        found = [self._forms[word] for word in words]
        if roots and len(words) <= MOST_ROOTS and "by_roots" in self.__dict__ and all(alone for _, alone in found):
            return self.by_roots.get(roots, 0)
        forms = [some for some, _ in found]
        if not all(forms):
            return 0
        return self._united(forms[0]) if len(forms) == 1 else self._side_by_side(forms)

    def prefix(self, prefix: str) -> int:
        """Which papers hold a word that begins so."""
        start = bisect_left(self._vocabulary, prefix)
        end = bisect_right(self._vocabulary, prefix + "\U0010ffff", start)
        return self._united(self._vocabulary[start:end])

    def _forms_of(self, word: str) -> "_Forms":
        group = self._same_root.get(root(word.partition(",")[0]), [])
        wanted = forms_of(word) if self._inflects else (word,)
        forms = [token for token in group if token in wanted]
        return forms, len(forms) == len(group)

    def _united(self, tokens: Iterable[str]) -> int:
        bits = 0
        for token in tokens:
            bits |= self._held[token]
        return bits

    def _side_by_side(self, words: Sequence[Sequence[str]]) -> int:
        """Looked for from the rarest word outwards, so that the end of a text is met before the end of all."""
        counts = [sum(len(self._places[form]) for form in forms) for forms in words]
        rarest = counts.index(min(counts))
        found = [place for form in words[rarest] for place in self._places[form]]
        for number in sorted(range(len(words)), key=lambda number: abs(number - rarest))[1:]:
            forms, distance = frozenset(words[number]), number - rarest
            found = [place for place in found if self._tokens[place + distance] in forms]
        return self._bits(found)

    def _bits(self, places: Iterable[int]) -> int:
        bits = 0
        for paper in {self._papers[place] for place in places}:
            bits |= 1 << paper
        return bits


def _places(tokens: Sequence[str]) -> Mapping[str, Sequence[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, token in enumerate(tokens):
        places[token].append(place)
    del places[_END]
    often = {token: array("I", some) for token, some in places.items() if len(some) > _OFTEN}
    return {**places, **often}
