"""Text as safe HTML, with the words that a query found marked. Knows no page."""

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from feeds.render.safe import legal

Span = tuple[int, int]


def marked(text: str, spans: Iterable[Span] = ()) -> Markup:
    """The text with every span in a `<mark>`; spans that overlap or touch become one."""
    pieces: list[str] = []
    at = 0
    for start, end in _united(spans):
        pieces += [_safe(text[at:start]), "<mark>", _safe(text[start:end]), "</mark>"]
        at = end
    pieces.append(_safe(text[at:]))
    return Markup("".join(pieces))  # noqa: S704  (Markup itself would look at each piece again)


def _safe(text: str) -> Markup:
    # Each piece by itself: a character left out must not move the spans.
    return escape(legal(text))


def _united(spans: Iterable[Span]) -> Iterator[Span]:
    begun, ended = 0, 0
    for start, end in sorted(spans):
        if start > ended:
            if ended > begun:
                yield begun, ended
            begun, ended = start, end
        ended = max(ended, end)
    if ended > begun:
        yield begun, ended
