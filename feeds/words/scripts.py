"""Scripts that write no spaces between words: a character is a token, with what stands over or around it.

Han, kana, Thai, Lao, Khmer and Myanmar; and Hangul, of which a syllable is a token (contract: Words).
"""

import re
import unicodedata
from collections.abc import Iterable

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_JAMO = "\u1100-\u11ff"
_SYLLABLE = "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
"""Of Hangul, decomposed as folding leaves it."""
_SOUTHEAST = ((0xE00, 0xEFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0xA9E0, 0xA9FE), (0xAA60, 0xAA7F))
"""Blocks of Thai and Lao, Myanmar, Khmer, and Myanmar again."""
_VOICING = "\u3099\u309a"


def _of(categories: Iterable[str]) -> str:
    """The characters of those blocks that are of some categories."""
    every = (chr(code) for first, last in _SOUTHEAST for code in range(first, last + 1))
    return "".join(character for character in every if unicodedata.category(character) in categories)


SIGNS = frozenset(_of({"Mn", "Mc"}) + _VOICING)
"""What voices a kana, vowel signs and tones: no accents, they stay."""
LETTERS = _HAN + _KANA + _JAMO + _of({"Lo", "Lm"})
"""As a regular expression's set."""
TOKEN = rf"{_SYLLABLE}|[{LETTERS}][{''.join(sorted(SIGNS))}]*"


def is_unspaced(word: str) -> bool:
    """Whether a token is of such a script."""
    return not word.isascii() and _BEGINNING.match(word) is not None


_BEGINNING = re.compile(f"[{LETTERS}가-힣]")
