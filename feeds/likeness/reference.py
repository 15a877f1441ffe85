"""What papers are compared with, and how near is near: as near as the nearest 0.5 % of an archive's past year."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nlargest
from math import ceil

from feeds.likeness.vector import ONE, Vector
from feeds.paper import Paper, arxiv_id, normal_doi

SHARE = 0.005
"""Of the past year's papers: half a paper a week on Daily Papers (docs/likeness.md)."""
FEWEST = 2_000
"""Papers of a year below which a share of them says little."""
USUAL = (0.0, 0.0325, 0.0266, 0.0234)
"""The score that takes its place, by how many shares are asked for: the median of 250 references (docs/likeness.md)."""
YEAR, DAY = timedelta(days=365), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper or a library that papers are compared with."""

    vector: Vector
    bound: int
    """The least score that is near; `ONE` is the highest (feeds.likeness.vector)."""
    itself: frozenset[str] = frozenset()
    """Ids and keys of the papers that it is made of: they are no hits."""


def is_enough(papers: int) -> bool:
    """Whether a share of so many papers of a year says something."""
    return papers >= FEWEST


def bound_of(scores: Collection[int], times: int = 1, itself: int = 0) -> int:
    """The score of the last of the nearest 0.5 %, so many times over.

    `scores` are those of the past year's papers but for the reference itself, which are so many; below 2,000 in all it
    is a fixed score.
    """
    if not scores or not is_enough(len(scores) + itself):
        return usual_bound(times)
    place = ceil(len(scores) * SHARE * times)
    return max(min(nlargest(place, scores)), 1)


def usual_bound(times: int) -> int:
    """The fixed score."""
    return round(USUAL[min(times, len(USUAL) - 1)] * ONE)


def past_year(days: Sequence[date | None]) -> list[int]:
    """Which of some days lie in the year up to the last of them."""
    last = max(filter(None, days), default=None)
    return [number for number, day in enumerate(days) if day and last and day > last - YEAR]


def names_of(paper: Paper) -> frozenset[str]:
    """Its key, and its ids as queries name them."""
    doi = normal_doi(paper.doi) if paper.doi else ""
    return frozenset({paper.key, paper.id, arxiv_id(paper.id) or "", f"doi:{doi}" if doi else ""} - {""})


def newest_first(papers: Iterable[Paper]) -> list[Paper]:
    """Those without a date last, in the order given."""
    return sorted(papers, key=lambda one: -one.announced.toordinal() if one.announced else 0)
