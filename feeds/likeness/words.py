"""What papers are compared by: their words and each two side by side, as numbers that are the same in every process.

Numbers have 30 bits, the quickest that Python has; of 600,000 terms of 13,897 papers some 200 share theirs with another
one, which no score notices. A pair never crosses from title to abstract, and function words are left out, which says no
less of a paper (measured). Two spellings of one word are one (feeds.words.inflection.compared).
"""

from collections.abc import Collection, Iterator
from hashlib import blake2b
from itertools import compress, pairwise
from operator import add, xor
from typing import NamedTuple

from feeds.known import Known
from feeds.paper import Paper
from feeds.words import spans
from feeds.words.reading import as_compared, read

BITS = 30
"""Of a number."""
_KEPT = 1 << 17
"""Words: twice as many as 14,000 papers have, each as it is written."""
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
    """Nought for what means nothing, and else one bit less than a pair has."""
    digest = blake2b(word.encode("utf-8", "replace"), digest_size=4).digest()
    return 0 if word in FUNCTION else int.from_bytes(digest, "little") >> 33 - BITS or 1


_NUMBERS = Known[str, int](_number, _KEPT, forgets=True)
_WRITTEN = Known[str, int](lambda word: _number(as_compared(word)), _KEPT, forgets=True)


def number_of(term: str) -> int:
    """The number of a word as it compares, or of two with a space between them."""
    words = [_NUMBERS[word] for word in term.split(" ")]
    return words[0] if len(words) == 1 else _pair(*words)


def numbers(paper: Paper) -> list[int]:
    """Those of all its words and pairs but for function words, as often as they stand there."""
    found: list[int] = []
    for text in (paper.title, paper.abstract):
        alone = list(map(_WRITTEN.__getitem__, read(text).written))
        after = alone[1:]
        pairs = map(xor, map(add, alone, alone), after)
        found += filter(None, alone)
        found += compress(compress(pairs, alone), compress(after, alone))
    return found


def terms(paper: Paper) -> Iterator[str]:
    """The same as words."""
    for text in (paper.title, paper.abstract):
        words = read(text).compared()
        yield from (word for word in words if _NUMBERS[word])
        yield from (f"{one} {other}" for one, other in pairwise(words) if _NUMBERS[one] and _NUMBERS[other])


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
    """The order counts."""
    return 2 * first ^ second
