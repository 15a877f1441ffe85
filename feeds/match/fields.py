"""A paper's fields as queries ask for them: by letter of the compiled form, each as its separate values."""

from collections.abc import Callable, Mapping

from feeds.paper import Paper

VALUES: Mapping[str, Callable[[Paper], tuple[str, ...]]] = {
    "t": lambda paper: (paper.title,),
    "a": lambda paper: (paper.abstract,),
    "u": lambda paper: paper.authors,
    "o": lambda paper: (paper.org,),
    "k": lambda paper: paper.keywords,
    "c": lambda paper: paper.categories,
    "s": lambda paper: paper.sources,
    "i": lambda paper: (paper.id, f"doi:{paper.doi}") if paper.doi else (paper.id,),
    "_": lambda paper: (paper.title, paper.abstract),
}
"""Phrases never cross from one value to the next."""
NAMES = {
    "t": "title", "a": "abstract", "u": "author", "o": "org", "k": "keyword", "c": "category", "s": "source", "i": "id",
}  # fmt: skip
INFLECTING = frozenset("_tak")
SEPARATOR = ", "
"""Between the values of a field where it is shown as one text (feeds.match.reasons)."""
