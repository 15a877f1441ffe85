"""A paper's sentence and the start of its abstract, with the words that matched in bold. Nothing is said twice."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.channel import Hit
from bot.channels.wording import LEAD, Line, Piece, lead, safe, sentences, units
from feeds.paper import Paper, sentence_of
from feeds.text import shorten

OPENING, PASSAGE = 600, 300
"""UTF-16 units."""
_MARKS = 20
"""Words in bold in one piece of text: Telegram ignores entities after 100 in a message."""
_LOOK_BACK = 150
_GAP = " … "
"""Where the sentence stood that is said already."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says of what a paper does."""

    lead: Line
    """Its sentence; empty if it has none that is short enough."""
    abstract: list[Line]
    """The first sentences of the abstract, without that one; then, when no match is shown yet, the first one's."""


def said_of(paper: Paper, hits: Sequence[Hit]) -> Said:
    """The paper's sentence and abstract."""
    text, found, sentence = safe(paper.abstract), _spans(hits, len(paper.abstract)), sentence_of(paper)
    start = paper.abstract.find(sentence.text) if sentence.text else -1
    own = (start, start + len(sentence.text))
    if start < 0:
        return Said(lead(sentence, LEAD), _excerpts(text, found, (0, 0)))
    if units(safe(sentence.text)) > LEAD:  # cut, it would say less than the abstract below it
        return Said((), _excerpts(text, found, (0, 0)))
    first = (*_marked(text[slice(*own)], found, own), *lead(sentence, LEAD)[1:])
    return Said(first, _excerpts(text, found, own))


def _excerpts(text: str, found: Sequence[Span], said: Span) -> list[Line]:
    """The opening without what is said already; and the passage of the first match, when none is shown."""
    opening = list(_opening(text, said))
    lines = [_marked(shown, found, span) for shown, span in opening if shown.strip()]
    shown = sorted([said, *(span for _, span in opening)])
    joined = [tuple(piece for line in lines for piece in (Piece(_GAP), *line))[1:]] if lines else []
    if found and not any(start <= hit < end for hit, _ in found for start, end in shown):
        return [*joined, _passage(text, found, shown)]
    return joined


def _opening(text: str, said: Span) -> Iterator[tuple[str, Span]]:
    """The first sentences, before and after what is said already: what is shown, and what of the text that is."""
    before, rest = text[: said[0]].rstrip(), text[said[1] :].lstrip()
    left = max(OPENING - (said[1] - said[0]), PASSAGE)
    if before:
        first = sentences(before, left)
        yield first, (0, _extent(first, before))
        left = max(left - units(first) - len(_GAP), 0) if first == before else 0
    begin, more = len(text) - len(rest), sentences(rest, left)
    if not before or rest.startswith(more):  # no half a sentence to fill what is left
        yield more, (begin, begin + _extent(more, rest))


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


def _passage(text: str, found: Sequence[Span], shown: Sequence[Span]) -> Line:
    """The sentence around the first match, up to what is shown before it and after."""
    hit_start, hit_end = found[0]
    after = max((end for _, end in shown if end <= hit_start), default=0)
    until = min((start for start, end in shown if start >= hit_end and end > start), default=len(text))
    begin = max(after, _sentence_start(text, hit_start))
    rest = text[begin:until].lstrip()
    begin = until - len(rest)
    short = sentences(rest, PASSAGE)
    if begin + _extent(short, rest) < hit_end:
        short = shorten(rest, PASSAGE)
    return (Piece("… "), *_marked(short, found, (begin, begin + _extent(short, rest))))


def _extent(shown: str, text: str) -> int:
    """How much of the text is shown; what was cut ends in an ellipsis that is not the text's."""
    return len(shown) if text.startswith(shown) else len(shown.removesuffix("…"))


def _sentence_start(text: str, position: int) -> int:
    """Where the sentence around `position` begins, or a word not far before it."""
    floor = max(0, position - _LOOK_BACK)
    before = text[floor:position]
    stops = [m.end() for m in re.finditer(r"[.!?]\s+|\n", before)] or [m.end() for m in re.finditer(r"\s+", before)][:1]
    return floor + stops[-1] if stops else position


def _marked(shown: str, found: Sequence[Span], span: Span) -> Line:
    """`shown` in pieces; `shown[:end - begin]` is `text[begin:end]`, on which the spans lie."""
    begin, end = span
    pieces: list[Piece] = []
    done = 0
    inside = [(max(s, begin) - begin, min(e, end) - begin) for s, e in found if s < end and e > begin]
    for start, stop in inside[:_MARKS]:
        pieces += [Piece(shown[done:start]), Piece(shown[start:stop], bold=True)]
        done = stop
    pieces.append(Piece(shown[done:]))
    return tuple(piece for piece in pieces if piece.text)
