"""Subscriptions as people make them, from real abstracts: for benchmarks and nothing else.

The mix: 60 % one word or phrase, 25 % two joined by AND, 10 % with NOT, 5 % OR.
"""

import gzip
import json
import random
from collections.abc import Iterator
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


def terms(some: list[Paper], dice: random.Random) -> Iterator[str]:
    """Words, and phrases of two and three words, for ever, each as often as the papers hold it."""
    texts = [tokens(f"{paper.title}. {paper.abstract}") for paper in some]
    while True:
        words = dice.choice(texts)
        at = dice.randrange(len(words))
        some_words = words[at : at + dice.choice((1, 1, 2, 2, 3))]
        if all(len(word) > 3 for word in (some_words[0], some_words[-1])):
            yield " ".join(some_words)


def subscriptions(number: int, some: list[Paper], seed: int = 1) -> Iterator[Query]:
    """That many queries of the mix."""
    dice = random.Random(seed)
    leaves = (Term(Kind.WORDS, term) for term in terms(some, dice))
    for _ in range(number):
        yield _query(_node(dice.random(), next(leaves), next(leaves)))


def _node(share: float, a: Term, b: Term) -> Node:
    if share < 0.60 or a == b:
        return a
    if share < 0.85:
        return And((a, b))
    return And((a, Not(b))) if share < 0.95 else Or((a, b))


def _query(node: Node) -> Query:
    """As `parse_query` makes it, without the parsing, which is timed apart."""
    return Query.stored(str(node), compiled(node))
