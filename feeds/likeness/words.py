"""What papers are compared by: their words and each two side by side, as numbers that are the same in every process.

A pair never crosses from title to abstract. Two spellings of one word are one (feeds.words.inflection.compared).
"""

from collections.abc import Collection, Iterator
from hashlib import blake2b
from itertools import pairwise, repeat
from operator import add, mul
from typing import NamedTuple

from feeds.match.known import Known
from feeds.paper import Paper
from feeds.words import spans
from feeds.words.reading import read

_TURN = 0x61C88647
"""Odd and of 31 bits, so that a pair has 63 and the order of its words counts."""
_KEPT = 1 << 18
FUNCTION = frozenset(
    """
    a across all also an and any are as at be been both but by can each either for from had has have how however if in
    into is it its may more most no not of on only or other our over should some such than that the their them then
    there these they this those through thus to toward under us via was we were what when where whether which while who
    why will with within without would yet
    """.split()  # noqa: SIM905 - a list of words reads better as a text
)
"""Words that mean nothing to a reader: alone they say of no paper what it is about."""
_BETWEEN = frozenset({"", "-", "‐", "‑"})
"""What may stand between the words of a pair that is shown."""


class Place(NamedTuple):
    """A word, or two, of a paper: `text[start:end]` of its title or abstract."""

    field: str
    start: int
    end: int


def _number(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=4).digest(), "little")


_NUMBERS = Known[str, int](_number, _KEPT)


def number_of(term: str) -> int:
    """The number of a word as it compares, or of two with a space between them."""
    words = [_NUMBERS[word] for word in term.split(" ")]
    return words[0] if len(words) == 1 else _pair(*words)


def numbers(paper: Paper) -> list[int]:
    """Those of all its words and pairs, as often as they stand there."""
    found: list[int] = []
    for text in (paper.title, paper.abstract):
        words = list(map(_NUMBERS.__getitem__, read(text).compared()))
        found += words
        found += map(add, map(mul, words, repeat(_TURN)), words[1:])
    return found


def terms(paper: Paper) -> Iterator[str]:
    """The same as words."""
    for text in (paper.title, paper.abstract):
        words = read(text).compared()
        yield from words
        yield from map(" ".join, pairwise(words))


def places(paper: Paper, wanted: Collection[int]) -> dict[int, Place]:
    """Where each of some terms stands first; those that it lacks are left out.

    And so is what means nothing to a reader: function words, alone or in a pair, and two words apart from each other.
    """
    found: dict[int, Place] = {}
    for field, text in (("title", paper.title), ("abstract", paper.abstract)):
        words, where = read(text).compared(), spans(text)
        for at, word in enumerate(words):
            if word in FUNCTION:
                continue
            number, before = _NUMBERS[word], words[at - 1] if at else ""
            if number in wanted:
                found.setdefault(number, Place(field, *where[at]))
            if not before or before in FUNCTION or (pair := _pair(_NUMBERS[before], number)) not in wanted:
                continue
            if text[where[at - 1][1] : where[at][0]].strip() in _BETWEEN:
                found.setdefault(pair, Place(field, where[at - 1][0], where[at][1]))
    return found


def _pair(first: int, second: int) -> int:
    return first * _TURN + second
