"""What answers `similar:` and `library:`, given by whoever matches: feeds.likeness, or a store of references."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from feeds.paper import Paper

Place = tuple[str, int, int]
"""A field's name, and where in it something begins and ends."""


class Compared(Protocol):
    """Some papers, to be compared with references."""

    def near(self, wanted: str) -> int:
        """Which papers are near what a leaf wants (feeds.query.compiled.Wanted): bit n is paper n."""


class Near(Protocol):
    """Knows references."""

    def among(self, papers: Sequence[Paper]) -> Compared:
        """Papers, to be compared with references."""

    def places(self, wanted: str, paper: Paper) -> Iterable[Place]:
        """The words for which a paper is near, where they stand."""
