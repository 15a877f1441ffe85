r"""A query in the form that matching reads and a store can keep beside its text.

A leaf is one line: the roots of its first words, a tab, its field's letter, its kind's letter, and its words
(`video model\t_wvideo models`); `*` is everything. Where a text may spell them in several ways the roots of each stand
there, a bar between two (`kv cach|kvcach\t_wkv-cache`; feeds.query.steps). Several leaves are lines below a first one:
the roots that a text must hold for the query to match, a tab, and the algebra: postfix, `.` for the next leaf, then
`&`, `|` and `!` (`..!&` is `a -b`). So where the texts lack what stands before the first tab, the query matches
nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from sys import intern
from typing import NamedTuple

from feeds.known import remembered
from feeds.query.steps import inflecting, ways, written
from feeds.query.tree import And, Comparison, Everything, Kind, Leaf, Nearness, Node, Not, Or, Term, leaves
from feeds.words import spelled, tokens
from feeds.words.inflection import compared, root
from feeds.words.reading import read

VERSION = 4
"""Grows when a query means something else than before: what was worked out by another one is to be made anew, and
compiled forms that a store keeps are to be compiled again from their texts."""

FIELDS = {
    "": "_", "title": "t", "abstract": "a", "author": "u", "org": "o", "keyword": "k", "category": "c", "source": "s",
    "id": "i",
}  # fmt: skip
"""A field's letter in the compiled form; `_` is title or abstract."""
NEAR = "~"
_MOST_WAYS = 6
"""Ways to spell a leaf whose roots are kept; one that has more is asked of every text."""
_INFLECTING = frozenset({"", "title", "abstract", "keyword"})
MOST_ROOTS = 3
"""Words of a phrase by whose roots its absence is known."""
WHOLE_VALUES = frozenset({"category", "source", "id"})
"""Fields whose values are compared as they are, not by their words."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A query as matching reads it. Its strings are interned: a million queries share most of them."""

    needs: str
    """Roots that each text holds which the query matches; or nothing."""
    algebra: str
    leaves: tuple[str, ...]
    """A line each."""

    @property
    def compiled(self) -> str:
        """The program as one string, to be kept in a store."""
        return self.leaves[0] if self.algebra == "." else "\n".join([f"{self.needs}\t{self.algebra}", *self.leaves])


def parts(code: str) -> tuple[str, str, tuple[str, ...]]:
    """What a program is made of, from its compiled form."""
    algebra, leaves = algebra_of(code)
    return intern(code.partition("\t")[0]), intern(algebra), tuple(map(intern, leaves))


def algebra_of(code: str) -> tuple[str, list[str]]:
    """The algebra and the lines of the leaves."""
    first, *lines = code.split("\n")
    return (first.partition("\t")[2], lines) if lines else (".", [first])


class ReadLeaf(NamedTuple):
    """A leaf in parts."""

    field: str
    """A letter of `FIELDS`, `#` for a comparison, `~` for what is near, `*` for everything."""
    kind: str
    """A letter of `Kind`, or nothing; of what is near, `s` for a paper and `l` for a library."""
    wanted: str
    """The words (feeds.query.steps), or what else is asked for."""

    def compares(self, name: str) -> bool:
        """Whether it is a comparison of that name."""
        return self.field == "#" and self.wanted.startswith(f"{name} ")


class Wanted(NamedTuple):
    """What `similar:` and `library:` compare with."""

    kind: str
    """`s` for a paper, `l` for a library."""
    name: str
    """An id in small letters, or a library's name."""
    times: int

    @classmethod
    def read(cls, text: str) -> "Wanted":
        """As a leaf's code has it behind its `~`: `s2503.02130 3`."""
        name, _, times = text[1:].rpartition(" ")
        return cls(text[0], name, int(times))


def nearnesses(lines: Iterable[str]) -> frozenset[str]:
    """What leaves compare with, to be read by `Wanted`."""
    return frozenset(line.partition("\t")[2][1:] for line in lines if f"\t{NEAR}" in line)


