"""A query in the form that matching reads and a store can keep beside its text: postfix, one part a line.

A leaf is its field's letter, its kind's letter and its words, a word with its lemmas (`_wlarge language models,model`);
equal leaves of different queries are equal strings. `&`, `|` and `!` are the operators, `*` is everything.
"""

from feeds.query.tree import And, Comparison, Everything, Kind, Leaf, Node, Not, Or, Term
from feeds.words import spelled, tokens
from feeds.words.inflection import lemmas

FIELDS = {
    "": "_", "title": "t", "abstract": "a", "author": "u", "org": "o", "keyword": "k", "category": "c", "source": "s",
    "id": "i",
}  # fmt: skip
"""A field's letter in the compiled form; `_` is title or abstract."""
_INFLECTING = frozenset({"", "title", "abstract", "keyword"})
_WHOLE_VALUES = frozenset({"category", "source", "id"})


def compiled(node: Node) -> str:
    """The node in postfix."""
    match node:
        case Not(item):
            return f"{compiled(item)}\n!"
        case And(items):
            return _joined(items, "&")
        case Or(items):
            return _joined(items, "|")
        case _:
            return leaf_code(node)


def leaf_code(leaf: Leaf) -> str:
    """A leaf as one line; leaves that mean the same, such as `RAG` and `rag`, are the same line."""
    match leaf:
        case Everything():
            return "*"
        case Comparison(name, operator, value):
            return f"#{name} {operator} {value}"
        case Term(kind, _, name):
            return FIELDS[name] + kind.value + _wanted(leaf)


def _wanted(term: Term) -> str:
    if term.kind is Kind.REGEX:
        return term.text
    if term.field in _WHOLE_VALUES:
        return term.text if term.kind is Kind.EXACT else term.text.casefold()
    if term.kind is Kind.EXACT:
        return " ".join(spelled(term.text))
    if term.kind is Kind.WORDS and term.field in _INFLECTING:
        return " ".join(",".join(lemmas(token)) for token in tokens(term.text))
    return " ".join(tokens(term.text))


def _joined(items: tuple[Node, ...], operator: str) -> str:
    first, *rest = map(compiled, items)
    return "\n".join([first, *(f"{item}\n{operator}" for item in rest)])
