"""The start of an abstract with the words that matched in bold, and where they first stand if that is further on."""

import re
from collections.abc import Sequence

from bot.channels.channel import Hit
from bot.channels.wording import Line, Piece, safe, sentences
from feeds.text import shorten

OPENING, PASSAGE = 600, 300
"""UTF-16 units."""
_MARKS = 20
"""Words in bold in one excerpt: Telegram ignores entities after 100 in a message."""
_LOOK_BACK = 150

Span = tuple[int, int]


def excerpts(abstract: str, hits: Sequence[Hit]) -> list[Line]:
    """The first sentences of an abstract; then, when the first match lies beyond them, the sentence around it."""
    text = safe(abstract)
    found = _spans(hits, len(text))
    opening = sentences(text, OPENING)
    shown = _extent(opening, text)
    lines = [_marked(opening, found, 0, shown)] if opening.strip() else []
    if found and found[0][0] >= shown:
        lines.append(_passage(text, found, shown))
    return lines


def _spans(hits: Sequence[Hit], end: int) -> list[Span]:
    """Where the abstract matched, in order, without overlaps."""
    raw = sorted((r.start, min(r.end, end)) for hit in hits for r in hit.reasons if r.field == "abstract")
    merged: list[Span] = []
    for start, stop in raw:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        elif 0 <= start < stop:
            merged.append((start, stop))
    return merged


def _passage(text: str, found: list[Span], after: int) -> Line:
    hit_start, hit_end = found[0]
    begin = max(after, _sentence_start(text, hit_start))
    rest = text[begin:].lstrip()
    begin = len(text) - len(rest)
    shown = sentences(rest, PASSAGE)
    if begin + _extent(shown, rest) < hit_end:
        shown = shorten(rest, PASSAGE)
    return (Piece("… "), *_marked(shown, found, begin, begin + _extent(shown, rest)))


def _extent(shown: str, text: str) -> int:
    """How much of the text is shown; what was cut ends in an ellipsis that is not the text's."""
    return len(shown) if text.startswith(shown) else len(shown.removesuffix("…"))


def _sentence_start(text: str, position: int) -> int:
    """Where the sentence around `position` begins, or a word not far before it."""
    floor = max(0, position - _LOOK_BACK)
    before = text[floor:position]
    stops = [m.end() for m in re.finditer(r"[.!?]\s+|\n", before)] or [m.end() for m in re.finditer(r"\s+", before)][:1]
    return floor + stops[-1] if stops else position


def _marked(shown: str, found: Sequence[Span], begin: int, end: int) -> Line:
    """`shown` in pieces; `shown[:end - begin]` is `text[begin:end]`, on which the spans lie."""
    pieces: list[Piece] = []
    done = 0
    inside = [(max(s, begin) - begin, min(e, end) - begin) for s, e in found if s < end and e > begin]
    for start, stop in inside[:_MARKS]:
        pieces += [Piece(shown[done:start]), Piece(shown[start:stop], bold=True)]
        done = stop
    pieces.append(Piece(shown[done:]))
    return tuple(piece for piece in pieces if piece.text)
