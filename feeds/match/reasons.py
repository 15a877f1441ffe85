"""Why a paper matches: where in its fields it holds the words that a query asks for. For messages and highlighting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from feeds.known import Known, remembered
from feeds.match.authors import spans_of_author
from feeds.match.facts import is_meant, one_line
from feeds.match.fields import INFLECTING, NAMES, SEPARATOR, VALUES
from feeds.match.line import Line, line, spelled_line
from feeds.match.nearness import Near
from feeds.match.phrase import Phrase
from feeds.match.together import Together, wanted_of
from feeds.paper import Paper
from feeds.query.compiled import leaf_code, read_leaf
from feeds.query.patterns import pattern
from feeds.query.tree import And, Node, Or, Term
from feeds.query.tree import Nearness as Like
from feeds.words import folded, spans


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper matched: `text[start:end]` of `field` is what `term` of the query found.

    The text is the paper's title or abstract as it is, else the field's values joined by a comma and a space. Of
    what is near, the term is the very words that are shared.
    """

    term: str
    field: str
    start: int
    end: int


def texts() -> "Texts":
    """What is read of the same few texts, for whoever asks more than one query for its reasons."""
    return Known(_Text)


def reasons(
    query: Node, paper: Paper, nearness: Near | None = None, texts: "Texts | None" = None
) -> tuple[Reason, ...]:
    """Every place of the paper that a term of the query finds; terms that exclude are not looked for.

    Of what is near, the words that are shared and weigh most, as `nearness` knows them. `texts` are read once.
    """
    read = Known(_Text) if texts is None else texts
    found = {
        reason: None
        for term in _wanted(query)
        for reason in (_of_term(term, paper, read) if isinstance(term, Term) else _of_nearness(term, paper, nearness))
    }
    order = list(NAMES.values())
    return tuple(sorted(found, key=lambda one: (order.index(one.field), one.start, one.end)))


class _Text:
    """A value as words are looked for in it: each form is made when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[tuple[str, str, bool], Sequence[tuple[int, int]]] = {}

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        return spans(self._text)

    @cached_property
    def words(self) -> Line:
        return line(self._text, inflects=True)

    @cached_property
    def plain(self) -> Line:
        return line(self._text, inflects=False)

    @cached_property
    def spelled(self) -> Line:
        return spelled_line(self._text)

    @cached_property
    def folded(self) -> str:
        return folded(self._text)

    def places(self, kind: str, wanted: str, *, inflects: bool) -> Sequence[tuple[int, int]]:
        """Looked for once, however many queries ask for it."""
        asked = kind, wanted, inflects
        if asked not in self._places:
            self._places[asked] = list(self._found(kind, wanted, inflects=inflects))
        return self._places[asked]

    def _found(self, kind: str, wanted: str, *, inflects: bool) -> Iterator[tuple[int, int]]:
        exact = kind == "e"
        found, stems = _looked_for(kind, wanted, inflects=inflects)
        if exact or all(stem in self.folded for stem in stems):
            for start, end in found.places(self.spelled if exact else self.words if inflects else self.plain):
                yield self.spans[start][0], self.spans[end - 1][1]


Texts: TypeAlias = Known[str, _Text]
"""By the text itself."""


def _wanted(node: Node) -> Iterator[Term | Like]:
    match node:
        case Term() | Like():
            yield node
        case And(items) | Or(items):
            for item in items:
                yield from _wanted(item)


def _of_nearness(term: Like, paper: Paper, nearness: Near | None) -> Iterator[Reason]:
    for place in nearness.places(leaf_code(term)[1:], paper) if nearness else ():
        field, start, end = place
        text = paper.title if field == "title" else paper.abstract
        yield Reason(" ".join(text[start:end].split()), field, start, end)


def _of_term(term: Term, paper: Paper, texts: Mapping[str, _Text]) -> Iterator[Reason]:
    leaf = read_leaf(leaf_code(term))
    for field in "ta" if leaf.field == "_" else leaf.field:
        start = 0
        for value in VALUES[field](paper):
            for begin, end in _spans(field, leaf.kind, leaf.wanted, value, texts):
                yield Reason(str(term), NAMES[field], start + begin, start + end)
            start += len(value) + len(SEPARATOR)


def _spans(field: str, kind: str, wanted: str, value: str, texts: Mapping[str, _Text]) -> Iterable[tuple[int, int]]:
    if kind == "r":
        hits = pattern(wanted).finditer(one_line(value))
        return (hit.span() for hit in hits if hit.end() > hit.start())
    if field in "csi":
        return [(0, len(value))] if is_meant(field, kind, wanted, value) else []
    if field == "u" and kind != "e":
        return spans_of_author(kind, wanted, value)
    return texts[value].places(kind, wanted, inflects=field in INFLECTING)


@remembered(4096)
def _looked_for(kind: str, wanted: str, *, inflects: bool) -> tuple[Phrase | Together, list[str]]:
    """What a leaf wants, and what a text must hold for it."""
    found = wanted_of(kind, wanted, inflects=inflects)
    return found, found.stems()
