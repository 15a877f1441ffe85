"""UTF-8 that somebody read as Latin-1 or Windows-1252, put right: `BjÃ¶rn` is Björn (arXiv 1401.1393, 1504.03477)."""

import re

_WINDOWS = {
    bytes([code]).decode("cp1252"): code for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TAIL = r"\x80-\xbf" + "".join(_WINDOWS)
_TWO = rf"[ÂÃÄÅÎÏ][{_TAIL}]"
_THREE = rf"[âàáãäåêëìíîïï][{_TAIL}]{{2}}"
_FOUR = rf"ð[Ÿ\x9f][{_TAIL}]{{2}}"
_CYRILLIC = rf"(?:[ÐÑ][{_TAIL}]){{2,}}"
"""One pair may be a Spanish or Icelandic capital before a sign."""
_MISREAD = re.compile(f"{_FOUR}|{_THREE}|{_CYRILLIC}|{_TWO}")
_SUSPECT = re.compile("[ÂÃÄÅÎÏÐÑà-ï]")
_CLOSING = frozenset("»”’…–—›„“‘")
_LOST_QUOTE = re.compile(r"â€(?=[\s.,;:!?)]|\Z)")
"""A closing quotation mark, whose third byte is a control that most programs drop."""
_LOST_BLANK = re.compile(r"(?<![A-ZÀ-Þ])Ã(?=[ \xa0])")
"""An à, whose second byte is a no-break space."""
_LONE = re.compile(r"(?<![^\W\d_])Â(?= )")
"""A no-break space that somebody made a blank of: `5Â µm`."""


def read_again(text: str) -> str:
    """The text with such letters as they were meant, once; what is no UTF-8 stays."""
    if not _SUSPECT.search(text):
        return text
    return _LONE.sub("", _LOST_BLANK.sub("à", _LOST_QUOTE.sub("”", _MISREAD.sub(_letter, text))))


def _letter(found: re.Match[str]) -> str:
    misread = found[0]
    if len(misread) == 2 and misread[1] in _CLOSING and found.string[found.start() - 1 : found.start()].isupper():
        return misread  # the end of a quotation in capitals: IRMÃ»
    try:
        letter = bytes(_WINDOWS.get(character) or ord(character) for character in misread).decode()
    except UnicodeDecodeError:
        return misread
    return letter
