"""Words, phrases, prefixes, regular expressions and comparisons as the user wrote them: read, checked, explained."""

import re
from datetime import date
from difflib import get_close_matches

import re2

from feeds.paper import arxiv_id
from feeds.query.compiled import WHOLE_VALUES
from feeds.query.faults import QUOTES
from feeds.query.patterns import pattern
from feeds.query.tree import Comparison, Kind, Term
from feeds.words import tokens

FIELDS = ("title", "abstract", "author", "org", "keyword", "category", "source", "id")
NUMBERS = ("votes", "comments", "stars", "age", "date")
_SHORTEST_PREFIX = 3
_TOO_SHORT = "at least 3 characters must stand before *; write the word itself, or * alone"
_SCHEMES = frozenset({"arxiv", "doi", "http", "https"})
"""What may stand before a colon without being meant as a field."""
_COMPARED = re.compile(r"(?P<name>[a-z]+)\s*(?P<operator>>=|<=|≥|≤|>|<|=)\s*(?P<value>.+)", re.IGNORECASE)
_SHORT = {"ti": "title", "abs": "abstract", "au": "author", "cat": "category", "all": "", "tag": "keyword"}
_DASHES = "-–—−‐‑"
_FIRST = dict.fromkeys(_DASHES + "!", "write - to exclude") | {
    "-": "write a space before - and none after it",
    "/": "a regular expression begins and ends with /, and a space follows it",
    "=": "= takes one word or a phrase in quotation marks",
}
"""What a word was probably meant to be that begins with such a sign."""
_NUMBERS_ARE = f"there are {', '.join(NUMBERS)}"
_AGE = re.compile(r"(\d{1,6})([dw])")


