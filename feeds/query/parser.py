"""From a query's text to its tree. Says what is wrong, where, and what was probably meant: all of it at once."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from feeds.query import terms
from feeds.query.error import Mistake, QueryError
from feeds.query.faults import QUOTED, Fault, misplaced, unreadable
from feeds.query.foreign import LINES, foreign
from feeds.query.sense import check_sense
from feeds.query.tree import And, Everything, Kind, Node, Not, Or, Term, leaves

_LENGTH = 4_000
_TERMS = 256
_DEPTH = 16
_MOST_FAULTS = 300
"""Operators of other systems that are looked for."""
_PIECES = re.compile(rf"(?:[a-z]+:|-|=)?(?:{QUOTED.pattern})|[a-z]+\s*[<>≤≥=]+\s*[^\s()|]+|[^\s()|]+")
_ALONE = re.compile(r'[a-z][a-z0-9]*|"[^"“”„‟«»＂]*"')
"""One word or phrase, as most queries are: what the grammar makes of it, for a fourth of the time (measured)."""
_TOO_MANY = 2 * _TERMS
"""Pieces that are more terms than that, however they are read."""


def parse(text: str) -> Node:
    """The tree of a query's text.

    Raises QueryError: it breaks a rule or a limit (4,000 characters, 256 terms, depth 16), or makes no sense.
    """
    _check_size(text)
    node, faults = _read(text)
    if faults:
        raise _error(text, faults)
    found = leaves(node)
    if len(found) > _TERMS:
        raise QueryError(f"too many terms: at most {_TERMS}", found[_TERMS].position, text)
    check_sense(node, text)
    return node


def _error(text: str, faults: Sequence[Fault]) -> QueryError:
    first, *_ = ordered = sorted(faults, key=lambda fault: fault.position)
    mistakes = [Mistake(fault.message, fault.position) for fault in ordered]
    return QueryError(first.message, first.position, text, mistakes, lambda: _respelt(text, ordered))


def _respelt(text: str, faults: Sequence[Fault]) -> str:
    """The query with all its faults mended, if that can be done."""
    if any(fault.instead is None for fault in faults):
        return ""
    for fault in sorted(faults, key=lambda fault: fault.start, reverse=True):
        text = f"{text[: fault.start]}{fault.instead}{text[fault.end :]}"
    try:
        return str(parse(text))
    except QueryError:
        return ""


def _read(text: str) -> tuple[Node, list[Fault]]:
    """The tree and what is wrong with it; where something is, the tree is of no use."""
    plain, faults = _without_foreign(text)
    if not plain.strip():
        return Everything(), faults
    try:
        node = _tree(plain)
    except Fault as fault:
        return Everything(), [*faults, fault]
    found = leaves(node)
    faults += [leaf.fault for leaf in found if isinstance(leaf, _Wrong)]
    if not faults and len(found) > 1 and all(map(_is_number, found)):
        faults = [Fault(LINES, found[0].position)]
    short = (_of_prefix(leaf) for leaf in found if isinstance(leaf, Term))
    return node, [*faults, *(one for one in short if one)]


def _tree(text: str) -> Node:
    """Raises Fault: the text breaks the grammar. What is wrong with one word stands in the tree (`_Wrong`)."""
    if _ALONE.fullmatch(text):
        return _tried(terms.phrase if text[0] == '"' else terms.word, text, 0)
    try:
        if text.count("(") > _DEPTH:
            _check_depth(text)
        node: Node = _grammar().parse(text)  # type: ignore[assignment]  # our transformer makes it a Node
    except UnexpectedToken as error:
        raise Fault(*misplaced(error.token, text)) from None
    except UnexpectedCharacters as error:
        unclosed = "this quotation mark is not closed"  # a word may hold any other character
        raise Fault(unclosed, error.pos_in_stream or 0) from None
    return node


def _without_foreign(text: str) -> tuple[str, list[Fault]]:
    """The text without the operators of other systems, every other character in its place."""
    found = list(islice(foreign(text), _MOST_FAULTS))
    for fault, item in found:
        filler = ("x" if item else " ").ljust(fault.end - fault.start)
        text = text[: fault.start] + filler + text[fault.end :]
    return text, [fault for fault, _ in found]


def _is_number(leaf: Node) -> bool:
    """Whether it is a bare number, as people name the lines of a search elsewhere."""
    is_word = isinstance(leaf, Term) and leaf.kind is Kind.WORDS and not leaf.field
    return is_word and str(leaf).isdigit() and len(str(leaf)) < 3


def _of_prefix(term: Term) -> Fault | None:
    try:
        terms.check_prefix(term)
    except Fault as fault:
        return fault
    return None


@dataclass(frozen=True, slots=True)
class _Wrong(Everything):
    """Stands in the tree for what could not be read."""

    fault: Fault = Fault("", 0)  # noqa: RUF009 - never changed


def _check_size(text: str) -> None:
    if len(text) > _LENGTH:
        raise QueryError(f"too long: at most {_LENGTH:,} characters", _LENGTH, text)
    if len(text) > 2 * _TOO_MANY:
        _check_number(text)
    if not text.strip():
        raise QueryError("empty; * finds everything", 0, text)
    if text.isascii() and text.isprintable():
        return
    for position, character in enumerate(text):
        if unreadable(character):
            raise QueryError(f"a character that no text holds (U+{ord(character):04X})", position, text)


def _check_number(text: str) -> None:
    """Of far too many terms: quicker than to read them all."""
    pieces = (found.start() for found in _PIECES.finditer(text) if found[0] not in {"AND", "OR", "NOT"})
    if len(some := list(islice(pieces, _TOO_MANY + 1))) > _TOO_MANY:
        raise QueryError(f"too many terms: at most {_TERMS}", some[_TERMS], text)


def _check_depth(text: str) -> None:
    depth = 0
    for token in _grammar().lex(text):
        depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
        if depth > _DEPTH:
            raise Fault(f"too deep: at most {_DEPTH} brackets within each other", token.start_pos or 0)


def _tried(read: Callable[..., Node], *given: object) -> Node:
    try:
        return read(*given)
    except Fault as fault:
        return _Wrong(fault.position, fault)


def _leaf(read: Callable[[str, int], Node]) -> Callable[[object, Token], Node]:
    return lambda _, token: _tried(read, str(token), token.start_pos or 0)


@v_args(inline=True)
class _Nodes(Transformer[Token, Node]):
    """Makes a node of each rule as soon as it is read."""

    word = _leaf(terms.word)
    phrase = _leaf(terms.phrase)
    near = _leaf(terms.near)
    address = _leaf(terms.address)
    exact = _leaf(terms.exact)
    prefix = _leaf(terms.prefix)
    regex = _leaf(terms.regex)
    comparison = _leaf(terms.comparison)
    nearness = _leaf(terms.nearness)
    everything = _leaf(lambda _, at: Everything(at))

    def start(self, node: Node) -> Node:
        return node

    def either(self, *items: Node) -> Node:
        return items[0] if len(items) == 1 else Or(_flat(Or, items))

    def both(self, *items: Node) -> Node:
        return items[0] if len(items) == 1 else And(_flat(And, items))

    def negated(self, sign: Token, item: Node) -> Node:
        return item.item if isinstance(item, Not) else Not(item, sign.start_pos or 0)

    def scoped(self, name: Token, node: Node) -> Node:
        field = str(name)[:-1].casefold()  # a long s is an s to the grammar
        if isinstance(node, Term) and (not node.field or node.field == field == "id"):
            return _tried(terms.in_field, field, node, name.start_pos or 0)
        return _scoped(field, node)


def _flat(kind: type[And] | type[Or], items: tuple[Node, ...]) -> tuple[Node, ...]:
    """The items, with those of a nested node of the same kind in its place: `a (b c)` is `a b c`."""
    return tuple(one for item in items for one in (item.items if isinstance(item, kind) else (item,)))


def _scoped(name: str, node: Node) -> Node:
    match node:
        case _Wrong():
            return node
        case Term(field=""):
            return _tried(terms.in_field, name, node, node.position)
        case Not(item):
            return Not(_scoped(name, item), node.position)
        case And(items):
            return And(tuple(_scoped(name, item) for item in items))
        case Or(items):
            return Or(tuple(_scoped(name, item) for item in items))
        case _:
            alone = f"* stands alone, without {name}:" if isinstance(node, Everything) else "no field inside a field"
            return _Wrong(node.position, Fault(alone, node.position))


@cache
def _grammar() -> Lark:
    """Made for the first query that is more than one word: a tenth of a start (measured)."""
    return Lark.open(
        "grammar.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="basic",
        transformer=_Nodes(),
        maybe_placeholders=False,
    )
