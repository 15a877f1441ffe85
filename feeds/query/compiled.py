"""A query in the form that matching reads and a store can keep beside its text: postfix, one part a line.

A leaf is its field's letter, its kind's letter, its words, each with its lemmas, and after a tab the roots of the
first of them (`_wvideo models,model`, `video model`); equal leaves of different queries are equal strings.
`&`, `|` and `!` are the operators, `*` is everything.
"""

from dataclasses import dataclass
from functools import lru_cache

from feeds.query.tree import And, Comparison, Everything, Kind, Leaf, Node, Not, Or, Term
from feeds.words import spelled, tokens
from feeds.words.inflection import lemmas, root

FIELDS = {
    "": "_", "title": "t", "abstract": "a", "author": "u", "org": "o", "keyword": "k", "category": "c", "source": "s",
    "id": "i",
}  # fmt: skip
"""A field's letter in the compiled form; `_` is title or abstract."""
_INFLECTING = frozenset({"", "title", "abstract", "keyword"})
MOST_ROOTS = 3
"""Words of a phrase by whose roots its absence is known."""
WHOLE_VALUES = frozenset({"category", "source", "id"})
"""Fields whose values are compared as they are, not by their words."""


@dataclass(slots=True, eq=False)
class Step:
    """A leaf or an operator as matching reads it. Compared by identity: equal leaves of many queries are one object.

    Never changed; not declared frozen, since that would make it three times as slow to load (measured).
    """

    field: str
    """A letter of `FIELDS`, `#` for a comparison, `*` for everything, or the operator."""
    kind: str = ""
    """A letter of `Kind`, or a blank."""
    wanted: str = ""
    """The words, a blank between two, each with its lemmas by commas; or what else is asked for."""
    roots: str = ""
    """The roots of its first words, where a text that holds the leaf holds those side by side; else empty."""


AND, OR, NOT = Step("&"), Step("|"), Step("!")
_OPERATORS = {"&": AND, "|": OR, "!": NOT}


def steps(code: str) -> tuple[Step, ...]:
    """The leaves and operators of the compiled form."""
    return tuple(map(step_of, code.split("\n")))


def code_of(some: tuple[Step, ...]) -> str:
    """The compiled form of steps."""
    return "\n".join(
        step.field if step.field in _OPERATORS else f"{step.field}{step.kind}{step.wanted}\t{step.roots}"
        for step in some
    )


@lru_cache(maxsize=1 << 17)
def step_of(code: str) -> Step:
    """The step of one line of the compiled form."""
    if code in _OPERATORS:
        return _OPERATORS[code]
    leaf, _, roots = code.rpartition("\t")
    wanted = leaf[2:]
    return Step(leaf[0], leaf[1:2], roots if wanted == roots else wanted, roots)


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
            return "*\t"
        case Comparison(name, operator, value):
            return f"# {name} {operator} {value}\t"
        case Term(kind, _, name):
            return f"{FIELDS[name]}{kind.value}{_wanted(leaf)}\t{_roots(leaf)}"


def _roots(term: Term) -> str:
    if term.field or term.kind not in {Kind.WORDS, Kind.EXACT}:
        return ""
    return " ".join(root(token) for token in tokens(term.text)[:MOST_ROOTS])


def _wanted(term: Term) -> str:
    if term.kind is Kind.REGEX:
        return term.text
    if term.field in WHOLE_VALUES:
        return term.text if term.kind is Kind.EXACT else term.text.casefold()
    if term.kind is Kind.EXACT:
        return " ".join(spelled(term.text))
    if term.kind is Kind.WORDS and term.field in _INFLECTING:
        return " ".join(",".join(lemmas(token)) for token in tokens(term.text))
    return " ".join(tokens(term.text))


def _joined(items: tuple[Node, ...], operator: str) -> str:
    first, *rest = map(compiled, items)
    return "\n".join([first, *(f"{item}\n{operator}" for item in rest)])
