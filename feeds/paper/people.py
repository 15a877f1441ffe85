"""Names of authors, compared: whether two may be one person's, however much of the given names each has."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

Name: TypeAlias = tuple[str, tuple[str, ...]]
"""Family name and given names, folded; a given name of one letter is an initial."""
_SUFFIX = re.compile(r",?\s+(?:jr|sr|ii|iii|iv|phd|md)\.?\Z", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s.\-‐‑]+")
_INITIALS = re.compile(r"[^\W\d_a-z]{1,3}")
"""`JA Smith`, `Smith JA`: capitals alone are initials."""
_INITIAL = re.compile(r"(?:[^\W\d_]\.-?)+")
"""`J.`, `J.-P.`: only a given name is shortened so."""
_PARTICLES = {"van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "la", "le", "el", "al", "bin", "ter"}


class Order(NamedTuple):
    """A name in its two parts, as they are written."""

    family: str
    given: str


def order_of(written: str) -> Order | None:
    """Which part of a name is which, where its writing tells: a comma, an initial before the last word, a particle.

    `Ann Lee` does not tell: names of some languages begin with the family's.
    """
    family, comma, given = (part.strip() for part in written.partition(","))
    if comma:
        told = bool(family and given) and "," not in given and not _SUFFIX.fullmatch(f" {given}")
        return Order(family, given) if told else None
    words = written.split()
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    if start < 1 or _SUFFIX.search(written) or _INITIAL.fullmatch(words[-1]):
        return None
    if not _INITIAL.fullmatch(words[start - 1]) and (start > 1 or len(words) == 2):
        return None
    return Order(" ".join(words[start:]), " ".join(words[:start]))


def name_of(written: str) -> Name:
    """A name in its parts: `Ann B. Lee`, `Lee, Ann B.`, `AB Lee` and `Lee AB` alike."""
    text = _SUFFIX.sub("", written.strip())
    family, comma, given = text.partition(",")
    if not comma:
        given, family = _split(text.split())
    return _folded(family.replace(" ", "")), tuple(filter(None, map(_folded, _givens(given))))


def names_agree(a: Name, b: Name) -> bool:
    """Whether family names are equal and given names compatible: an initial agrees with a name, none with any."""
    if a[0] != b[0] or not a[0]:
        return False
    return all(
        x == y or (len(x) == 1 and y.startswith(x)) or (len(y) == 1 and x.startswith(y))
        for x, y in zip(a[1], b[1], strict=False)
    )


def people_agree(a: Iterable[str], b: Iterable[str]) -> bool:
    """Whether two lists of authors may be one paper's: the first ones agree, or half of the shorter list does."""
    names_a, names_b = [name_of(one) for one in a], [name_of(one) for one in b]
    if not names_a or not names_b:
        return False
    if names_agree(names_a[0], names_b[0]):
        return True
    fewer, more = sorted((names_a, names_b), key=len)
    families: dict[str, list[Name]] = {}
    for name in more:
        families.setdefault(name[0], []).append(name)
    agreeing = sum(any(names_agree(name, other) for other in families.get(name[0], ())) for name in fewer)
    return agreeing * 2 >= len(fewer)


def _split(words: Sequence[str]) -> tuple[str, str]:
    """Given names and family name of a name without a comma."""
    if len(words) > 1 and _INITIALS.fullmatch(words[-1]) and not _INITIALS.fullmatch(words[0].replace(".", "")):
        return words[-1], " ".join(words[:-1])
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[max(start, 0) :])


def _givens(written: str) -> list[str]:
    found: list[str] = []
    for word in filter(None, _BETWEEN.split(written)):
        found += list(word) if _INITIALS.fullmatch(word) else [word]
    return found


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("ł", "l"))
    return "".join(c for c in decomposed if c.isalnum())
