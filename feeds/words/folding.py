"""How characters compare: NFKC, case and accents folded, Greek letters by name, invisible characters ignored.

Both tables are for `str.translate` and fill themselves: one look-up a character, no text is walked in Python.
"""

import re
import unicodedata

from feeds.words.scripts import SIGNS

_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe", "ŧ": "t"}
"""Letters that Unicode does not decompose."""
_GREEK = {
    letter: unicodedata.name(letter).removeprefix("GREEK SMALL LETTER ").lower()
    for letter in "αβγδεζηθικλμνξοπρστυφχψω"
} | {"λ": "lambda"}


class _Table(dict[int, str]):
    """Code point to what it compares as, worked out when first met."""

    def __init__(self, *, folded: bool) -> None:
        self._folded = folded

    def __missing__(self, code: int) -> str:
        shown = _shaped(chr(code)) if self._folded else _spelled(chr(code))
        self[code] = shown
        return shown


def _shaped(character: str) -> str:
    """Folded, but for the case of a letter that becomes one of ASCII."""
    found = _folded(character)
    return found.upper() if character.isupper() and len(found) == 1 and found.isascii() else found


def _folded(character: str) -> str:
    """Decomposed, since accents go anyway: so it needs no neighbour, and `e` + accent is `é`."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(_LETTERS.get(c) or _GREEK.get(c, c) for c in decomposed if not _silent(c))


def _spelled(character: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c) != "Cf")


def _silent(character: str) -> bool:
    """Accents and other marks; zero-width, bidi and soft hyphen."""
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"} and character not in SIGNS


SHAPES = _Table(folded=True)
"""Everything folded but the case of ASCII letters."""
SPELLINGS = _Table(folded=False)
"""Spelling and case kept; only compatibility forms and invisible characters go."""

HYPHENS = re.compile("[‐‑–−]")
"""What stands between the parts of one word, beside `-`: an en dash in print, a minus by mistake."""
SEPARATORS = re.compile("[—―‒‘’“”„‟«»×÷±·•°→←↑↓≈∼≤≥≠∞∈∝]")
"""Signs that belong to no word, and that stand in two of three texts that are not ASCII, mostly alone (measured)."""


def plainer(text: str) -> str:
    """The text with plain signs, so that most texts are ASCII: `translate` is slow on others (measured: 17 us)."""
    return text if text.isascii() else HYPHENS.sub("-", SEPARATORS.sub(";", text))


def lowered(token: str) -> str:
    """A token of a shaped text as it compares: its ASCII letters small, and in one piece what was taken apart."""
    return token.lower() if token.isascii() else unicodedata.normalize("NFC", token.translate(_SMALL))


_SMALL = {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
