"""Many queries against a batch of papers, with the reason for each hit.

How a leaf is answered is feeds.match.batch; where a hit stands in the text is feeds.match.reasons. Stores nothing.
"""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar, cast

from feeds.match.batch import Batch
from feeds.match.reasons import Reason, reasons
from feeds.paper import Paper
from feeds.query import Query, parse_query

__all__ = ["Batch", "Matches", "Reason", "match"]

K = TypeVar("K", bound=Hashable)


class Matches(Generic[K]):
    """What each query matched. Lists of papers, and reasons, are made when asked for."""

    def __init__(self, queries: Mapping[K, Query], batch: Batch) -> None:
        self._queries = queries
        self._batch = batch
        self._answers = batch.bitmaps(queries.values())

    def __getitem__(self, key: K) -> list[Paper]:
        """The papers that the query matches, in the order given; empty where none.

        Raises KeyError: no query had this key.
        """
        return self._batch.chosen(self._by_key[key])

    def reasons(self, key: K, paper: Paper) -> tuple[Reason, ...]:
        """Where the paper holds the words that the query asks for; numbers and what is excluded give none.

        Ordered by field as `feeds.match.fields` lists them, then by place. Empty if the paper lacks them.
        """
        return reasons(self._queries[key].tree, paper)

    @cached_property
    def _by_key(self) -> dict[K, int]:
        return dict(zip(self._queries, self._answers, strict=True))


def match(queries: Mapping[K, Query | str], papers: Sequence[Paper], now: datetime | None = None) -> Matches[K]:
    """Which of the papers each query matches. Each distinct part of all queries is answered once.

    `now` is an aware datetime; only `age` needs it.

    Raises QueryError: a query given as text is none.
    Raises ValueError: a query asks for `age`, and `now` is missing or naive.
    """
    return Matches(_parsed(queries), Batch(papers, now))


def _parsed(queries: Mapping[K, Query | str]) -> Mapping[K, Query]:
    if set(map(type, queries.values())) <= {Query}:  # a million are looked at one by one only once
        return dict(cast("Mapping[K, Query]", queries))
    return {key: parse_query(query) if isinstance(query, str) else query for key, query in queries.items()}
