"""Titles and abstracts without TeX, entities and markup: all that feeds.text loads for its first one."""

from collections.abc import Callable

from feeds.text.characters import plain, safe
from feeds.text.latex import unicode_of
from feeds.text.markup import without_markup
from feeds.text.stripped import repaired
from feeds.text.typography import typeset

_ROUNDS = 8
"""Layers of markup that are taken off: `&amp;amp;lt;` has three. More is an attack, and is left as it is."""
_SENTENCE_END = (".", "!", "?")
_WRAPPED = 90
"""Hard-wrapped lines are shorter (measured: 79 at most in 98 % of wrapped abstracts); a longer one is a paragraph."""
_FULL = 60
"""A wrapped line shorter than this that ends a sentence ends its paragraph (the next word would have fitted)."""


def clean_title(raw: str) -> str:
    """See `feeds.text.clean_title`."""
    return _cleaned(raw, plain)


def clean_text(raw: str) -> str:
    """See `feeds.text.clean_text`."""
    return _cleaned(raw, _paragraphs)


def _cleaned(raw: str, folded: Callable[[str], str]) -> str:
    text = folded(raw)
    for _ in range(_ROUNDS):
        read = typeset(unicode_of(repaired(without_markup(text))))
        if read == text:
            break
        text = folded(read)
    return text


def _paragraphs(raw: str) -> str:
    text = safe(raw).strip()
    lines = text.split("\n")
    if len(lines) == 1:
        return _spaced_once(text)
    marked = "\n " in text and _marks_paragraphs(lines)
    blocks: list[list[str]] = []
    previous = ""
    for line in lines:
        words = _spaced_once(line)
        if not previous or _ends_paragraph(previous) or (marked and line.startswith(" ")):
            blocks.append([words])
        else:
            blocks[-1].append(words)
        previous = words
    return _joined([" ".join(block).rstrip() for block in blocks if block[0]])


def _marks_paragraphs(lines: list[str]) -> bool:
    """Whether indented lines begin paragraphs; if all are indented, it is a margin."""
    return len(lines) == 2 or not all(line.startswith(" ") for line in lines[1:])


def _spaced_once(line: str) -> str:
    line = line.strip()
    return " ".join(line.split()) if "  " in line else line


def _joined(blocks: list[str]) -> str:
    """The blocks as paragraphs; one that does not look like a paragraph joins the next."""
    paragraphs: list[str] = []
    for block in blocks:
        if paragraphs and not _ends_paragraph(paragraphs[-1]):
            paragraphs[-1] += " " + block
        else:
            paragraphs.append(block)
    return "\n".join(paragraphs)


def _ends_paragraph(line: str) -> bool:
    """Whether a break after this line is a paragraph's, not a wrap: the same answer for input and for output."""
    return len(line) > _WRAPPED or (len(line) < _FULL and line.endswith(_SENTENCE_END))
