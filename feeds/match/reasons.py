"""Why a paper matches: where in its fields it holds the words that a query asks for. For messages and highlighting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.match.facts import is_meant, one_line
from feeds.match.fields import SEPARATOR, VALUES
from feeds.paper import Paper
from feeds.query.compiled import leaf_code
from feeds.query.patterns import pattern
from feeds.query.tree import And, Node, Not, Or, Term
from feeds.words import Word, spelled, words
from feeds.words.inflection import lemmas

_NAMES = {
    "t": "title", "a": "abstract", "u": "author", "o": "org", "k": "keyword", "c": "category", "s": "source", "i": "id",
}  # fmt: skip


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
    order = list(_NAMES.values())
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
    code = leaf_code(term)
    for field in "ta" if code[0] == "_" else code[0]:
        start = 0
        for value in VALUES[field](paper):
            for begin, end in _spans(field, code[1], code[2:], value):
                yield Reason(str(term), _NAMES[field], start + begin, start + end)
            start += len(value) + len(SEPARATOR)


def _spans(field: str, kind: str, wanted: str, value: str) -> Iterator[tuple[int, int]]:
    if kind == "r":
        hits = pattern(wanted).finditer(one_line(value))
        return (hit.span() for hit in hits if hit.end() > hit.start())
    if field in "csi":
        return iter([(0, len(value))] if is_meant(field, kind, wanted, value) else [])
    return _spans_of_words(kind, wanted.split(" "), value, inflects=field in "tak")


def _spans_of_words(kind: str, wanted: Sequence[str], value: str, *, inflects: bool) -> Iterator[tuple[int, int]]:
    found = words(value)
    spelling = spelled(value) if kind == "e" else []
    size = len(wanted)
    for at in range(len(found) - size + 1):
        side_by_side = found[at : at + size]
        if kind == "e":
            holds = spelling[at : at + size] == list(wanted)
        else:
            holds = _is_phrase(kind, wanted, side_by_side, inflects=inflects)
        if holds:
            yield side_by_side[0].start, side_by_side[-1].end


def _is_phrase(kind: str, wanted: Sequence[str], found: Sequence[Word], *, inflects: bool) -> bool:
    *first, last = zip(wanted, (word.token for word in found), strict=True)
    if not all(_is_form(want, token, inflects=inflects) for want, token in first):
        return False
    return last[1].startswith(last[0]) if kind == "p" else _is_form(*last, inflects=inflects)


def _is_form(lemmas_of_wanted: str, token: str, *, inflects: bool) -> bool:
    forms = lemmas(token) if inflects else (token,)
    return not set(forms).isdisjoint(lemmas_of_wanted.split(","))
