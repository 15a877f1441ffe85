"""Broader and narrower spellings of a query, for people who try one. Matches nothing itself."""

from collections.abc import Callable

from feeds.query import Query, QueryError, parse_query
from feeds.query.tree import And, Kind, Node, Not, Or, Term
from feeds.words import tokens
from feeds.words.inflection import lemmas

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
    words = tokens(term.text)
    if term.kind is not Kind.WORDS or len(words) != 1 or not words[0].isalpha():
        return term
    stem = min((form for form in lemmas(words[0]) if len(form) >= SHORTEST_STEM), key=len, default="")
    return Term(Kind.PREFIX, stem, term.field) if stem else term


def _in_title(term: Term) -> Node:
    return term if term.field else Term(term.kind, term.text, "title")


def _as_written(term: Term) -> Node:
    marked = term.kind is Kind.WORDS and any(char.isupper() for char in term.text[:1] + term.text[-1:])
    return Term(Kind.EXACT, term.text, term.field) if marked else term


_CHANGES: tuple[tuple[str, Callable[[Term], Node]], ...] = (
    ("broader: the words of a phrase anywhere", _apart),
    ("broader: every word that begins so", _begun),
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
