"""The nearest valid name to a mistyped one, for error messages."""

import difflib
from collections.abc import Iterable


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that was probably meant; empty: none is near."""
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[near[0]] if near else ""


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """` (did you mean X?)`, or nothing when no name is near."""
    near = nearest(word, names)
    return f" (did you mean {near}?)" if near else ""
