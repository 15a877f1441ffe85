"""From a query's text to its tree. Says what is wrong, where, and what was probably meant."""

from collections.abc import Callable

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from feeds.query import terms
from feeds.query.error import QueryError
from feeds.query.faults import misplaced, stray_character, unreadable
from feeds.query.sense import check_sense
from feeds.query.terms import Fault
from feeds.query.tree import And, Everything, Node, Not, Or, Term, leaves

_LENGTH = 1_000
_TERMS = 64
_DEPTH = 8


def parse(text: str) -> Node:
    """The tree of a query's text.

    Raises QueryError: it breaks a rule or a limit (1,000 characters, 64 terms, depth 8), or makes no sense.
    """
    _check_size(text)
    try:
        node = _read(text)
        found = leaves(node)
        for leaf in found:
            if isinstance(leaf, Term):
                terms.check_prefix(leaf)
    except Fault as fault:
        raise QueryError(fault.message, fault.position, text) from None
    if len(found) > _TERMS:
        raise QueryError(f"too many terms: at most {_TERMS}", found[_TERMS].position, text)
    check_sense(node, text)
    return node


def _read(text: str) -> Node:
    try:
        if text.count("(") > _DEPTH:
            _check_depth(text)
        node: Node = _PARSER.parse(text)  # type: ignore[assignment]  # our transformer makes it a Node
    except UnexpectedToken as error:
        raise Fault(*misplaced(error.token, text)) from None
    except UnexpectedCharacters as error:
        raise Fault(*stray_character(text, error.pos_in_stream or 0)) from None
    return node


def _check_size(text: str) -> None:
    if len(text) > _LENGTH:
        raise QueryError(f"too long: at most {_LENGTH:,} characters", _LENGTH, text)
    if not text.strip():
        raise QueryError("empty; * finds everything", 0, text)
    for position, character in enumerate(text):
        if unreadable(character):
            raise QueryError(f"a character that no text holds (U+{ord(character):04X})", position, text)


def _check_depth(text: str) -> None:
    depth = 0
    for token in _PARSER.lex(text):
        depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
        if depth > _DEPTH:
            raise Fault(f"too deep: at most {_DEPTH} brackets within each other", token.start_pos or 0)


def _leaf(read: Callable[[str, int], Node]) -> Callable[[object, Token], Node]:
    return lambda _, token: read(str(token), token.start_pos or 0)


@v_args(inline=True)
class _Nodes(Transformer[Token, Node]):
    """Makes a node of each rule as soon as it is read."""

    word = _leaf(terms.word)
    phrase = _leaf(terms.phrase)
    exact = _leaf(terms.exact)
    prefix = _leaf(terms.prefix)
    regex = _leaf(terms.regex)
    comparison = _leaf(terms.comparison)
    everything = _leaf(lambda _, at: Everything(at))

    def start(self, node: Node) -> Node:
        return node

    def either(self, *items: Node) -> Node:
        return items[0] if len(items) == 1 else Or(_flat(Or, items), items[0].position)

    def both(self, *items: Node) -> Node:
        return items[0] if len(items) == 1 else And(_flat(And, items), items[0].position)

    def negated(self, sign: Token, item: Node) -> Node:
        return item.item if isinstance(item, Not) else Not(item, sign.start_pos or 0)

    def scoped(self, name: Token, node: Node) -> Node:
        field = str(name)[:-1].lower()
        if isinstance(node, Term) and not node.field:
            return terms.in_field(field, node, name.start_pos or 0)
        return _scoped(field, node)


def _flat(kind: type[And] | type[Or], items: tuple[Node, ...]) -> tuple[Node, ...]:
    """The items, with those of a nested node of the same kind in its place: `a (b c)` is `a b c`."""
    return tuple(one for item in items for one in (item.items if isinstance(item, kind) else (item,)))


def _scoped(name: str, node: Node) -> Node:
    match node:
        case Term(field=""):
            return terms.in_field(name, node, node.position)
        case Not(item):
            return Not(_scoped(name, item), node.position)
        case And(items):
            return And(tuple(_scoped(name, item) for item in items), node.position)
        case Or(items):
            return Or(tuple(_scoped(name, item) for item in items), node.position)
        case Everything():
            raise Fault(f"* stands alone, without {name}:", node.position)
        case _:
            raise Fault("no field inside a field", node.position)


_PARSER = Lark.open(
    "grammar.lark",
    rel_to=__file__,
    parser="lalr",
    lexer="basic",
    transformer=_Nodes(),
    maybe_placeholders=False,
)