def read_leaf(code: str) -> ReadLeaf:
    """What `leaf_code` wrote: a line of the compiled form, without its roots."""
    return ReadLeaf(code[0], code[1:2], code[2:])


def compiled(node: Node) -> str:
    """The node's line or lines."""
    lines = list(map(_line, leaves(node)))
    algebra = _algebra(node)
    return lines[0] if algebra == "." else "\n".join([f"{_needed(node)}\t{algebra}", *lines])


@remembered(4096)
def leaf_code(leaf: Leaf) -> str:
    """A leaf as one string; leaves that mean the same, such as `RAG` and `rag`, are the same string."""
    match leaf:
        case Everything():
            return "*"
        case Comparison(name, operator, value):
            return f"# {name} {operator} {value}"
        case Nearness(name, wanted, times):
            return f"{NEAR}{name[0]}{wanted if name == 'library' else wanted.casefold()} {times}"
        case _:
            return f"{FIELDS[leaf.field]}{leaf.kind.value}{_wanted(leaf)}"


def _line(leaf: Leaf) -> str:
    return f"{_roots(leaf)}\t{leaf_code(leaf)}"


def _needed(node: Node) -> str:
    """Roots that each text holds which the query matches; of several the longest, being the rarest."""
    match node:
        case Not() | Or():
            return ""
        case And(items):
            return max((roots for roots in map(_needed, items) if "|" not in roots), key=len, default="")
        case _:
            return _roots(node)


def _algebra(node: Node) -> str:
    match node:
        case Not(item):
            return f"{_algebra(item)}!"
        case And(items):
            return _folded(items, "&")
        case Or(items):
            return _folded(items, "|")
        case _:
            return "."


def _folded(items: tuple[Node, ...], operator: str) -> str:
    first, *rest = map(_algebra, items)
    return first + "".join(f"{item}{operator}" for item in rest)


def _roots(leaf: Leaf) -> str:
    if not isinstance(leaf, Term) or leaf.field:
        return ""
    match leaf.kind:
        case Kind.WORDS:
            return _roots_of(_words(leaf))
        case Kind.EXACT:
            return _key(read(leaf.text).compared()[:MOST_ROOTS])
        case Kind.PREFIX:
            return _bar(_key(map(compared, way[:-1][:MOST_ROOTS])) for way in ways(_words(leaf)))
        case _:
            return ""


def _roots_of(wanted: str) -> str:
    if "-" not in wanted and "~" not in wanted:
        return _key(wanted.split(" ")[:MOST_ROOTS])
    return _bar(_key(map(compared, way[:MOST_ROOTS])) for way in ways(wanted))


def _bar(some: Iterable[str]) -> str:
    keys = list(dict.fromkeys(some))
    return "|".join(keys) if len(keys) <= _MOST_WAYS and all(keys) else ""


def _key(words: Iterable[str]) -> str:
    return " ".join(map(root, words))


def _words(term: Term) -> str:
    return _written(term.text, inflects=term.field in _INFLECTING, begins=term.kind is Kind.PREFIX)


@remembered(4096)
def _written(text: str, *, inflects: bool, begins: bool) -> str:
    return inflecting(read(text), begins=begins) if inflects else written(read(text))


def _wanted(term: Term) -> str:
    if term.kind is Kind.REGEX:
        return term.text
    if term.field in WHOLE_VALUES:
        return term.text if term.kind is Kind.EXACT else term.text.casefold()
    if term.kind is Kind.EXACT:
        return " ".join(spelled(term.text))
    if term.field == "author":
        return f"{term.within or ''} {term.text}" if term.kind is Kind.NEAR else _author(term)
    return f"{term.within} {_words(term)}" if term.kind is Kind.NEAR else _words(term)


def _author(term: Term) -> str:
    """As it is written but for one plain word: capitals, commas and hyphens tell of initials and of names in one."""
    words = tokens(term.text)
    return words[0] if len(words) == 1 and term.text.isascii() else term.text
