"""The characters that a text may hold; all others go. Does not touch markup or white space.

Why each goes: lone surrogates cannot be encoded, noncharacters and controls break XML (XML 1.0, 2.2) and terminals,
bidi controls reorder what follows, zero-width ones hide words from a search.
"""

import re
import unicodedata

from feeds.text.mojibake import read_again

_MOST_MARKS = 4
_MOST_LAYERS = 3
"""So often a text is read as it was meant: it may have happened twice, or what goes stood in the midst of a letter."""
_EMOJI = (
    r"\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2"
    r"\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_JOINING = r"\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
"""Arabic to Mongolian, where ZWJ and ZWNJ change letters (Unicode 23.2)."""
_KEPT = (
    rf"(?:(?<=[{_EMOJI}])|(?<=[{_EMOJI}]\ufe0f))\u200d(?=[{_EMOJI}])"
    rf"|(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])"
    rf"|(?<=[{_EMOJI}])[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    r"|(?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,16}\U000e007f"
)
_UNSAFE = (
    r"\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e00ff" + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
)
_DROP = re.compile(rf"({_KEPT})|[{_UNSAFE}]")
_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_LINES = re.compile(r"\r\n?")
_BLANKS = re.compile(r"[^\S\n ]")
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_SUSPECT = re.compile(rf"[{_UNSAFE}\t\r\x0b\x0c\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufb00-\ufb06]")
_ASCII_CONTROLS = bytes([*range(10), *range(11, 32), 127])
_FOREIGN_RUN = re.compile(rf"[\u0300-\U0010ffff]{{{_MOST_MARKS + 1}}}")
_MARK_RUN = re.compile(rf"[^\w\s\x00-\u02ff]{{{_MOST_MARKS + 1},}}")


def safe(raw: str) -> str:
    r"""The text without unsafe characters, in NFC; its only white space is blanks and `\n`. Idempotent."""
    if raw.isascii() and len(raw.encode().translate(None, _ASCII_CONTROLS)) == len(raw):
        return raw
    for _ in range(_MOST_LAYERS):
        text = _once(raw)
        if text == raw or text.isascii():
            return text
        raw = text
    return raw


def plain(raw: str) -> str:
    """A name, tag or address on one line, without unsafe characters; markup is kept."""
    return " ".join(safe(raw).split())


def _once(raw: str) -> str:
    text = read_again(raw)
    text = _readable(text) if _SUSPECT.search(text) else text
    if text.isascii():
        return text
    # Before NFC too: it sorts the marks on a letter, in quadratic time.
    return _thinned(unicodedata.normalize("NFC", _thinned(text)))


def _readable(raw: str) -> str:
    text = _LINES.sub("\n", _ANSI.sub("", raw))
    text = _BLANKS.sub(" ", _DROP.sub(lambda found: found[1] or "", text))
    return _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _thinned(text: str) -> str:
    return _MARK_RUN.sub(lambda run: _few_marks(run[0]), text) if _FOREIGN_RUN.search(text) else text


def _few_marks(run: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in run:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
