"""Refuses queries that cannot be meant: those no paper can match, and those that only exclude.

Text leaves count as independent; comparisons are intervals of one value a field, which a paper may lack.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from operator import and_

from feeds.query.compiled import leaf_code
from feeds.query.error import QueryError
from feeds.query.tree import And, Comparison, Everything, Leaf, Node, Not, Or, leaves

_MOST_LEAVES = 12
_COMPARED: Mapping[str, Callable[[int, int], bool]] = {
    ">=": int.__ge__, "<=": int.__le__, ">": int.__gt__, "<": int.__lt__, "=": int.__eq__,
}  # fmt: skip


_EVERYTHING = leaf_code(Everything())


def check_sense(query: Node, text: str) -> None:
    """Raises QueryError for a query that no paper can match, or that only excludes.

    More than 12 distinct leaves are not checked for the former.
    """
    if _only_asks(query):
        return
    if _true_of_nothing(query):
        at = _first_not(query)
        raise QueryError("this only excludes; write * -… to begin with every paper", at, text)
    distinct = {leaf_code(leaf): leaf for leaf in leaves(query) if not isinstance(leaf, Everything)}
    if len(distinct) <= _MOST_LEAVES and (fault := _impossible(query, _truth(distinct))) is not None:
        raise QueryError("no paper can match this: what it asks for excludes itself", fault.position, text)


def _only_asks(node: Node) -> bool:
    """Whether it excludes and compares nothing: some paper may have all of its leaves."""
    match node:
        case And(items) | Or(items):
            return all(map(_only_asks, items))
        case _:
            return not isinstance(node, Not | Comparison)


def _true_of_nothing(node: Node) -> bool:
    """Whether it matches a paper of which no leaf is true."""
    match node:
        case Not(item):
            return not _true_of_nothing(item)
        case And(items):
            return all(map(_true_of_nothing, items))
        case Or(items):
            return any(map(_true_of_nothing, items))
        case _:
            return False


def _first_not(node: Node) -> int:
    match node:
        case And(items) | Or(items):
            return min(_first_not(item) for item in items if _true_of_nothing(item))
        case _:
            return node.position


def _truth(distinct: Mapping[str, Leaf]) -> dict[str, int]:
    """Each leaf's truth over all the cases that can be: bit n of every leaf is case n."""
    columns: list[Sequence[frozenset[str]]] = []
    compared: dict[str, list[Comparison]] = {}
    for code, leaf in distinct.items():
        if isinstance(leaf, Comparison):
            compared.setdefault(leaf.name, []).append(leaf)
        else:
            columns.append((frozenset(), frozenset({code})))
    columns += [tuple(_outcomes(name, some)) for name, some in compared.items()]
    truth = dict.fromkeys([*distinct, _EVERYTHING], 0)
    size = 1
    for outcomes in columns:
        truth = {code: _repeated(bits, size, len(outcomes)) for code, bits in truth.items()}
        for number, outcome in enumerate(outcomes):
            for code in outcome:
                truth[code] |= ((1 << size) - 1) << (number * size)
        size *= len(outcomes)
    truth[_EVERYTHING] = (1 << size) - 1
    return truth


def _repeated(bits: int, size: int, times: int) -> int:
    return sum(bits << (size * number) for number in range(times))


def _outcomes(name: str, comparisons: list[Comparison]) -> set[frozenset[str]]:
    """Which comparisons of one field can be true together: for every value between, at and beside their bounds."""
    bounds = {leaf_code(one): (one.operator, bound(one)) for one in comparisons}
    values = {value + step for _, value in bounds.values() for step in (-1, 0, 1)}
    possible = values if name == "date" else {value for value in values if value >= 0}
    return {frozenset()} | {
        frozenset(code for code, (operator, limit) in bounds.items() if _COMPARED[operator](value, limit))
        for value in possible
    }


def bound(comparison: Comparison) -> int:
    """What it compares with, as a number: days for an age, the day's ordinal for a date."""
    if comparison.name == "date":
        return date.fromisoformat(comparison.value).toordinal()
    return int(comparison.value.removesuffix("d"))


def _impossible(node: Node, truth: Mapping[str, int]) -> Node | None:
    """The innermost part to blame where no case makes the node true."""
    if _cases(node, truth):
        return None
    match node:
        case And(items) | Or(items):
            for item in items:
                if (fault := _impossible(item, truth)) is not None:
                    return fault
            return _conflict(items, truth) if isinstance(node, And) else node
        case _:
            return node


def _conflict(items: Sequence[Node], truth: Mapping[str, int]) -> Node:
    """The first item that leaves nothing of those before it."""
    left = accumulate((_cases(item, truth) for item in items), and_)
    return next(item for item, cases in zip(items, left, strict=True) if not cases)


def _cases(node: Node, truth: Mapping[str, int]) -> int:
    match node:
        case Not(item):
            return truth[_EVERYTHING] & ~_cases(item, truth)
        case And(items):
            cases = truth[_EVERYTHING]
            for item in items:
                cases &= _cases(item, truth)
            return cases
        case Or(items):
            cases = 0
            for item in items:
                cases |= _cases(item, truth)
            return cases
        case _:
            return truth[leaf_code(node)]
