"""A text as words that are compared: one word whether it is written closed, with a hyphen, or before a number.

`pre-training` is two words side by side, and also the one word pretraining; `SAM 2` and `SAM-2` are also SAM2
(contract: One word, several spellings). A word of at most six letters that ends in a capital S keeps it: it is `idS`
for IDS; and IDs is `idZ`, the plural of ID.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from sys import intern
from typing import NamedTuple

from feeds.known import Known
from feeds.words import KEPT, TOKEN, stood_in
from feeds.words.british import american
from feeds.words.folding import SHAPES, lowered, plainer
from feeds.words.inflection import KEPT_S, PLURAL_S, compared
from feeds.words.markup import without_markup
from feeds.words.scripts import is_unspaced

MOST_PARTS = 5
"""Words with hyphens between them that may be one word."""
_KEEPS_S = 6
"""Letters of a word that keeps its capital S, at most."""
_SIGN, _HYPHEN = "\x05", "\x06"
_AFTER_HYPHEN, _AFTER_SIGN = "\x07", "\x08"
"""Stand before a word after a hyphen, and before a number after another sign."""
_JOINT = re.compile(f"{_HYPHEN}(?<=[^ {_SIGN}{_HYPHEN}]{_HYPHEN}) *(?=[^ {_SIGN}{_HYPHEN}])")
_NUMBER = re.compile(rf"{_SIGN} *(?=\d)")


def _shaped(character: str) -> str:
    if character in KEPT or character.isalnum():
        return character
    return _HYPHEN if character == "-" else " " if character.isspace() else _SIGN


_SHAPED = {code: _shaped(chr(code)) for code in range(128)}
_STAND_INS = str.maketrans(KEPT | {_AFTER_HYPHEN: "", _AFTER_SIGN: ""})
_WHOLE_NUMBER = re.compile(r"\d+(?:\.\d+)*")


class Joined(NamedTuple):
    """Words of a text that are also one word."""

    start: int
    end: int
    plain: str
    marked: str


class Reading:
    """The words of a text."""

    def __init__(self, words: Sequence[str], *, is_upper: bool) -> None:
        self._words, self._is_upper = words, is_upper

    @cached_property
    def plain(self) -> Sequence[str]:
        """As `feeds.words.tokens` gives them."""
        return list(map(_PLAIN.__getitem__, self._words))

    @cached_property
    def _shouted(self) -> bool:
        return self._is_upper and _is_shouted(self.plain)

    @cached_property
    def gaps(self) -> Mapping[int, str]:
        """What stands before a word that may be one with the word before.

        `-` is a hyphen, `~` a blank where the word is a number.
        """
        words, plain = self._words, self.plain
        maybe = [at for at, word in enumerate(words) if word < ":"]
        return {at: gap for at in maybe if at and (gap := _gap(words[at], plain[at - 1], plain[at]))}

    def marked(self) -> list[str]:
        """The words, marked where they end in a capital S, or in the s of an acronym's plural."""
        return list(self.plain if self._shouted else map(_MARKED.__getitem__, self._words))

    @property
    def written(self) -> Sequence[str]:
        """The words as they are written: what each compares as, `as_compared` says of it alone."""
        return self.plain if self._shouted else self._words

    def compared(self) -> list[str]:
        """The words as they compare where words inflect."""
        return list(map(_COMPARED.__getitem__, self.written))

    def joined(self) -> list[Joined]:
        """Its words that are also one, by where they end."""
        found = []
        for at, gap in self.gaps.items():
            if gap == "-":
                found += self._hyphenated(at)
            else:
                word = self.plain[at - 1] + self.plain[at]
                found.append(Joined(at - 1, at + 1, word, word))
        return found

    def _hyphenated(self, at: int) -> list[Joined]:
        """Those that end with the word at a place."""
        last = self.plain[at] if self._shouted else _MARKED[self._words[at]]
        found, start, word = [], at, self.plain[at]
        while self.gaps.get(start) == "-" and at - start < MOST_PARTS - 1:
            start -= 1
            word = self.plain[start] + word
            found.append(Joined(start, at + 1, word, closed(word, last)))
        return found


def read(text: str) -> Reading:
    """The words of a text, as both it and queries compare."""
    text = without_markup(text)
    return Reading(_words(plainer(text)), is_upper=text.isupper())


def _words(text: str) -> list[str]:
    """The words in their own case, with what tells of the gap before those that may be one with the word before."""
    held = stood_in(text) if text.isascii() else None
    if held is None:
        return _words_of_shape(text.translate(SHAPES))
    text = held.translate(_SHAPED)
    if _HYPHEN in text:
        text = _JOINT.sub(f" {_AFTER_HYPHEN}", text)
    return _NUMBER.sub(f" {_AFTER_SIGN}", text.replace(_HYPHEN, _SIGN)).replace(_SIGN, " ").split()


def _words_of_shape(text: str) -> list[str]:
    words, end = [], 0
    for found in TOKEN.finditer(text):
        gap = text[end : found.start()]
        end = found.end()
        if gap[:1] == "-" and not gap[1:].strip():
            words.append(_AFTER_HYPHEN + found[0])
        else:
            words.append(found[0] if gap.isspace() or not found[0][0].isdigit() else _AFTER_SIGN + found[0])
    return words


def _gap(word: str, before: str, plain: str) -> str:
    """What makes a word one with the word before, if anything does."""
    if word[0] == _AFTER_HYPHEN:
        is_range = before[-1].isdigit() and plain[0].isdigit()
        return "" if is_range or is_unspaced(before) or is_unspaced(plain) else "-"
    if word[0] == _AFTER_SIGN or len(before) < 2 or not before.isalpha() or is_unspaced(before):
        return ""
    return "~" if _WHOLE_NUMBER.fullmatch(plain) else ""


def _is_shouted(words: Sequence[str]) -> bool:
    """Whether more than one word is in capitals: they end in a capital S for no reason of their own."""
    return sum(any(map(str.isalpha, word)) for word in words) > 1


def _plain(word: str) -> str:
    return intern(lowered(word).translate(_STAND_INS))


def _marked(word: str) -> str:
    plain = _plain(word)
    if plain[-1] != "s" or len(plain) < 2 or not (plain.isascii() and plain.isalpha()):
        return plain
    if word[-1] == "S":
        return plain[:-1] + KEPT_S if len(plain) <= _KEEPS_S else plain
    return plain[:-1] + PLURAL_S if word[-2].isupper() and len(plain) > 2 else plain


def as_compared(word: str) -> str:
    """A word as it is written, as it compares where words inflect."""
    return intern(compared(_marked(word)) if word[-1] in "sS" else american(_plain(word)))


def closed(word: str, last: str) -> str:
    """A word of several parts, marked as its last part is."""
    kept = last[-1] == KEPT_S and len(word) <= _KEEPS_S
    return word[:-1] + last[-1] if (kept or last[-1] == PLURAL_S) and word.isascii() and word.isalpha() else word


_MOST = 1 << 14
"""As many as three months of 15 papers a day have: a process that lives for years keeps no more (measured)."""
_PLAIN, _MARKED = Known[str, str](_plain, _MOST, forgets=True), Known[str, str](_marked, _MOST, forgets=True)
_COMPARED = Known[str, str](as_compared, _MOST, forgets=True)
"""A word in its own case to what it is."""
