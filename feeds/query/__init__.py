"""The query language: a text becomes a `Query`, or a `QueryError` with a caret. Matching is feeds.match."""

from dataclasses import dataclass

from feeds.known import remembered
from feeds.query.compiled import VERSION, Program, compiled, nearnesses, parts, read_leaf
from feeds.query.error import Mistake, QueryError
from feeds.query.parser import parse
from feeds.query.tree import Node

__all__ = ["VERSION", "Mistake", "Query", "QueryError", "parse_query"]


@dataclass(frozen=True, slots=True)
class Query(Program):
    """A parsed query: its text and what matching reads, so small that a million of them fit in memory."""

    text: str
    """As the language prints it: parsing it again gives an equal query."""

    @classmethod
    def stored(cls, text: str, code: str) -> "Query":
        """A query from its text and the compiled form kept beside it, without parsing.

        The compiled form is of this `VERSION`: one that another version made is compiled anew, by `parse_query`.
        """
        return cls(*parts(code), text)

    def __str__(self) -> str:
        return self.text

    def compares(self, name: str) -> bool:
        """Whether it asks for a number or day of that name, such as `age`."""
        return any(read_leaf(line.partition("\t")[2]).compares(name) for line in self.leaves)

    @property
    def near(self) -> frozenset[str]:
        """What `similar:` and `library:` in it compare with (feeds.query.compiled.Wanted); mostly nothing."""
        return nearnesses(self.leaves)

    @property
    def tree(self) -> Node:
        """The query's nodes, read from its text when asked for."""
        return _tree(self.text)


def parse_query(text: str) -> Query:
    """The query that a text asks for.

    Raises QueryError: the text is no query, or one that cannot be meant (contract: Query language).
    """
    node = parse(text)
    return Query.stored(str(node), compiled(node))


@remembered(4096)
def _tree(text: str) -> Node:
    return parse(text)
