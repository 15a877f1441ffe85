"""Where two pieces of a formula meet: a seam shows as a blank only where the pieces would run into one word or number.

`dn` and `log` and `n` are `dn log n`, `O(` and `log` are `O(log`. Seams are controls, which no text holds.
"""

import re

WORD = "\x00"
"""Between two words."""
NUMBER = "\x01"
"""Between two numbers; letters may meet: `\textbf{D}ual`."""
GONE = "\x02"
"""Where something was that leaves nothing, as a citation: the blank before it goes too, and brackets around it."""
_EMPTY = re.compile(r"[ ~]{0,3}[(\[] {0,3}\x02(?:[ ,;~]{0,3}\x02)*+ {0,3}[)\]]")
_BEFORE = re.compile(r"[ ~]{0,3}\x02(?:[ ,;~]{0,3}\x02)*+(?=[\s.,;:!?)\]]|\Z)")
_LEFT = re.compile(r"\x02(?:[ ,;~]{0,3}\x02)*+")
_SEAM = re.compile(r"[\x00\x01]+")
_CLOSING = frozenset(")]}|‖⟩⌉⌋!")
_SCRIPTS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿⁱᵀ₀₁₂₃₄₅₆₇₈₉")


def sewn(text: str) -> str:
    """The text with its seams shown, or gone."""
    if GONE in text:
        text = _LEFT.sub(WORD, _BEFORE.sub("", _EMPTY.sub("", text)))
    return _SEAM.sub(_shown, text) if WORD in text or NUMBER in text else text


def apart(before: str) -> str:
    """The blank that keeps what comes from what stands before it, but for an open bracket."""
    return " " if before and not (before.isspace() or before in "([{~") else ""


def apart_word(before: str) -> str:
    """The blank that keeps a word from the letter or digit before it."""
    return " " if before.isalnum() else ""


def _shown(seam: re.Match[str]) -> str:
    left, right = seam.string[seam.start() - 1 : seam.start()], seam.string[seam.end() : seam.end() + 2]
    if WORD in seam[0]:
        return " " if _begins_word(right[:1]) and (left.isalnum() or left in _CLOSING) else ""
    if right[:1] in (".", ","):
        right = right[1:]
    return " " if left.isdecimal() and right[:1].isdecimal() else ""


def _begins_word(character: str) -> bool:
    return (character.isalnum() and character not in _SCRIPTS) or character in ("√", "∞")
