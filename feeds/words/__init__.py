"""The one tokeniser: text and query become the same words, each with its place in the text.

Knows nothing of queries; which words are one is `feeds.words.inflection`, which stand as one `feeds.words.reading`.
"""

import re

from feeds.words import scripts
from feeds.words.folding import SHAPES, SPELLINGS, lowered, plainer
from feeds.words.markup import without_markup

__all__ = ["TOKEN", "as_spelled", "folded", "spans", "spelled", "tokens"]

_LETTER = rf"[^\W_{scripts.LETTERS}]"
TOKEN = re.compile(
    # a token of a script without spaces, or letters and digits with `.` between digits, `@` between both, and a final
    # `+` or `#`
    rf"{scripts.TOKEN}|{_LETTER}+(?:(?:(?<=\d)\.(?=\d)|@){_LETTER}+)*(?:[+#]++(?![^\W_]))?"
)
_POINT = re.compile(r"\.(?<=\d\.)(?=\d)")
_AT = re.compile(r"@(?<=[A-Za-z0-9]@)(?=[A-Za-z0-9])")
_FINAL = re.compile(r"(?<=[A-Za-z0-9])[+#]++(?![A-Za-z0-9])")
KEPT = {"\x01": ".", "\x02": "@", "\x03": "+", "\x04": "#"}
"""Stand-ins for signs that belong to a word, while all others become spaces."""
_AS_STAND_IN = {sign: stand_in for stand_in, sign in KEPT.items()}
_LOWERED = {code: KEPT.get(chr(code)) or (chr(code).lower() if chr(code).isalnum() else " ") for code in range(128)}


def tokens(text: str) -> list[str]:
    """The words of a text as they are compared: case, accents and compatibility forms folded."""
    text = plainer(without_markup(text))
    if not text.isascii():
        return list(map(lowered, TOKEN.findall(text.translate(SHAPES))))
    if (held := stood_in(text)) is None:
        return TOKEN.findall(text.lower())
    return held.translate(_LOWERED).split()


def spans(text: str) -> list[tuple[int, int]]:
    """Where each of those words stands: it is `text[start:end]`."""
    shown = plainer(without_markup(text))
    if shown.isascii():
        return [found.span() for found in TOKEN.finditer(shown)]
    origins = [at for at, character in enumerate(shown) for _ in character.translate(SHAPES)]
    found = map(re.Match.span, TOKEN.finditer(shown.translate(SHAPES)))
    return [(origins[start], _with_accents(text, origins[end - 1] + 1)) for start, end in found]


def _with_accents(text: str, end: int) -> int:
    """Where a word ends that ends there, with what is written over its last letter."""
    while end < len(text) and not SHAPES[ord(text[end])]:
        end += 1
    return end


def spelled(text: str) -> list[str]:
    """The same words in their own spelling and case; as many as `tokens` gives."""
    if text.isascii():
        return TOKEN.findall(without_markup(text))
    return [text[start:end].translate(SPELLINGS) for start, end in spans(text)]


def folded(text: str) -> str:
    """The text as words compare, in one piece: it holds every word of `tokens`, a hyphenated one without its hyphen."""
    text = plainer(text)
    text = text.lower() if text.isascii() else lowered(text.translate(SHAPES))
    return _BROKEN.sub("", text) if "-" in text else text


def as_spelled(text: str) -> str:
    """The text as exact spellings compare, in one piece: it holds every word of `spelled`."""
    return text if text.isascii() else text.translate(SPELLINGS)


_BROKEN = re.compile(r"-\s*")


def stood_in(text: str) -> str | None:
    """An ASCII text with stand-ins for the signs that belong to words; None for one that holds such already.

    So it needs no regular expression for each word: five times as fast (measured), and most texts are ASCII.
    """
    if any(stand_in in text for stand_in in KEPT):
        return None
    text = _POINT.sub("\x01", text)
    if "@" in text:
        text = _AT.sub("\x02", text)
    if "+" in text or "#" in text:
        text = _FINAL.sub(lambda found: "".join(map(_AS_STAND_IN.__getitem__, found[0])), text)
    return text
