"""A library as the store asks for it: what its file is, and what stands in it. The configuration knows the files."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from feeds.paper import Paper


class Library(NamedTuple):
    """A person's own papers: what their file is now, and how it is read."""

    stamp: str
    """Another one when the file is; empty: there is none."""
    read: Callable[[], Sequence[Paper]]
    """Those without an abstract are looked up in the archive. May raise ValueError: it is no library."""


Libraries = Mapping[str, Callable[[], Library]]
"""By name: what looks at the file."""
