"""The algebra of compiled queries (feeds.query.compiled) on bits: `..!&` of a and b is what a has and b has not."""

from collections.abc import Mapping, Sequence


def worked_out(algebra: str, leaves: Sequence[str], known: Mapping[str, int], everything: int) -> int:
    """The query's bits, of its leaves' bits; `everything` has a bit for each paper.

    Most queries are one leaf, or two of which the second matters only where the first is true: the short ways.
    """
    if algebra == ".":
        return known[leaves[0]]
    if algebra == "..&":
        bits = known[leaves[0]]
        return bits and bits & known[leaves[1]]
    if algebra == "..!&":
        bits = known[leaves[0]]
        return bits and bits & ~known[leaves[1]]
    stack: list[int] = []
    rest = iter(leaves)
    for sign in algebra:
        if sign == ".":
            stack.append(known[next(rest)])
        elif sign == "!":
            stack[-1] ^= everything
        else:
            bits = stack.pop()
            stack[-1] = stack[-1] & bits if sign == "&" else stack[-1] | bits
    return stack.pop()
