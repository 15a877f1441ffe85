"""How much work a client may ask for: a token bucket each, charged by what a query costs. Pure.

What is answered from memory costs nothing.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from feeds.query import Query
from feeds.query.compiled import NEAR, ReadLeaf, read_leaf

_CLIENTS = 10_000
"""Buckets kept; the one longest unused goes first."""
MOST = 1_000.0
"""What one query may cost: some 20 s of the one thread that matches."""
_LIKE = 10.0
"""Of what is near: 0.4 s for a batch of which nobody asked so before, then a millisecond (measured)."""
_NEAR, _REGEX, _SPELLED, _SCANNED, _WORD = 1.0, 0.5, 0.15, 0.05, 0.002
"""Of one leaf, for a batch of 1,024 papers, in tokens of 20 ms: measured 20, 7 to 35, 2.5, 0.2 to 2, and 0.1 ms."""


def cost_of(query: Query, batches: int, *others: Query) -> float:
    """What queries cost in tokens: one at least, as an ordinary one does with its page; regular expressions more."""
    lines = {line for one in (query, *others) for line in one.leaves}
    return max(1.0, batches * sum(_of_leaf(read_leaf(line.partition("\t")[2])) for line in lines))


def is_slow(line: str) -> bool:
    """Whether a leaf, by its line in the compiled form, asks something of each text by itself."""
    return _of_leaf(read_leaf(line.partition("\t")[2])) >= _SPELLED


def _of_leaf(leaf: ReadLeaf) -> float:
    if leaf.field in "*":
        return 0.0
    if leaf.field == NEAR:
        return _LIKE
    if leaf.field in "#csi" and leaf.kind != "r":
        return _SCANNED
    if leaf.kind == "p" and " " in leaf.wanted:  # a beginning at the end of a phrase is looked up in texts
        return _REGEX
    return {"n": _NEAR, "r": _REGEX, "e": _SPELLED}.get(leaf.kind, _WORD)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limits:
    """`burst` tokens at once, then `per_second`. Times are in seconds of a clock that only goes forward."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, client: str, now: float, cost: float = 1.0) -> int:
        """Take so many tokens: 0, or the whole seconds until there are so many. No more are asked for than fit in."""
        bucket = self._buckets.setdefault(_network(client), _Bucket(self._burst, now))
        self._buckets.move_to_end(_network(client))
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self._burst, bucket.tokens + max(now - bucket.at, 0) * self._per_second)
        bucket.at = now
        wanted = min(cost, self._burst)
        if bucket.tokens < wanted:
            return math.ceil((wanted - bucket.tokens) / self._per_second)
        bucket.tokens -= wanted
        return 0


def _network(client: str) -> str:
    """A client of IPv6 has a whole /64 of addresses."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else client
