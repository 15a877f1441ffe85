"""Abstracts, compared: whether two texts may be one paper's, where one may be cut, or a snippet of the other.

Knows no paper.
"""

import re

from feeds.paper.titles import folded_title

_ELLIPSIS = re.compile(r"…|\.\.\.")
_START = 200
"""Characters of a beginning that are compared."""
_FEWEST = 20
"""Letters that a part of a snippet must have to count."""
_ENOUGH = 40
"""Letters that two abstracts must share to be one paper's whatever their titles' length."""
_LONGEST = 20_000


def texts_agree(a: str, b: str) -> bool:
    """Whether one text is the other, begins it, stands in it, or is a snippet of it."""
    return bool(a) and (_start(a) == _start(b) != "" or _share(a, b, _FEWEST))


def same_text(a: str, b: str) -> bool:
    """Whether so much of two abstracts is the same that they are one paper's, be its title ever so short."""
    return _share(a, b, _ENOUGH)


def _share(a: str, b: str, fewest: int) -> bool:
    start_a, start_b = _start(a), _start(b)
    if not start_a or not start_b:
        return False
    if min(len(start_a), len(start_b)) >= fewest and (start_a.startswith(start_b) or start_b.startswith(start_a)):
        return True
    return _stands_in(a, b, fewest) or _stands_in(b, a, fewest)


def _start(text: str) -> str:
    return folded_title(text[:_START])[:80]


def _stands_in(part: str, whole: str, fewest: int) -> bool:
    """Whether every piece of a snippet, as its ellipses part it, is in the whole text."""
    folded = map(folded_title, _ELLIPSIS.split(part[:_LONGEST]))
    pieces = [piece for piece in folded if len(piece) >= _FEWEST]
    if sum(map(len, pieces)) < fewest:
        return False
    text = folded_title(whole[:_LONGEST])
    return all(piece in text for piece in pieces)
