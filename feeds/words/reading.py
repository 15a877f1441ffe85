"""A text as words that are compared: one word whether it is written closed, with a hyphen, or before a number.

`pre-training` is two words side by side, and also the one word pretraining; `SAM 2` and `SAM-2` are also SAM2
(contract: One word, several spellings). A word of at most six letters that ends in a capital S keeps it: it is `idS`
for IDS; and IDs is `idZ`, the plural of ID.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from feeds.words import KEPT, TOKEN, stood_in
from feeds.words.folding import SHAPES, lowered, plainer
from feeds.words.inflection import KEPT_S, PLURAL_S
from feeds.words.markup import without_markup
from feeds.words.scripts import is_unspaced

MOST_PARTS = 5
"""Words with hyphens between them that may be one word."""
_KEEPS_S = 6
"""Letters of a word that keeps its capital S, at most."""
_SIGN, _HYPHEN = "\x05", "\x06"


def _shaped(character: str) -> str:
    if character in KEPT or character.isalnum():
        return character
    return _HYPHEN if character == "-" else " " if character.isspace() else _SIGN


_SHAPED = {code: _shaped(chr(code)) for code in range(128)}
_STAND_INS = str.maketrans(KEPT)
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


class Joined(NamedTuple):
    """Words of a text that are also one word."""

    start: int
    end: int
    plain: str
    marked: str


class Reading(NamedTuple):
    """The words of a text."""

    plain: Sequence[str]
    """As `feeds.words.tokens` gives them."""
    marked: Sequence[str]
    """The same, marked where they end in a capital S, or in the s of an acronym's plural."""
    gaps: Sequence[str]
    """What stands before each: `-` if it may be one word with the one before, by a hyphen; `~` by a blank before a
    number; else a blank."""

    def joined(self) -> list[Joined]:
        """Its words that are also one, by where they end."""
        found = []
        for at, gap in enumerate(self.gaps):
            if gap == "-":
                found += self._hyphenated(at)
            elif gap == "~":
                word = self.plain[at - 1] + self.plain[at]
                found.append(Joined(at - 1, at + 1, word, word))
        return found

    def _hyphenated(self, at: int) -> list[Joined]:
        """Those that end with the word at a place."""
        found, start, word = [], at, self.plain[at]
        while self.gaps[start] == "-" and at - start < MOST_PARTS - 1:
            start -= 1
            word = self.plain[start] + word
            found.append(Joined(start, at + 1, word, closed(word, self.marked[at])))
        return found


def read(text: str) -> Reading:
    """The words of a text, as both it and queries compare."""
    text = without_markup(text)
    words, gaps = _words_and_gaps(text)
    plain = list(map(_PLAIN.__getitem__, words))
    marked = plain if _is_shouted(text, plain) else list(map(_MARKED.__getitem__, words))
    if any(gaps):
        gaps = [_gap(gap, *plain[at - 1 : at + 1]) if gap and at else "" for at, gap in enumerate(gaps)]
    return Reading(plain, marked, gaps)


def _words_and_gaps(text: str) -> tuple[list[str], list[str]]:
    """The words in their own case, and before each `-` after a hyphen, `~` after a blank before a digit, or nothing."""
    text = plainer(text)
    held = stood_in(text) if text.isascii() else None
    return _from_ascii(held) if held is not None else _from_shape(text.translate(SHAPES))


def _from_ascii(text: str) -> tuple[list[str], list[str]]:
    pieces = text.translate(_SHAPED).replace(" " + _HYPHEN, f" {_SIGN}")
    words, gaps, gap = [], [], ""
    for piece in pieces.replace(_HYPHEN, f" {_HYPHEN} ").replace(_SIGN, f" {_SIGN} ").split(" "):
        if piece > _HYPHEN:
            words.append(piece)
            gaps.append(gap or ("~" if piece < ":" else ""))
            gap = ""
        elif piece:
            gap = "-" if piece == _HYPHEN and not gap else "/"
    return words, gaps


def _from_shape(text: str) -> tuple[list[str], list[str]]:
    words, gaps, end = [], [], 0
    for found in TOKEN.finditer(text):
        gap = text[end : found.start()]
        end = found.end()
        words.append(found[0])
        hyphen = gap[:1] == "-" and not gap[1:].strip()
        gaps.append("-" if hyphen else "~" if gap.isspace() and found[0][0].isdigit() else "/" if gap else "")
    return words, gaps


def _gap(gap: str, before: str, word: str) -> str:
    """A gap that may make the words one, if it does."""
    if gap == "-":
        is_range = before[-1].isdigit() and word[0].isdigit()
        return "" if is_range or is_unspaced(before) or is_unspaced(word) else "-"
    name = gap == "~" and len(before) > 1 and before.isalpha() and not is_unspaced(before)
    return "~" if name and _NUMBER.fullmatch(word) else ""


def _is_shouted(text: str, words: Sequence[str]) -> bool:
    """Whether a text is all in capitals: then its words end in a capital S for no reason of their own."""
    return text.isupper() and sum(any(map(str.isalpha, word)) for word in words) > 1


def _plain(word: str) -> str:
    return lowered(word).translate(_STAND_INS)


def _marked(word: str) -> str:
    plain = _plain(word)
    if plain[-1] != "s" or len(plain) < 2 or not (plain.isascii() and plain.isalpha()):
        return plain
    if word[-1] == "S":
        return plain[:-1] + KEPT_S if len(plain) <= _KEEPS_S else plain
    return plain[:-1] + PLURAL_S if word[-2].isupper() and len(plain) > 2 else plain


def closed(word: str, last: str) -> str:
    """A word of several parts, marked as its last part is."""
    kept = last[-1] == KEPT_S and len(word) <= _KEEPS_S
    return word[:-1] + last[-1] if (kept or last[-1] == PLURAL_S) and word.isascii() and word.isalpha() else word


class _Table(dict[str, str]):
    """A word in its own case to what it is; forgotten all at once when there are too many."""

    def __init__(self, answer: Callable[[str], str]) -> None:
        self._answer = answer

    def __missing__(self, word: str) -> str:
        if len(self) > _MOST:
            self.clear()
        self[word] = answer = self._answer(word)
        return answer


_MOST = 1 << 18
_PLAIN, _MARKED = _Table(_plain), _Table(_marked)
