"""Many papers in as few messages as fit: where to split. Knows no platform."""

from collections.abc import Sequence

Cost = tuple[int, ...]
"""What an entry takes of each limit of a message."""


def split(costs: Sequence[Cost], room: Cost) -> list[range]:
    """Which entries each message takes, in order. An entry too large for any message gets one of its own."""
    parts: list[range] = []
    start, left = 0, room
    for index, cost in enumerate(costs):
        if index > start and any(c > r for c, r in zip(cost, left, strict=True)):
            parts.append(range(start, index))
            start, left = index, room
        left = tuple(r - c for r, c in zip(left, cost, strict=True))
    if costs:
        parts.append(range(start, len(costs)))
    return parts
