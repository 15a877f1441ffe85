"""Why a paper matches: where in its fields it holds the words that a query asks for. For messages and highlighting."""

from collections.abc import Iterator
from dataclasses import dataclass

from feeds.match.facts import is_meant, one_line
from feeds.match.fields import INFLECTING, NAMES, SEPARATOR, VALUES
from feeds.match.phrase import phrase
from feeds.paper import Paper
from feeds.query.compiled import leaf_code, read_leaf
from feeds.query.patterns import pattern
from feeds.query.tree import And, Node, Not, Or, Term
from feeds.words import spelled, words


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper matched: `text[start:end]` of `field` is what `term` of the query found.

    The text is the paper's title or abstract as it is, else the field's values joined by a comma and a space.
    """

    term: str
    field: str
    start: int
    end: int


def reasons(query: Node, paper: Paper) -> tuple[Reason, ...]:
    """Every place of the paper that a term of the query finds; terms that exclude are not looked for."""
    found = {reason: None for term in _wanted(query) for reason in _of_term(term, paper)}
    order = list(NAMES.values())
    return tuple(sorted(found, key=lambda one: (order.index(one.field), one.start, one.end)))


def _wanted(node: Node) -> Iterator[Term]:
    match node:
        case Term():
            yield node
        case And(items) | Or(items):
            for item in items:
                yield from _wanted(item)
        case Not(Not() as inner):
            yield from _wanted(inner.item)


def _of_term(term: Term, paper: Paper) -> Iterator[Reason]:
    leaf = read_leaf(leaf_code(term))
    for field in "ta" if leaf.field == "_" else leaf.field:
        start = 0
        for value in VALUES[field](paper):
            for begin, end in _spans(field, leaf.kind, leaf.wanted, value):
                yield Reason(str(term), NAMES[field], start + begin, start + end)
            start += len(value) + len(SEPARATOR)


def _spans(field: str, kind: str, wanted: str, value: str) -> Iterator[tuple[int, int]]:
    if kind == "r":
        hits = pattern(wanted).finditer(one_line(value))
        return (hit.span() for hit in hits if hit.end() > hit.start())
    if field in "csi":
        return iter([(0, len(value))] if is_meant(field, kind, wanted, value) else [])
    found, looked_for = words(value), phrase(kind, wanted, inflects=field in INFLECTING)
    places = looked_for.places(spelled(value) if kind == "e" else [word.token for word in found])
    return ((found[at].start, found[at + len(looked_for) - 1].end) for at in places)
