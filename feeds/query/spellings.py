"""Broader and narrower spellings of a query, for people who try one. Matches nothing itself."""

from collections.abc import Callable

from feeds.query import Query, QueryError, parse_query
from feeds.query.steps import Steps, steps, written
from feeds.query.tree import And, Kind, Node, Not, Or, Term
from feeds.words import tokens
from feeds.words.inflection import KEPT_S, lemmas
from feeds.words.reading import read

MOST_ACRONYM = 3
"""Letters from which an acronym's last S may be a plural's."""
SHORTEST_STEM = 4
"""Letters that a prefix keeps at least, so that it still means something."""


def spellings(query: Query) -> list[tuple[str, Query]]:
    """(what changes, the query spelled so), broader ones first; only those that differ from the query."""
    found: list[tuple[str, Query]] = []
    for change, respell in _CHANGES:
        other = _parsed(_respelt(query.tree, respell))
        if other is not None and other != query and all(other != known for _, known in found):
            found.append((change, other))
    return found


def _apart(term: Term) -> Node:
    words = tokens(term.text)
    if term.kind is not Kind.WORDS or len(words) < 2:
        return term
    return And(tuple(Term(Kind.WORDS, word, term.field) for word in dict.fromkeys(words)))


def _begun(term: Term) -> Node:
    """`qwen` as `qwen*`, `GPT-4` as `GPT4*` beside itself: what goes on without a blank is another word."""
    words = tokens(term.text)
    if term.kind is not Kind.WORDS or not words:
        return term
    if len(words) > 1 or not words[0].isalpha():
        return _numbered(term)
    stem = min((form for form in lemmas(words[0]) if len(form) >= SHORTEST_STEM), key=len, default="")
    return Term(Kind.PREFIX, stem, term.field) if stem else term


def _numbered(term: Term) -> Node:
    """A name with its number, as one word that may go on: GPT-4 as GPT4*, which finds GPT-4o."""
    whole = [word for end, word in _steps_of(term)[0] if end == len(_steps_of(term))]
    if not whole or len(whole[0]) < SHORTEST_STEM or not whole[0][-1].isdigit():
        return term
    return Term(Kind.PREFIX, whole[0], term.field)


def _steps_of(term: Term) -> Steps:
    return steps(written(read(term.text)))


def _in_parts(term: Term) -> Node:
    """`"pre training"` as `pre-training`, which finds pretraining too."""
    apart = term.text.split()
    if term.kind is not Kind.WORDS or len(apart) != 2 or not all(word.isalpha() for word in apart):
        return term
    return Term(Kind.WORDS, "-".join(apart), term.field)


def _singular(term: Term) -> Node:
    """`LLMS` as LLM: in capitals the S is the word's own."""
    marked = read(term.text).marked()
    if term.kind is not Kind.WORDS or len(marked) != 1 or marked[0][-1] != KEPT_S or len(marked[0]) < MOST_ACRONYM:
        return term
    return Term(Kind.WORDS, term.text.strip()[:-1], term.field)


def _in_title(term: Term) -> Node:
    return term if term.field else Term(term.kind, term.text, "title")


def _as_written(term: Term) -> Node:
    marked = term.kind is Kind.WORDS and any(char.isupper() for char in term.text[:1] + term.text[-1:])
    return Term(Kind.EXACT, term.text, term.field) if marked else term


_CHANGES: tuple[tuple[str, Callable[[Term], Node]], ...] = (
    ("broader: the words of a phrase anywhere", _apart),
    ("broader: written closed too", _in_parts),
    ("broader: every word that begins so", _begun),
    ("broader: its last S as a plural's", _singular),
    ("narrower: in the title", _in_title),
    ("narrower: in this very spelling", _as_written),
)


def _respelt(node: Node, respell: Callable[[Term], Node]) -> Node:
    """The tree with its terms respelt, but for those that are excluded: they would work the other way."""
    match node:
        case And(items):
            return And(tuple(_respelt(item, respell) for item in items))
        case Or(items):
            return Or(tuple(_respelt(item, respell) for item in items))
        case Not():
            return node
        case Term():
            return respell(node)
        case _:
            return node


def _parsed(node: Node) -> Query | None:
    try:
        return parse_query(str(node))
    except QueryError:
        return None


def offered(query: Query, count: Callable[[list[Query]], list[int]]) -> list[tuple[str, Query, int]]:
    """What to offer to whoever asks a query: (what changes, the query spelled so, how many it finds).

    `count` tells how many papers each of some queries finds. Spellings that find as many as the query are left out;
    where it finds nothing, those that find something are left.
    """
    others = spellings(query)
    found, *counts = count([query, *(other for _, other in others)])
    told = [(change, other, number) for (change, other), number in zip(others, counts, strict=True)]
    return [(change, other, number) for change, other, number in told if number not in {found, 0}]
