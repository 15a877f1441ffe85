"""The authors of a batch: words of their names, and whole names however they are written."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from feeds.known import Known, remembered
from feeds.match.line import line
from feeds.match.phrase import Span
from feeds.match.together import together
from feeds.query.compiled import ReadLeaf
from feeds.query.steps import written
from feeds.words import folded, spans
from feeds.words.names import agree, names, with_e
from feeds.words.reading import read

_FEW = 6
"""Questions from which an index of the names pays."""


class Authors:
    """Names, each with the number of its paper."""

    def __init__(self, texts: Sequence[tuple[int, str]]) -> None:
        self._texts = texts
        self._questions = 0
        self._letters = Known[int, str](lambda number: _letters(texts[number][1]))

    def answer(self, leaf: ReadLeaf) -> int:
        """Which papers have an author that a leaf asks for: bit n is paper n."""
        self._questions += 1
        bits = 0
        for number in self._candidates(leaf):
            paper, text = self._texts[number]
            if not bits >> paper & 1 and is_author(leaf.kind, leaf.wanted, text):
                bits |= 1 << paper
        return bits

    def _candidates(self, leaf: ReadLeaf) -> Iterable[int]:
        keys = _keys(leaf.kind, leaf.wanted)
        if self._questions <= _FEW or leaf.kind != "w":
            letters = self._letters
            return (number for number in range(len(self._texts)) if any(key in letters[number] for key in keys))
        return sorted({number for key in keys for number in self._by_key.get(key, ())})

    @cached_property
    def _by_key(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, (_, text) in enumerate(self._texts):
            words = {word for some in _name_line(text) for _, spelt in some for word in spelt}
            for key in words.union(*(name.family for name in names(text))):
                found.setdefault(key, []).append(number)
        return found


def is_author(kind: str, wanted: str, text: str) -> bool:
    """Whether a name is one that a leaf asks for."""
    return next(spans_of_author(kind, wanted, text), None) is not None


def spans_of_author(kind: str, wanted: str, text: str) -> Iterator[Span]:
    """Where in a name stands what a leaf asks for; all of it, where it is the name."""
    if kind == "n":
        return _spans_together(wanted, text)
    if found := list(_side_by_side(_name_line(wanted), _name_line(text), begins=kind == "p")):
        places = spans(text)
        return ((places[start][0], places[end - 1][1]) for start, end in found)
    same = kind == "w" and any(agree(one, other) for one in names(wanted) for other in names(text))
    return iter([(0, len(text))] if same else [])


def _spans_together(wanted: str, text: str) -> Iterator[Span]:
    within, _, words = wanted.partition(" ")
    places = spans(text)
    for query in dict.fromkeys((words, with_e(words))):
        asked = together(f"{within} {written(read(query))}", inflects=False)
        for spelt in dict.fromkeys((text, with_e(text))):
            for start, end in asked.places(line(spelt, inflects=False)):
                yield places[start][0], places[end - 1][1]


_NameLine = tuple[tuple[tuple[int, frozenset[str]], ...], ...]
"""For each word: the number of the next, and how it may be spelled; and the same for longer ones that begin with it."""


@remembered(1 << 14)
def _name_line(text: str) -> _NameLine:
    one, other = (line(spelt, inflects=False) for spelt in (text, with_e(text)))
    return tuple(
        tuple((a.end, frozenset((a.plain, b.plain))) for a, b in zip(one.edges(at), other.edges(at), strict=True))
        for at in range(len(one.plain))
    )


def _side_by_side(query: _NameLine, known: _NameLine, *, begins: bool) -> Iterator[Span]:
    for start in range(len(known)):
        reached: list[set[int]] = [{start}, *(set() for _ in query)]
        for number, some in enumerate(query):
            for end, words in some:
                for place in reached[number]:
                    for text_end, texts in known[place] if place < len(known) else ():
                        if _is_one(words, texts, begins=begins and end == len(query)):
                            reached[end].add(text_end)
        yield from ((start, end) for end in sorted(reached[-1]))


def _is_one(words: frozenset[str], texts: frozenset[str], *, begins: bool) -> bool:
    if begins:
        return any(text.startswith(tuple(words)) for text in texts)
    return not words.isdisjoint(texts)


@remembered(4096)
def _keys(kind: str, wanted: str) -> tuple[str, ...]:
    """Of which a name has one in its letters, if it is meant: its first word, or its family name."""
    words = wanted.partition(" ")[2] if kind == "n" else wanted
    first = {word for _, spelt in _name_line(words)[0] for word in spelt}
    if kind == "n":
        return ("",)
    families = {word for name in names(words) for word in name.family} if kind == "w" else set()
    return tuple(first | families)


def _letters(text: str) -> str:
    """Its letters and digits without what stands between them, as families are compared."""
    if text.isascii():
        return text.translate(_ASCII_LETTERS)
    return " ".join(_BETWEEN.sub("", folded(one)) for one in dict.fromkeys((text, with_e(text))))


_BETWEEN = re.compile(r"[\W_]+")
_ASCII_LETTERS = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
