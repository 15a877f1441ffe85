"""MathML that stands in a text, as publishers put it into titles: `<msub><mi>B</mi><mn>2</mn></msub>` is B₂.

Source of the elements: W3C, MathML 3, chapter 3. Read by tags, so that one which lost its end is read as well.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from feeds.text.letters import accented, fraction, root, subscript, superscript
from feeds.text.seams import NUMBER, WORD, sewn

_ELEMENTS = (
    "math|mi|mo|mn|ms|mtext|mspace|mrow|mfrac|msqrt|mroot|mstyle|merror|mpadded|mphantom|mfenced|menclose|msub|msup|"
    "msubsup|munder|mover|munderover|mmultiscripts|mprescripts|mtable|mtr|mtd|mlabeledtr|maction|semantics|none|"
    "annotation|annotation-xml"
)
_TAG = re.compile(rf"<(/?)(?:mml:|m:)?({_ELEMENTS})(?:\s[^<>]{{0,500}}?)?(/?)>", re.IGNORECASE)
_DEEPEST = 40
_EMPTY = frozenset(("mspace", "mprescripts", "none"))
_TOKENS = frozenset(("mi", "mo", "mn", "ms", "mtext"))
_MARKS = {
    "^": "hat", "ˆ": "hat", "¯": "bar", "‾": "bar", "―": "bar", "_": "bar", "-": "bar", "~": "tilde", "˜": "tilde",
    "→": "vec", "⃗": "vec", "˙": "dot", ".": "dot", "¨": "ddot",
}  # fmt: skip


@dataclass
class _Element:
    name: str
    parts: list[str] = field(default_factory=list)
    """What its children print, in order."""


def without_mathml(text: str) -> str:
    """The text with its MathML read. A lone tag is a word: `<mi>` alone, `<math>` in a text on prompts."""
    tags = list(_TAG.finditer(text))
    if len(tags) < 2:
        return text
    stack = [_Element("")]
    at = 0
    for tag in tags:
        _add(stack[-1], text[at : tag.start()])
        at = tag.end()
        _take(stack, tag[2].lower(), closing=bool(tag[1]), empty=bool(tag[3]))
    rest = text[at:]
    while len(stack) > 1:
        _close(stack)
    return sewn("".join(stack[0].parts) + rest)


def _add(element: _Element, words: str) -> None:
    if not element.name:
        element.parts.append(words)
    elif element.name in _TOKENS:
        element.parts.append(" ".join(words.split()))
    elif words.strip():
        element.parts.append(words)


def _take(stack: list[_Element], name: str, *, closing: bool, empty: bool) -> None:
    if not closing and len(stack) > _DEEPEST:
        return
    if not closing:
        stack.append(_Element(name))
        if empty or name in _EMPTY:
            _close(stack)
        return
    if any(element.name == name for element in stack[-12:]):
        while stack[-1].name != name:
            _close(stack)
        _close(stack)


def _close(stack: list[_Element]) -> None:
    element = stack.pop()
    stack[-1].parts.append(_PRINTED.get(element.name, _row)(element.parts))


def _row(parts: list[str]) -> str:
    return "".join(parts)


def _name(parts: list[str]) -> str:
    content = _row(parts)
    return f"{WORD}{content}{WORD}" if len(content) > 1 and content.isalpha() else content


def _number(parts: list[str]) -> str:
    return f"{NUMBER}{_row(parts)}{NUMBER}"


def _part(parts: list[str], at: int) -> str:
    return sewn(parts[at]).strip() if at < len(parts) else ""


def _over(parts: list[str]) -> str:
    base, mark = _part(parts, 0), _part(parts, 1)
    if mark in _MARKS:
        return accented(_MARKS[mark], base)
    return base + superscript(mark)


def _scripts(parts: list[str]) -> str:
    """A base, pairs of scripts, and after a mark the pairs that stand before the base."""
    mark = parts.index("\x03") if "\x03" in parts else len(parts)
    after, before = parts[1:mark], parts[mark + 1 :]
    return _pairs(before) + _part(parts, 0) + _pairs(after)


def _pairs(parts: list[str]) -> str:
    return "".join((superscript if at % 2 else subscript)(_part(parts, at)) for at in range(len(parts)))


_PRINTED: Mapping[str, Callable[[list[str]], str]] = {
    "mi": _name,
    "mtext": _row,
    "mn": _number,
    "mspace": lambda _parts: " ",
    "mphantom": lambda _parts: "",
    "annotation": lambda _parts: "",
    "annotation-xml": lambda _parts: "",
    "mprescripts": lambda _parts: "\x03",
    "msub": lambda parts: _part(parts, 0) + subscript(_part(parts, 1)),
    "msup": lambda parts: _part(parts, 0) + superscript(_part(parts, 1)),
    "msubsup": lambda parts: _part(parts, 0) + subscript(_part(parts, 1)) + superscript(_part(parts, 2)),
    "munder": lambda parts: _part(parts, 0) + subscript(_part(parts, 1)),
    "mover": _over,
    "munderover": lambda parts: _part(parts, 0) + subscript(_part(parts, 1)) + superscript(_part(parts, 2)),
    "mmultiscripts": _scripts,
    "mfrac": lambda parts: fraction(_part(parts, 0), _part(parts, 1)),
    "msqrt": lambda parts: root(sewn(_row(parts)).strip()),
    "mroot": lambda parts: root(_part(parts, 0), _part(parts, 1)),
    "mfenced": lambda parts: f"({','.join(sewn(part).strip() for part in parts)})",
    "mtd": lambda parts: f"{_row(parts)} ",
}
