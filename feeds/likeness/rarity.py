"""How much a word says: the rarer, the more. By a frozen table of the package, so that a score never drifts.

The table (rarities.txt, made by `python -m benchmarks.rarities`) counts in how many of 13,897 papers of Daily Papers,
2023 to 2026, each of their 15,000 commonest words and pairs stands, but for function words; the papers' texts are CC0
(arXiv).
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import log

from feeds.likeness.words import number_of

COMMON = 0.1
"""What stands in more than this share of papers says nothing of one; a question is quicker without it."""


@cache
def rarities() -> tuple[Mapping[int, float], float]:
    """The rarity of each term of the table, by its number; and of all others, which is the highest."""
    head, *lines = (files("feeds.likeness") / "rarities.txt").read_text("utf-8").splitlines()
    papers, found, count = int(head), dict[int, float](), 0
    for line in lines:
        told, *terms = line.split("\t")
        count = int(told)
        rarity = log(papers / count) if count < COMMON * papers else 0.0
        found.update((number_of(term), rarity) for term in terms)
    return found, log(papers / (count / 2))


@cache
def silent() -> frozenset[int]:
    """The terms that say nothing."""
    known, _ = rarities()
    return frozenset(term for term, rarity in known.items() if not rarity)
