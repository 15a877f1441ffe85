"""A query as a tree of frozen nodes that print themselves in the language they were read from."""

import re
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import Enum
from typing import TypeAlias

_BARE = re.compile(r"[^\W_](?:[\w.@'’-]*[^\W_])?[+#]*")
_BEGINNING = re.compile(r"[^\W_][\w.@'’-]*")
_NAMED = re.compile(r"(?:[^\s()|\"“”„‟«»＂*]|\([^\s()|\"“”„‟«»＂*]*\))+")
_OPERATORS = frozenset({"and", "or", "not", "andnot", "nand"})


class Kind(Enum):
    """How a term compares; the value is its letter in the compiled form."""

    WORDS = "w"
    EXACT = "e"
    PREFIX = "p"
    REGEX = "r"
    NEAR = "n"


@dataclass(frozen=True, slots=True)
class Everything:
    """`*`: every paper."""

    position: int = attribute(default=0, compare=False)

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Term:
    """What is looked for in one field or (none) in title or abstract.

    A word, a phrase, an exact spelling, a prefix, a regular expression, or words near each other.
    """

    kind: Kind
    text: str
    """Without quotes, `=`, `*` or slashes."""
    field: str = ""
    position: int = attribute(default=0, compare=False)
    within: int = 0
    """Of words near each other: the last is at most so many words on from the first."""

    def __str__(self) -> str:
        return (f"{self.field}:" if self.field else "") + self._plain()

    def _plain(self) -> str:
        if self.kind is Kind.REGEX:
            return f"/{self.text}/"
        if self.kind is Kind.PREFIX:
            return f"{self.text}*" if _BEGINNING.fullmatch(self.text) else f'"{self.text}*"'
        if self.kind is Kind.NEAR:
            return f'"{self.text}"~{self.within}'
        bare = _BARE.fullmatch(self.text) and self.text.lower() not in _OPERATORS
        return ("=" if self.kind is Kind.EXACT else "") + (self.text if bare else f'"{self.text}"')


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number or day against the paper's own; a paper without one satisfies none."""

    name: str
    operator: str
    value: str
    position: int = attribute(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.name}{self.operator}{self.value}"


@dataclass(frozen=True, slots=True)
class Nearness:
    """`similar:2503.02130`, `library:mine`: what is near a paper or a library, or `times` as many."""

    field: str
    """`similar` or `library`."""
    name: str
    """A paper's id, or a library's name."""
    times: int
    position: int = attribute(default=0, compare=False)

    def __str__(self) -> str:
        name = self.name if _NAMED.fullmatch(self.name) else f'"{self.name}"'
        return f"{self.field}:{name}" + (f"*{self.times}" if self.times > 1 else "")


@dataclass(frozen=True, slots=True)
class Not:
    """What does not match the item."""

    item: "Node"
    position: int = attribute(default=0, compare=False)

    def __str__(self) -> str:
        return f"-({self.item})" if isinstance(self.item, And | Or) else f"-{self.item}"


@dataclass(frozen=True, slots=True)
class _Several:
    items: tuple["Node", ...]

    @property
    def position(self) -> int:
        """Where the first of them stands."""
        return self.items[0].position


class And(_Several):
    """What matches all of the items."""

    __slots__ = ()

    def __str__(self) -> str:
        return " ".join(f"({item})" if isinstance(item, Or) else str(item) for item in self.items)


class Or(_Several):
    """What matches one of the items."""

    __slots__ = ()

    def __str__(self) -> str:
        return " OR ".join(map(str, self.items))


Leaf: TypeAlias = Everything | Term | Comparison | Nearness
Node: TypeAlias = Leaf | Not | And | Or


def leaves(node: Node) -> list[Leaf]:
    """The leaves from left to right."""
    match node:
        case Not(item):
            return leaves(item)
        case And(items) | Or(items):
            return [leaf for item in items for leaf in leaves(item)]
        case _:
            return [node]
