"""Many queries against a batch of papers, with the reason for each hit.

How a leaf is answered is feeds.match.batch; where a hit stands in the text is feeds.match.reasons. Stores nothing.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Generic, TypeVar

from feeds.match.batch import Batch
from feeds.match.reasons import Reason, reasons
from feeds.paper import Paper
from feeds.query import Query, parse_query

__all__ = ["Batch", "Matches", "Reason", "match"]

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, repr=False)
class Matches(Generic[K]):
    """What each query matched. Lists of papers, and reasons, are made when asked for."""

    _batch: Batch
    _queries: Mapping[K, Query]
    _answers: Mapping[str, int]

    def __getitem__(self, key: K) -> list[Paper]:
        """The papers that the query matches, in the order given; empty where none.

        Raises:
            KeyError: no query had this key.
        """
        return self._batch.chosen(self._answers[self._queries[key].compiled])

    def reasons(self, key: K, paper: Paper) -> tuple[Reason, ...]:
        """Where the paper holds the words that the query asks for; numbers and what is excluded give none.

        Ordered by field as `feeds.match.reasons` lists them, then by place. Empty if the paper lacks them.
        """
        return reasons(self._queries[key].tree, paper)


def match(queries: Mapping[K, Query | str], papers: Sequence[Paper], now: datetime | None = None) -> Matches[K]:
    """Which of the papers each query matches. Each distinct query is answered once, whatever their number.

    `now` is an aware datetime; only `age` needs it.

    Raises:
        QueryError: a query given as text is none.
        ValueError: a query asks for `age`, and `now` is missing or naive.
    """
    batch = Batch(papers, now)
    parsed = _parsed(queries)
    distinct = set(map(attrgetter("compiled"), parsed.values()))
    return Matches(batch, parsed, batch.bitmaps(distinct))


def _parsed(queries: Mapping[K, Query | str]) -> Mapping[K, Query]:
    """The queries as they are now: whoever owns the mapping may change it later."""
    return {key: parse_query(query) if isinstance(query, str) else query for key, query in queries.items()}
