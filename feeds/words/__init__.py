"""The one tokeniser: text and query become the same words, each with its place in the text.

Knows nothing of queries; inflection is `feeds.words.inflection`.
"""

import re

from feeds.words.folding import FOLDS, SEPARATORS, SPELLINGS
from feeds.words.markup import without_markup

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_LETTER = rf"[^\W_{_HAN}]"
_TOKEN = re.compile(
    # a Han character, or letters and digits with `.` between digits, `@` between both, and a final `+` or `#`
    rf"[{_HAN}]|{_LETTER}+(?:(?:(?<=\d)\.(?=\d)|@){_LETTER}+)*(?:[+#]++(?![^\W_]))?"
)
_POINT = re.compile(r"\.(?<=\d\.)(?=\d)")
_AT = re.compile(r"@(?<=[A-Za-z0-9]@)(?=[A-Za-z0-9])")
_FINAL = re.compile(r"(?<=[A-Za-z0-9])[+#]++(?![A-Za-z0-9])")
_KEPT = {"\x01": ".", "\x02": "@", "\x03": "+", "\x04": "#"}
"""Stand-ins for signs that belong to a word, while all others become spaces."""
_AS_STAND_IN = {sign: stand_in for stand_in, sign in _KEPT.items()}
_LOWERED = {code: _KEPT.get(chr(code)) or (chr(code).lower() if chr(code).isalnum() else " ") for code in range(128)}


def tokens(text: str) -> list[str]:
    """The words of a text as they are compared: case, accents and compatibility forms folded."""
    text = _plainer(without_markup(text))
    if text.isascii():
        return _ascii_tokens(text)
    return _TOKEN.findall(text.translate(FOLDS))


def spans(text: str) -> list[tuple[int, int]]:
    """Where each of those words stands: it is `text[start:end]`."""
    shown = _plainer(without_markup(text))
    if shown.isascii():
        return [found.span() for found in _TOKEN.finditer(shown)]
    origins = [at for at, character in enumerate(shown) for _ in character.translate(FOLDS)]
    found = map(re.Match.span, _TOKEN.finditer(shown.translate(FOLDS)))
    return [(origins[start], _with_accents(text, origins[end - 1] + 1)) for start, end in found]


def _with_accents(text: str, end: int) -> int:
    """Where a word ends that ends there, with what is written over its last letter."""
    while end < len(text) and not FOLDS[ord(text[end])]:
        end += 1
    return end


def spelled(text: str) -> list[str]:
    """The same words in their own spelling and case; as many as `tokens` gives."""
    if text.isascii():
        return _TOKEN.findall(without_markup(text))
    return [text[start:end].translate(SPELLINGS) for start, end in spans(text)]


def folded(text: str) -> str:
    """The text as words compare, in one piece: it holds every word of `tokens`."""
    text = _plainer(text)
    return text.lower() if text.isascii() else text.translate(FOLDS)


def as_spelled(text: str) -> str:
    """The text as exact spellings compare, in one piece: it holds every word of `spelled`."""
    return text if text.isascii() else text.translate(SPELLINGS)


def _plainer(text: str) -> str:
    """The text with spaces for signs, so that most texts are ASCII: `translate` is slow on others (measured: 17 us)."""
    return text if text.isascii() else SEPARATORS.sub(" ", text)


def _ascii_tokens(text: str) -> list[str]:
    """What `_TOKEN` finds, five times as fast (measured): most texts are ASCII, and all of them come through here."""
    if any(stand_in in text for stand_in in _KEPT):
        return _TOKEN.findall(text.lower())
    text = _POINT.sub("\x01", text)
    if "@" in text:
        text = _AT.sub("\x02", text)
    if "+" in text or "#" in text:
        text = _FINAL.sub(lambda found: "".join(map(_AS_STAND_IN.__getitem__, found[0])), text)
    return text.translate(_LOWERED).split()
