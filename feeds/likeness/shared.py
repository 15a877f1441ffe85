"""The words for which a paper is near: those of both that weigh most, where they stand first."""

from collections.abc import Sequence

from feeds.likeness.vector import Vector, vector_of
from feeds.likeness.words import Place, places
from feeds.paper import Paper

MOST = 5
_LOOKED_AT = 6
"""Times as many as are wanted: of words inside a pair that is shared too only the pair is told, and not every pair."""


def shared(asked: Vector, paper: Paper, most: int = MOST) -> tuple[Place, ...]:
    """Where the words stand, those that weigh most first."""
    known, mine = asked.by_term(), vector_of(paper).by_term()
    weights = {term: known[term] * weight for term, weight in mine.items() if term in known}
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[: most * _LOOKED_AT]
    where = places(paper, heaviest)
    return _apart([where[term] for term in heaviest if term in where])[:most]


def shared_words(asked: Vector, paper: Paper, most: int = MOST) -> tuple[str, ...]:
    """The same as words of the paper, each once."""
    return tuple(dict.fromkeys(" ".join(_text(paper, place).split()) for place in shared(asked, paper, most)))


def _apart(found: Sequence[Place]) -> tuple[Place, ...]:
    """Those that lie in no other."""
    return tuple(one for one in found if not any(other != one and _holds(other, one) for other in found))


def _holds(other: Place, one: Place) -> bool:
    return other.field == one.field and other.start <= one.start and one.end <= other.end


def _text(paper: Paper, place: Place) -> str:
    return (paper.title if place.field == "title" else paper.abstract)[place.start : place.end]
