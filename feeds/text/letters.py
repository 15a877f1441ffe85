"""Letters and numbers in their other forms: accented, raised, lowered, double-struck, by number."""

import re
from types import MappingProxyType
from unicodedata import normalize

from feeds.text.seams import NUMBER, WORD

ACCENTS = MappingProxyType(
    {
        "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
        "v": "\u030c", "c": "\u0327", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "b": "\u0331",
        "d": "\u0323", "t": "\u0361",
        "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
        "overline": "\u0304", "dot": "\u0307", "ddot": "\u0308", "dddot": "\u20db", "ddddot": "\u20dc",
        "vec": "\u20d7", "check": "\u030c", "widecheck": "\u030c", "acute": "\u0301", "grave": "\u0300",
        "breve": "\u0306", "mathring": "\u030a", "overrightarrow": "\u20d7", "overleftarrow": "\u20d6",
    }
)  # fmt: skip
_SUPERSCRIPT = str.maketrans("0123456789+-−=()niT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵀ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_BARE = frozenset("°*′†‡ᵀ®™©")
"""Raised by nature."""
_ORDINALS = frozenset(("st", "nd", "rd"))
_RAISED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ")
_MULTIPLE = re.compile(r"\d+[a-z]{1,2}")
"""Apart from its base it must be seen where it ends: `x^(2n)`."""
_DOUBLE_STRUCK = str.maketrans("CHNPQRZ1", "ℂℍℕℙℚℝℤ𝟙")


def accented(accent: str, letter: str) -> str:
    """A letter under an accent; on several letters the accent goes, and a tilde or hat on none stands alone."""
    letter = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    if not letter:
        return accent if accent in "~^" else ""
    return normalize("NFC", letter + ACCENTS[accent]) if len(letter) == 1 else f"{NUMBER}{letter}{NUMBER}"


def has_accent(accent: str, letter: str) -> bool:
    r"""Whether there is such a letter: `\v s` is one, `\c x` none."""
    return len(normalize("NFC", letter + ACCENTS[accent])) == 1


def superscript(content: str, before: str = "") -> str:
    """`2` as `²`, `th` as an ordinal's; what has no superscript form as `^x` or `^(a/b)`."""
    bare = content.replace("∘", "°").replace("⊤", "ᵀ").replace("∗", "*").replace("⋆", "*").replace("TM", "™")
    if set(bare) <= _BARE or content == "th" or (content in _ORDINALS and before.isdigit()):
        return bare
    return _script(content, "^", _SUPERSCRIPT)


def subscript(content: str) -> str:
    """`2` as `₂`; what has no subscript form as `_x` or `_(a/b)`."""
    return _script(content, "_", _SUBSCRIPT)


def factor(content: str) -> str:
    """What stands beside a stroke or under a root: in brackets if it has parts."""
    return content if len(content) <= 1 or content.replace(".", "").isalnum() else f"({content})"


def fraction(above: str, below: str) -> str:
    """`1/2`, apart from a number before it: `3 1/2`."""
    return f"{WORD}{factor(above)}/{factor(below)}{WORD}"


def root(content: str, degree: str = "") -> str:
    """`√2`, `∛2`, `⁵√2`, apart from what follows: `√2 n`."""
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree)
    if sign is None and not all(ord(character) in _SUPERSCRIPT for character in degree):
        return f"{factor(content)}^(1/{degree}){WORD}"
    return f"{WORD if sign is None else ''}{sign or degree.translate(_SUPERSCRIPT) + '√'}{factor(content)}{WORD}"


def double_struck(content: str) -> str:
    """The number sets: `R` as `ℝ`; other letters as they are."""
    return content.translate(_DOUBLE_STRUCK) if len(content) == 1 else content


def negated(content: str) -> str:
    """A relation with a stroke through it: `∈` as `∉`."""
    struck = {"|": "∤", "∗": "∗\u0338"}.get(content[:1]) or normalize("NFC", content[:1] + "\u0338")
    return f"{WORD}not {content}" if content[:1].isalnum() or not content else struck + content[1:]


def code_point(spec: str) -> str:
    r"""The character of MathJax's `\unicode{x2013}` or `\unicode{8211}`; empty if there is none."""
    try:
        return chr(int("0" + spec, 16) if spec[:1] in "xX" else int(spec))
    except (ValueError, OverflowError):
        return ""


def _script(content: str, mark: str, table: dict[int, int]) -> str:
    if not content:
        return ""
    if all(ord(character) in table for character in content):
        return content.translate(table)
    is_word = content.replace(".", "").isalnum() and _RAISED.isdisjoint(content)
    if len(content) == 1 or (is_word and not _MULTIPLE.fullmatch(content)):
        return f"{mark}{content}{WORD}"
    if content[0] == "(" and content.find(")") == len(content) - 1:
        return f"{mark}{content}"
    return f"{mark}({content}){WORD}"
