"""Papers as a reference manager takes them: what addresses end in, and the answer."""

from collections.abc import Sequence

from bot.web.body import Body, body_of
from bot.web.turns import Steps
from feeds.citation import CONTENT_TYPES, SUFFIXES, Form, cited
from feeds.paper import Paper

OF_SUFFIX: dict[str, Form] = {suffix: form for form, suffix in SUFFIXES.items()}
_STEP = 64
"""Papers that are written in some milliseconds."""


def cited_body(papers: Sequence[Paper], form: Form, at: float) -> Steps[Body]:
    """A file of these papers."""
    pieces: list[str] = []
    for piece in cited(papers, form):
        pieces.append(piece)
        if len(pieces) % _STEP == 0:
            yield
    return body_of("".join(pieces).encode("utf-8", "replace"), CONTENT_TYPES[form], at)
