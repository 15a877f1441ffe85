"""The words for which a paper is near: those of both that weigh most, where they stand first."""

from collections.abc import Sequence

from feeds.likeness.vector import Vector, vector_of
from feeds.likeness.words import Place, places
from feeds.paper import Paper
from feeds.words import tokens

MOST = 5
_LOOKED_AT = 6
"""Times as many as are wanted: of words inside a pair that is shared too only the pair is told, and not every pair."""


def shared(asked: Vector, paper: Paper, most: int = MOST) -> tuple[Place, ...]:
    """Where the words stand, those that weigh most first."""
    known, mine = asked.by_term(), vector_of(paper).by_term()
    weights = {term: known[term] * weight for term, weight in mine.items() if term in known}
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[: most * _LOOKED_AT]
    where = places(paper, heaviest)
    return _apart(paper, [where[term] for term in heaviest if term in where])[:most]


def shared_words(asked: Vector, paper: Paper, most: int = MOST) -> tuple[str, ...]:
    """The same as words of the paper, each once."""
    return tuple(dict.fromkeys(" ".join(_text(paper, place).split()) for place in shared(asked, paper, most)))


def _apart(paper: Paper, found: Sequence[Place]) -> tuple[Place, ...]:
    """Without words that a pair among them holds too."""
    words = [set(tokens(_text(paper, place))) for place in found]
    return tuple(place for place, mine in zip(found, words, strict=True) if not any(mine < other for other in words))


def _text(paper: Paper, place: Place) -> str:
    return (paper.title if place.field == "title" else paper.abstract)[place.start : place.end]
