"""Subscriptions as people make them, from real abstracts: for benchmarks and nothing else.

The mix: 60 % one word or phrase, 25 % two joined by AND, 10 % with NOT, 5 % OR.
"""

import gzip
import json
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from feeds.paper import Paper
from feeds.query import Query
from feeds.query.compiled import compiled
from feeds.query.tree import And, Kind, Node, Not, Or, Term
from feeds.words import tokens

CORPUS = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "corpus" / "hf_daily_papers.jsonl.gz"


def papers() -> list[Paper]:
    """The recorded papers, oldest first."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        return [_paper(json.loads(line)) for line in lines]


def _paper(record: dict[str, object]) -> Paper:
    return Paper(
        id=str(record["id"]),
        title=str(record["title"]),
        abstract=str(record["abstract"]),
        authors=tuple(record["authors"]),  # type: ignore[arg-type]
        votes=record["upvotes"],  # type: ignore[arg-type]
        keywords=tuple(record["keywords"] or ()),  # type: ignore[arg-type]
    )


def terms(some: list[Paper]) -> list[str]:
    """Words, and phrases of two and three words, each once, as the papers' titles and abstracts hold them."""
    found: dict[str, None] = {}
    for paper in some:
        words = tokens(f"{paper.title} {paper.abstract}")
        long = [word for word in words if len(word) > 3]
        found.update(dict.fromkeys(long))
        found.update(dict.fromkeys(f"{a} {b}" for a, b in pairwise(words) if len(a) > 3 and len(b) > 3))
        found.update(dict.fromkeys(" ".join(three) for three in zip(words, words[1:], words[2:], strict=False) if len(three[1]) > 3))
    return list(found)


def subscriptions(number: int, vocabulary: list[str], seed: int = 1) -> Iterator[Query]:
    """That many queries of the mix; common words are asked for more often, as by people."""
    dice = random.Random(seed)
    leaves = [Term(Kind.WORDS, one) for one in vocabulary]

    def leaf() -> Term:
        return leaves[int(len(leaves) * dice.random() ** 2)]

    for _ in range(number):
        yield _query(_node(dice.random(), leaf(), leaf()))


def _node(share: float, a: Term, b: Term) -> Node:
    if share < 0.60 or a == b:
        return a
    if share < 0.85:
        return And((a, b))
    return And((a, Not(b))) if share < 0.95 else Or((a, b))


def _query(node: Node) -> Query:
    """As `parse_query` makes it, without the parsing, which is timed apart."""
    return Query(str(node), compiled(node))
