"""Shorter texts, cut where a reader would cut. Works on clean text."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

_ABBREVIATIONS = frozenset((
    "e.g", "i.e", "et", "al", "vs", "fig", "figs", "eq", "eqs", "sec", "tab", "ref", "refs", "cf", "resp", "approx",
    "dr", "prof", "no", "st", "ca", "w.r.t", "a.k.a", "incl",
))  # fmt: skip
_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s+[\"'“‘(\[]?[^\sa-z])|[。！？]")
_LAST_WORD = re.compile(r"[\w.]*$")


def shorten(text: str, limit: int) -> str:
    """At most `limit` code points, ending in `…` if anything was cut; between words, or at least between graphemes."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    while end and _joined(text, end):
        end -= 1
    space = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if space > limit // 2:
        end = space
    return text[:end].rstrip(" \n,;:.-–—(") + "…"


def first_sentences(text: str, limit: int) -> str:
    """Whole sentences from the start, at most `limit` code points; if not even one fits, the first one shortened."""
    if len(text) <= limit:
        return text
    ends = [end for end in _ends(text, limit + 2) if end <= limit]
    return text[: ends[-1]] if ends else shorten(text, limit)


def each_sentence(text: str) -> Iterator[str]:
    """The sentences of a text, in order; a paragraph's end is one's end, and so is the text's."""
    for paragraph in text.split("\n"):
        begin = 0
        for end in chain(_ends(paragraph, len(paragraph)), [len(paragraph)]):
            if sentence := paragraph[begin:end].strip():
                yield sentence
            begin = end


def _ends(text: str, until: int) -> Iterator[int]:
    for found in _END.finditer(text, 0, until):
        if not _abbreviates(text[max(0, found.start() - 12) : found.start()], found[0]):
            yield found.end()


def _abbreviates(before: str, mark: str) -> bool:
    if mark != ".":
        return False
    word = _LAST_WORD.search(before)
    last = word[0].lower() if word else ""
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())


def _joined(text: str, at: int) -> bool:
    """Whether a grapheme spans `at` (UAX 29, in short: marks, joiners, flags, skin tones, jamo)."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after)[0] == "M" or after in "\u200c\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if before == "\u200d" or unicodedata.combining(before) == 9 or "\U000e0020" <= after <= "\U000e007f":
        return True
    if _regional(after):
        return _regionals_before(text, at) % 2 == 1
    return "\u1160" <= after <= "\u11ff" or ("\u1100" <= before <= "\u115f" and after >= "\u1100")


def _regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _regionals_before(text: str, at: int) -> int:
    start = at
    while start and _regional(text[start - 1]):
        start -= 1
    return at - start
