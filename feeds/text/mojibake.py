"""UTF-8 that somebody read as Latin-1 or Windows-1252, put right: `BjÃ¶rn` is Björn (arXiv 1401.1393, 1504.03477)."""

import re

_WINDOWS = {
    bytes([code]).decode("cp1252"): code for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TAIL = r"\x80-\xbf" + "".join(_WINDOWS)
_TWO = rf"[ÂÃÄÅÎÏ][{_TAIL}]"
_THREE = rf"[âàáãäåêëìíîïï][{_TAIL}]{{2}}"
_FOUR = rf"ð[Ÿ\x9f][{_TAIL}]{{2}}"
_MISREAD = re.compile(f"{_FOUR}|{_THREE}|{_TWO}")
_SUSPECT = re.compile("[ÂÃÄÅÎÏà-ï]")
_CLOSING = frozenset("»”’…–—›„“‘")


def read_again(text: str) -> str:
    """The text with such letters as they were meant; what is no UTF-8 stays."""
    return _MISREAD.sub(_letter, text) if _SUSPECT.search(text) else text


def _letter(found: re.Match[str]) -> str:
    misread = found[0]
    if len(misread) == 2 and misread[1] in _CLOSING and found.string[found.start() - 1 : found.start()].isupper():
        return misread  # the end of a quotation in capitals: IRMÃ»
    try:
        letter = bytes(_WINDOWS.get(character) or ord(character) for character in misread).decode()
    except (UnicodeDecodeError, ValueError):
        return misread
    return letter
