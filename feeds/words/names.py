"""People's names, as lists of authors and queries write them: whether two may be one person.

Family names are equal and given names compatible: an initial agrees with a name, a missing middle name with any
(contract: Query language, `author:`). Which part of a name is the family name nobody marks: each end of it may be.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from feeds.known import remembered
from feeds.words import tokens

Spellings = frozenset[str]
"""The ways in which a word may be spelled: an umlaut as its letter, and as that with an e."""
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_WORD = re.compile(r"[^\s.,]+")
_HYPHEN = re.compile("[-‐‑–−]")
_UMLAUT = re.compile("[äöüÄÖÜ]")
_MOST_WORDS = 12
"""Words of a name; what is longer is no person."""


class Name(NamedTuple):
    """One way to read a name."""

    family: Spellings
    """In one piece: Garcia-Molina is garciamolina."""
    given: tuple[Spellings, ...]


def with_e(text: str) -> str:
    """A text with its umlauts as two letters."""
    return (
        _UMLAUT.sub(lambda found: f"{found[0]}e", unicodedata.normalize("NFKC", text)) if not text.isascii() else text
    )


@remembered(1 << 14)
def names(text: str) -> tuple[Name, ...]:
    """What a name may be read as; nothing, if it is one word."""
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    before, _, after = text.partition(",")
    first, last = _words(before), _words(after)
    if first and last:
        return (Name(_closed(first), _given(last, text)),)
    found = [Name(_closed(first[at:]), _given(first[:at], text)) for at in range(1, len(first))]
    if len(first) > 1 and _are_initials(first[-1], text):
        found.append(Name(_closed(first[:-1]), _given(first[-1:], text)))
    return tuple(found)


def agree(one: Name, other: Name) -> bool:
    """Whether both may be one person."""
    if one.family.isdisjoint(other.family):
        return False
    if not one.given or not other.given or not _closed_given(one.given).isdisjoint(_closed_given(other.given)):
        return True
    short, long = sorted((one.given[1:], other.given[1:]), key=len)
    return _may_be(one.given[0], other.given[0]) and _are_among(short, long)


def _words(text: str) -> list[str]:
    words = [word for word in _WORD.findall(text) if tokens(word)]
    while len(words) > 1 and words[-1].casefold() in _SUFFIXES:
        words.pop()
    return words[:_MOST_WORDS]


def _closed(words: Sequence[str]) -> Spellings:
    text = " ".join(words)
    return frozenset("".join(tokens(one)) for one in (text, with_e(text)))


def _given(words: Sequence[str], text: str) -> tuple[Spellings, ...]:
    """Given names and initials one by one, those with a hyphen apart."""
    parts = [part for word in words for part in (list(word) if _are_initials(word, text) else _HYPHEN.split(word))]
    return tuple(_closed([part]) for part in parts if tokens(part))


def _are_initials(word: str, text: str) -> bool:
    """GE of `GE Hinton` and `Hinton GE`; in a name that is all in capitals they cannot be told."""
    return word.isalpha() and word.isupper() and len(word) <= 3 and not text.isupper()


@remembered(1 << 14)
def _closed_given(given: tuple[Spellings, ...]) -> Spellings:
    """Xiao-Ming is Xiaoming."""
    return frozenset("".join(map(pick, map(sorted, given))) for pick in (lambda some: some[0], lambda some: some[-1]))


def _may_be(one: Spellings, other: Spellings) -> bool:
    return any(a == b or (1 in {len(a), len(b)} and a[0] == b[0]) for a, b in product(one, other))


def _are_among(short: Sequence[Spellings], long: Sequence[Spellings]) -> bool:
    """Whether the shorter ones are among the longer, in their order."""
    rest = iter(long)
    return all(any(_may_be(name, other) for other in rest) for name in short)
