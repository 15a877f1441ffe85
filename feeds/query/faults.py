"""What to say where the grammar finds something it did not expect."""

import re
import unicodedata

from lark import Token

FIELDS = ("title", "abstract", "author", "org", "keyword", "category", "source", "id")
QUOTES = '"“”„‟«»＂'
SINGLE = "'‘’‚‛"
QUOTED = re.compile(
    rf"[{QUOTES}][^{QUOTES}]*[{QUOTES}]|(?<![^\s(:=-])[{SINGLE}](?=[^\s{SINGLE}])(?:[^{SINGLE}{QUOTES}]++|[{SINGLE}](?=\w))*+"
    rf"[{SINGLE}](?!\w)|(?<![^\s(:-])/(?:\\.|[^/\\\n\r])+/(?=[\s()|]|$)"
)
"""Phrases and regular expressions, as the grammar reads them."""


class Fault(Exception):  # noqa: N818 - a message and its place, until the parser makes a QueryError of it
    """Something wrong at a place of the text, and what to write in place of `text[start:end]`, if that can be told."""

    def __init__(self, message: str, position: int, start: int = 0, end: int = 0, instead: str | None = None) -> None:
        super().__init__(message)
        self.message, self.position = message, position
        self.start, self.end, self.instead = start, end, instead


def unreadable(character: str) -> bool:
    """Whether no query may hold it: control characters but white space, lone surrogates, noncharacters."""
    noncharacter = ord(character) & 0xFFFE == 0xFFFE
    return noncharacter or (unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n\r")


def misplaced(token: Token, text: str) -> tuple[str, int]:
    """Message and position for a token where it cannot stand."""
    unclosed = _unclosed(text)
    if token.type == "$END":
        if unclosed is not None:
            return "this ( is not closed", unclosed
        return f"something must follow {text.rsplit(maxsplit=1)[-1]}", len(text)
    at = token.start_pos or 0
    if token.type == "RPAR":
        return _closing(text, at)
    if token.type in {"FIELD", "COMPARISON"}:
        return "no field inside a field", at
    if token.type in {"_OR", "_AND"}:
        return f"{token} needs something before it", at
    return f"{token} cannot stand here", at


def _closing(text: str, at: int) -> tuple[str, int]:
    before = text[:at].rstrip()
    if before.endswith("("):
        return "nothing between ( and )", at
    if before.count("(") <= before.count(")"):
        return "this ) closes nothing", at
    return f"something must follow {before.split()[-1].lstrip('(')}", at


def _unclosed(text: str) -> int | None:
    """Where the last bracket opens that nothing closes."""
    opened: list[int] = []
    quoted = False
    for at, character in enumerate(text):
        if character in QUOTES:
            quoted = not quoted
        elif character == "(" and not quoted:
            opened.append(at)
        elif character == ")" and not quoted and opened:
            opened.pop()
    return opened[-1] if opened else None
