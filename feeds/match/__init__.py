"""Many queries against a batch of papers, with the reason for each hit.

How a leaf is answered is feeds.match.batch; where a hit stands in the text is feeds.match.reasons. Stores nothing.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar

from feeds.match.batch import Batch
from feeds.match.nearness import Near
from feeds.match.reasons import Reason, reasons
from feeds.match.subscriptions import Bits, Subscriptions
from feeds.paper import Paper
from feeds.query import Query, parse_query

__all__ = ["Batch", "Matches", "Near", "Reason", "Subscriptions", "match"]

K = TypeVar("K", bound=Hashable)


class Matches(Generic[K]):
    """What each query matched. Lists of papers, and reasons, are made when asked for."""

    def __init__(self, queries: Mapping[K, Query], batch: Batch) -> None:
        self._queries = queries
        self._batch = batch
        self._bits: Bits[K] | _Listed[K]
        if isinstance(queries, Subscriptions):
            self._bits = queries.bits_in(batch)
        else:
            self._bits = _Listed(tuple(queries), batch.bitmaps(queries.values()))

    def __getitem__(self, key: K) -> list[Paper]:
        """The papers that the query matches, in the order given; empty where none.

        Raises KeyError: no query had this key.
        """
        return self._batch.chosen(self._bits[key])

    def hits(self) -> Iterator[K]:
        """The keys of queries that match something: quicker than to ask of each."""
        return self._bits.hits()

    def reasons(self, key: K, paper: Paper) -> tuple[Reason, ...]:
        """Where the paper holds the words that the query asks for; numbers and what is excluded give none.

        Ordered by field as `feeds.match.fields` lists them, then by place. Empty if the paper lacks them.
        """
        return reasons(self._queries[key].tree, paper, self._batch.near)


class _Listed(Generic[K]):
    """A bit a paper, by key."""

    def __init__(self, keys: Sequence[K], found: Sequence[int]) -> None:
        self._keys, self._found = keys, found

    def __getitem__(self, key: K) -> int:
        return self._by_key[key]

    def hits(self) -> Iterator[K]:
        return (key for key, bits in zip(self._keys, self._found, strict=True) if bits)

    @cached_property
    def _by_key(self) -> dict[K, int]:
        return dict(zip(self._keys, self._found, strict=True))


def match(
    queries: Mapping[K, Query | str], papers: Sequence[Paper], now: datetime | None = None, near: Near | None = None
) -> Matches[K]:
    """Which of the papers each query matches. Each distinct part of all queries is answered once.

    Very many queries are quickest as `Subscriptions`. `now` is an aware datetime; only `age` needs it. `near` (a
    `feeds.likeness.Likeness`, say) answers `similar:` and `library:`.

    Raises QueryError: a query given as text is none.
    Raises ValueError: a query asks for `age`, and `now` is missing or naive; or for what is near without `near`.
    """
    return Matches(_parsed(queries), Batch(papers, now, near))


def _parsed(queries: Mapping[K, Query | str]) -> Mapping[K, Query]:
    if isinstance(queries, Subscriptions):
        return queries
    parsed = {key: parse_query(query) for key, query in queries.items() if isinstance(query, str)}
    return {**queries, **parsed}  # type: ignore[dict-item]  # every text among them is parsed
