"""Macros that give a document its shape: definitions and lengths print nothing, environments and headings a blank."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from feeds.text.macros import LENGTHS, SWALLOWED
from feeds.text.reader import Handler, Reader
from feeds.text.seams import GONE, WORD, apart_word

_LENGTH = re.compile(r"\s*-?[\d.]+\s?(?:mu|em|ex|pt|cm|mm|in)\s?")
_DEFINED = re.compile(r"\s*(?:\{\s*)?\\(?:[A-Za-z@]+|[^A-Za-z\s])\s*\}?[\d#\[\]=. ]{0,40}")
_SAME = re.compile(r"\s*\\(?:[A-Za-z@]+|[^A-Za-z\s])\s*=?\s*(?:\\[A-Za-z@]+|\S)?")
_VERBATIM = re.compile(r"\*?([^\sA-Za-z0-9*{])([^\n]{0,300}?)\1")
_PILLARS = ("tabular", "array", "longtable", "minipage", "multicols", "thebibliography", "subfigure", "tabulary")
_WITH_WIDTH = ("tabularx", "tabular*", "wrapfigure", "wraptable")
_OF_COLUMNS = re.compile(
    r"(?:[a-zA-Z]*matrix|[a-z]?cases|tabular[x*]?|[a-z]?array|(?:x?x?al|fla)ign(?:ed|at)?|eqnarray|split)\*?"
)


def _gone(count: int) -> Handler:
    def read(reader: Reader, _before: str, _depth: int) -> str:
        reader.star()
        reader.option()
        for _ in range(count):
            if not reader.skip_group():
                reader.raw()
            reader.option()
        return GONE

    return read


def _length(reader: Reader, _before: str, _depth: int) -> str:
    if not reader.raw():
        reader.matched(_LENGTH)
    return ""


def _definition(reader: Reader, _before: str, _depth: int) -> str:
    reader.star()
    if reader.matched(_DEFINED):
        reader.option()
        reader.option()
        reader.skip_group()
    return GONE


def _environment(reader: Reader, _before: str, _depth: int) -> str:
    reader.star()
    for _ in range(3):
        reader.skip_group()
        reader.option()
        reader.option()
    return GONE


def _same(reader: Reader, _before: str, _depth: int) -> str:
    reader.matched(_SAME)
    return GONE


def _item(reader: Reader, before: str, _depth: int) -> str:
    return f"{apart_word(before)}{reader.option() or '•'} "


def _begin(reader: Reader, _before: str, _depth: int) -> str:
    name = reader.raw()
    if _OF_COLUMNS.fullmatch(name) and (ends := reader.source.find(f"\\end{{{name}}}", reader.at)) >= 0:
        reader.columns_until = max(reader.columns_until, ends)
    reader.option()
    for _ in range((name in _PILLARS) + 2 * (name in _WITH_WIDTH)):
        reader.skip_group()
        reader.option()
    return " "


def _end(reader: Reader, _before: str, _depth: int) -> str:
    reader.raw()
    return " "


def _verbatim(reader: Reader, before: str, _depth: int) -> str:
    found = reader.matched(_VERBATIM)
    return f"{apart_word(before)}{found[2] if found else reader.raw()}{WORD}"


def _heading(reader: Reader, _before: str, depth: int) -> str:
    reader.star()
    reader.option()
    return f" {reader.shown(depth)} "


SHAPE: Mapping[str, Handler] = MappingProxyType({
    **{name: _gone(count) for name, count in SWALLOWED.items()},
    **dict.fromkeys(LENGTHS, _length),
    **dict.fromkeys(("newcommand", "renewcommand", "providecommand", "DeclareRobustCommand"), _definition),
    **dict.fromkeys(("def", "gdef", "edef", "xdef", "DeclareMathOperator", "newsavebox", "newboolean"), _definition),
    **dict.fromkeys(("newenvironment", "renewenvironment", "provideenvironment"), _environment),
    **dict.fromkeys(("chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph"), _heading),
    **dict.fromkeys(("part", "caption"), _heading),
    **dict.fromkeys(("verb", "lstinline"), _verbatim),
    "let": _same,
    "begin": _begin,
    "end": _end,
    "item": _item,
})  # fmt: skip
