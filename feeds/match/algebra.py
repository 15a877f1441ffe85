"""The algebra of compiled queries (feeds.query.compiled) on bits: `..!&` of a and b is what a has and b has not."""

from collections.abc import Callable, Mapping, Sequence
from operator import and_, or_


def _without(bits: int, others: int) -> int:
    return bits & ~others


_COMMON: Mapping[str, Callable[[int, int], int]] = {"..&": and_, "..|": or_, "..!&": _without}
"""Most queries of two leaves."""


def worked_out(algebra: str, leaves: Sequence[int], everything: int) -> int:
    """The query's bits, of its leaves' bits in their order; `everything` has a bit for each paper."""
    if common := _COMMON.get(algebra):
        return common(*leaves)
    stack: list[int] = []
    rest = iter(leaves)
    for sign in algebra:
        if sign == ".":
            stack.append(next(rest))
        elif sign == "!":
            stack[-1] ^= everything
        else:
            bits = stack.pop()
            stack[-1] = stack[-1] & bits if sign == "&" else stack[-1] | bits
    return stack[0]
