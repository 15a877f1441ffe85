"""Citation keys: readable, of plain letters and digits, each once in a file."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from feeds.citation.reference import Author, Reference
from feeds.paper.people import name_of

_WORD = re.compile(r"[a-z0-9]+")
_SMALL = re.compile(
    r"an?|and|are|as|at|be|by|can|do|does|for|from|how|in|into|is|its?|not|of|on|or|the|to|towards?|via|what|when|where"
    r"|which|who|why|with|without|you|your"
)
"""Words that a key does not begin a title with."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def keyed(references: Iterable[Reference]) -> Iterator[tuple[str, Reference]]:
    """Each with its key: `lee2026streaming`, the next such one `lee2026streaminga`."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for one in references:
        base = key = _key(one)
        while key in taken:
            counts[base] = counts.get(base, 0) + 1
            key = base + _suffix(counts[base])
        taken.add(key)
        yield key, one


def _key(one: Reference) -> str:
    words = [word for word in _WORD.findall(_plain(one.title)) if not _SMALL.fullmatch(word)]
    return (_family(one.authors) + one.iso_date[:4] + "".join(words[:1]))[:60]


def _family(authors: tuple[Author, ...]) -> str:
    """Of the first author, in letters that every program takes; a key begins with a letter."""
    found = "".join(_WORD.findall(_plain(name_of(authors[0].inverted)[0]))) if authors else ""
    return found if found[:1].isalpha() else "paper"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("ł", "l"))


def _suffix(number: int) -> str:
    """a, b, ... z, aa, ab, ..."""
    found = ""
    while number:
        number, letter = divmod(number - 1, len(_LETTERS))
        found = _LETTERS[letter] + found
    return found
