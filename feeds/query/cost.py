"""How much work a query is, before it is done: a server charges visitors by it, and refuses what is too much.

One is about half a microsecond a paper on two cores (benchmarks.costs): a word that an index answers. So a query of
cost 200 takes 1.5 s on 14,000 papers, and 60 visitors who ask it at once keep a one-word query waiting only if nobody
charges them.
"""

import re2

from feeds.query.compiled import ReadLeaf, read_leaf
from feeds.query.error import QueryError
from feeds.query.patterns import pattern

MOST_COST = 200
"""What a server answers at once; a feed or an alert of the operator's own may cost more."""
_BY_KIND = {"w": 1, "p": 2, "e": 8, "n": 40}
_VALUES = 3
"""Categories, sources, ids, comparisons: each paper is asked."""
_FIELD = 20
"""Words of authors, organisations and keywords, of which no index is kept."""
_PATTERN = 10
_PROGRAM = 8
"""So many instructions of a pattern cost as much as one more."""


def cost_of(lines: tuple[str, ...]) -> int:
    """The cost of a compiled query's leaves, each distinct one once."""
    return sum(_cost(read_leaf(code)) for code in {line.partition("\t")[2] for line in lines})


def check_cost(lines: tuple[str, ...], text: str, most: int = MOST_COST) -> None:
    """Raises QueryError: the query costs more than that."""
    if (cost := cost_of(lines)) > most:
        message = f"too much work for one query ({cost}, at most {most}): fewer regular expressions and words near each"
        raise QueryError(f"{message} other, or make it an alert", 0, text)


def _cost(leaf: ReadLeaf) -> int:
    if leaf.field in "*#csi":
        return _VALUES
    if leaf.kind == "r":
        return _PATTERN + _size(leaf.wanted) // _PROGRAM
    spaces = leaf.wanted.count(" ")
    dear = 20 if leaf.kind == "p" and spaces else 0  # a beginning is looked up in texts, unless it is alone
    return _BY_KIND[leaf.kind] + dear + spaces // 8 + (_FIELD if leaf.field in "uok" else 0)


def _size(wanted: str) -> int:
    try:
        return int(pattern(wanted).programsize)
    except re2.error:
        return 0