class Fault(Exception):  # noqa: N818 - a message and its place, until the parser makes a QueryError of it
    """Something wrong at a place of the text."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message, self.position = message, position


def word(text: str, at: int) -> Term:
    """A bare word, unless it looks like something else that was meant."""
    hint = _operator_hint(text) or _field_hint(text) or _shape_hint(text)
    if hint:
        raise Fault(hint, at)
    return _with_words(Term(Kind.WORDS, text, position=at))


def phrase(text: str, at: int) -> Term:
    """What stands between quotation marks."""
    return _with_words(Term(Kind.WORDS, _spaced(text[1:-1]), position=at))


def exact(text: str, at: int) -> Term:
    """`=RAG` or `="Segment Anything"`."""
    return _with_words(Term(Kind.EXACT, _spaced(text[1:].strip(QUOTES)), position=at))


def prefix(text: str, at: int) -> Term:
    """`stream*`."""
    stem = text[:-1]
    if stem.startswith("="):
        raise Fault("= and * do not go together", at)
    hint = _field_hint(stem) or _FIRST.get(stem[0]) or _backslash_hint(stem)
    if hint:
        raise Fault(hint, at)
    if len(stem) < _SHORTEST_PREFIX:
        raise Fault(_TOO_SHORT, at)
    return Term(Kind.PREFIX, stem, position=at)


def check_prefix(term: Term) -> None:
    """Raises Fault for a prefix of too few letters and digits; in `category:cs.*` the point counts too."""
    if term.kind is not Kind.PREFIX or term.field in WHOLE_VALUES:
        return
    if len("".join(tokens(term.text))) < _SHORTEST_PREFIX:
        raise Fault(_TOO_SHORT, term.position)


def regex(text: str, at: int) -> Term:
    """`/kv[- ]?cache/`, in RE2 syntax."""
    try:
        found = pattern(text[1:-1])
    except re2.error as error:
        reason = error.args[0]
        shown = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise Fault(f"not a regular expression that RE2 reads: {shown}", at) from None
    if any(hit is not None and hit.start() == hit.end() for hit in map(found.search, ("", "a", "a b", "0"))):
        raise Fault("this regular expression matches the empty string, so every paper", at)
    return Term(Kind.REGEX, text[1:-1], position=at)


def comparison(text: str, at: int) -> Comparison:
    """`votes>=50`, `age<2d`, `date>=2026-01-01`."""
    found = _COMPARED.fullmatch(text)
    if not found:
        raise Fault("a comparison looks like votes>=50", at)
    name, operator, value = found["name"].lower(), found["operator"], found["value"].strip()
    operator = {"≥": ">=", "≤": "<="}.get(operator, operator)
    value_at = at + found.start("value")
    if name == "date":
        return Comparison(name, operator, _day(value, value_at), at)
    if name == "age":
        return Comparison(name, operator, _age(value, value_at), at)
    if not re.fullmatch(r"-?[0-9]{1,12}", value):
        raise Fault(f"{name} compares with a whole number, as in {name}>=50", value_at)
    return Comparison(name, operator, str(int(value)), at)


def in_field(name: str, term: Term, at: int) -> Term:
    """The term, asked of one field that is named at a place of the text."""
    is_id = name == "id" and term.kind is Kind.WORDS
    return Term(term.kind, (is_id and arxiv_id(term.text)) or term.text, name, at)


def _day(value: str, at: int) -> str:
    try:
        day = date.fromisoformat(value).isoformat()
    except ValueError:
        day = ""
    if not day or len(value) != len(day):  # fromisoformat also reads 20260101
        raise Fault("date compares with a day, as in date>=2026-01-01", at)
    return day


def _age(value: str, at: int) -> str:
    found = _AGE.fullmatch(value.lower())
    if not found:
        raise Fault("age compares with days or weeks, as in age<2d", at)
    return f"{int(found[1]) * (7 if found[2] == 'w' else 1)}d"


def _with_words(term: Term) -> Term:
    if hint := _backslash_hint(term.text):
        raise Fault(hint, term.position)
    if not tokens(term.text):
        raise Fault("no letter or digit to look for", term.position)
    return term


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _operator_hint(text: str) -> str:
    if text.lower() in {"and", "or", "not"}:
        return f'write {text.upper()} for the operator, or "{text}" for the word'
    if text.upper() in {"ANDNOT", "NAND"}:
        return "write a -b for a but not b"
    if text in {"&", "&&"}:
        return "write AND, or nothing: a b is both"
    return ""


def _field_hint(text: str) -> str:
    name, colon, rest = text.partition(":")
    if colon and name.isalpha() and name.isascii() and name.lower() not in _SCHEMES:
        if name.lower() in FIELDS:
            return f"{name}: must be followed at once by what it looks for"
        nearest = _SHORT.get(name.lower(), next(iter(get_close_matches(name.lower(), FIELDS, 1)), None))
        if name.lower() in NUMBERS:
            return f"{name} is a number or day: write {name}>={rest or '…'}"
        meant = "no field is needed to search title and abstract" if nearest == "" else f"did you mean {nearest}:?"
        return f'no field "{name}"; ' + (meant if nearest is not None else f"fields are {', '.join(FIELDS)}")
    return ""


def _shape_hint(text: str) -> str:
    if not text.strip(f"{_DASHES}=+!"):
        return f"{text[:20]} must stand right before a word"
    if text[0] in _FIRST:
        return _FIRST[text[0]]
    return "* can only end a word" if "*" in text else _number_hint(text)


def _backslash_hint(text: str) -> str:
    r"""`\bgraph` is a regular expression without its slashes; as LaTeX it would be no word at all."""
    if "\\" not in text or tokens(text) == tokens(text.replace("\\", " ")):
        return ""
    return r"\ begins no word; a regular expression stands between slashes, as in /\bgraph/"


def _number_hint(text: str) -> str:
    compared = _COMPARED.match(text)
    if not compared or not compared["value"].lstrip("=")[:1].isdigit():
        return ""
    nearest = get_close_matches(compared["name"].lower(), NUMBERS, 1)
    return f'no number "{compared["name"]}"; ' + (f"did you mean {nearest[0]}?" if nearest else _NUMBERS_ARE)
