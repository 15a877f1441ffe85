"""TeX's typing habits to characters: quotes, dashes, ties, and braces around a word. Addresses are left alone."""

import re

# Each pattern begins with its own mark and looks back over it: a search for a letter is the fast one.
_DOUBLE = re.compile(r"``(?<!```)(?!`)([^`\n]{1,400}?)(?:''|``|\"|”)")
_SINGLE = re.compile(r"`(?<![\w`']`)(?!`)([A-Za-z][^`'\n]{0,80})'(?![\w'])")
_CLOSED = re.compile(
    r"(?:''(?<![\w')\]]'')(?=[^\s'.,;:)])|\"(?<!\w\")(?=[\w(]))((?:[^'\"\n“”]|'(?!')){1,400}?)(?<=\S)''(?!['\w])"
)
_OPENED = re.compile(r"''(?<![\w')\]]'')(?=\w)((?:[^'\"\n“”]|'(?!')){1,400}?)(?<=\S)\"(?!\w)")
_TIE = re.compile(
    r"~(?:(?<=[A-Za-z]{2}~)(?=[\w(\[$\\`“])|(?<=[A-Za-z]\.~)(?=\d)|(?<=[,.;:)%}”]~)(?=[A-Za-z($\\])"
    r"|(?<=\d~)(?=[A-Za-z(])|(?<=[A-Za-z]~)(?=\s))"
)
_DASH = re.compile(
    r"---?(?:(?:(?<=\s--)|(?<=\s---))(?=\s)|(?:(?<=[^\s<!>=(/-]--)|(?<=[^\s<!>=(/-]---))(?=[^\s<>=;,.)-]))"
)
_BRACES = re.compile(
    r"\{(?:(?<![A-Za-z\\]\{)([A-Z][\w.+-]+)|([A-Z])(?=\}[a-z])|(?<=[a-z]\{)([A-Za-z])(?=\}[a-z])|([^\W\d_\x00-\x7f])"
    r"|(?<=[\w)=<>]\{)([,.=+:<>/×±≈≤≥∼*-]))\}|\{(?<=[\w%-]\{)\}"
)
_HOST = re.compile(r"\W{0,3}(?:www\.|[\w-]{1,63}\.(?:com|co|io|org)/)")
_LONGEST_ADDRESS = 300


def typeset(text: str) -> str:
    """The text as it would be printed. `30~70%`, `--flag`, a lone `'` and 30'' stay."""
    if "`" in text:
        text = _SINGLE.sub(r"‘\1’", _DOUBLE.sub(r"“\1”", text))
    if "''" in text:
        text = _OPENED.sub(r'"\1"', _CLOSED.sub(r'"\1"', text))
    if "~" in text:
        text = _TIE.sub(_tied, text)
    if "--" in text:
        text = _DASH.sub(_dashed, text)
    return _BRACES.sub(_unbraced, text) if "{" in text else text


def _tied(tie: re.Match[str]) -> str:
    return tie[0] if _in_address(tie) else " "


def _dashed(hyphens: re.Match[str]) -> str:
    if _in_address(hyphens):
        return hyphens[0]
    return "—" if len(hyphens[0]) == 3 else "–"


def _unbraced(group: re.Match[str]) -> str:
    return next(filter(None, group.groups()), "")


def _in_address(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - _LONGEST_ADDRESS) : found.start()]
    word = before[max(before.rfind(" "), before.rfind("\n")) + 1 :]
    return "://" in word or _HOST.match(word) is not None
