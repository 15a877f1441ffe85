"""How much work a client may ask for: a token bucket each. What is answered from memory costs nothing."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

_CLIENTS = 10_000
"""Buckets kept; the one longest unused goes first."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limits:
    """`burst` works at once, then `per_second`. Times are in seconds of any clock that goes forward."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, client: str, now: float) -> int:
        """Take a token: 0, or the whole seconds until there is one."""
        bucket = self._buckets.setdefault(_network(client), _Bucket(self._burst, now))
        self._buckets.move_to_end(_network(client))
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        if bucket.tokens < 1:
            return math.ceil((1 - bucket.tokens) / self._per_second)
        bucket.tokens -= 1
        return 0


def _network(client: str) -> str:
    """A client of IPv6 has a whole /64 of addresses."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else client
