"""Text as a terminal shows it: how many cells it takes, and where a line may end. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len, split_graphemes

_WORD = re.compile(r"[^ \t]+")
_NEVER_FIRST = frozenset("、。，．・：；？！」』】）〉》〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…,.:;?!)]}'\"’”")
_NEVER_LAST = frozenset("「『【（〈《〔［｛([{‘“")
"""Where scripts without blanks may not be parted (JIS X 4051)."""


class Unit(NamedTuple):
    """A run of text that is never broken: a word, or a character of a script that has no blanks."""

    start: int
    end: int
    cells: int


def wrapped(text: str, room: int, first: int | None = None) -> list[tuple[int, int]]:
    """The lines of one paragraph, each as (start, end) in it; none of no words.

    `room` and `first`: cells of a line, and of the first one. A word that is longer has a line of its own.
    """
    lines: list[tuple[int, int]] = []
    left, used = room if first is None else first, 0
    start = end = -1
    for unit in _units(text):
        gap = unit.start - end
        if start >= 0 and used + gap + unit.cells > left:
            lines.append((start, end))  # the blanks at a break are dropped
            start, left = -1, room
        used = unit.cells if start < 0 else used + gap + unit.cells
        start, end = unit.start if start < 0 else start, unit.end
    return [*lines, (start, end)] if start >= 0 else lines


def _units(text: str) -> Iterator[Unit]:
    for word in _WORD.finditer(text):
        cells = cell_len(word[0])
        if cells == len(word[0]):
            yield Unit(word.start(), word.end(), cells)
        else:
            yield from _graphemes(word[0], word.start())


def _graphemes(word: str, at: int) -> Iterator[Unit]:
    """A word's parts: it may end a line beside a wide character."""
    start = cells = before = 0
    spans, _ = split_graphemes(word)
    for begin, _, size in spans:
        apart = 2 in {before, size} and word[begin] not in _NEVER_FIRST and word[begin - 1] not in _NEVER_LAST
        if begin and apart:
            yield Unit(at + start, at + begin, cells)
            start, cells = begin, 0
        cells, before = cells + size, size
    yield Unit(at + start, at + len(word), cells)
