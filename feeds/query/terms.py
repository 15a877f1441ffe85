"""Words, phrases, prefixes, regular expressions and comparisons as the user wrote them: read, checked, explained."""

import re
from datetime import date
from difflib import get_close_matches

import re2

from feeds.paper import arxiv_id, normal_doi
from feeds.query.compiled import WHOLE_VALUES
from feeds.query.faults import FIELDS, QUOTES, SINGLE, Fault
from feeds.query.patterns import pattern
from feeds.query.tree import Comparison, Kind, Nearness, Term
from feeds.words import tokens
from feeds.words.scripts import is_unspaced

NUMBERS = ("votes", "comments", "stars", "age", "date")
_SHORTEST_PREFIX = 3
_FARTHEST = 100
"""Words from the first to the last of those near each other: half an abstract."""
_TOO_SHORT = "at least 3 characters must stand before *; write the word itself, or * alone"
_SCHEMES = frozenset({"arxiv", "doi", "http", "https"})
"""What may stand before a colon without being meant as a field."""
_COMPARED = re.compile(r"(?P<name>[a-z]+)\s*(?P<operator>>=|<=|≥|≤|>|<|=)\s*(?P<value>.+)", re.IGNORECASE)
_SHORT = {
    "ti": "title", "intitle": "title", "allintitle": "title", "ab": "abstract", "abs": "abstract", "au": "author",
    "inauthor": "author", "affiliation": "org", "cat": "category", "subject": "category", "kw": "keyword",
    "tag": "keyword", "all": "", "intext": "", "allintext": "", "tiab": "", "text": "", "query": "",
}  # fmt: skip
_NAME = re.compile(r"_?[A-Za-z]+(?:[_.-][A-Za-z]+)*_?")
_DASHES = "-–—−‐‑"
_FIRST = dict.fromkeys(_DASHES + "!", "write - to exclude") | {
    "-": "write a space before - and none after it",
    "/": "a regular expression begins and ends with /, and a space follows it",
    "=": "= takes one word or a phrase in quotation marks",
}
"""What a word was probably meant to be that begins with such a sign."""
_NUMBERS_ARE = f"there are {', '.join(NUMBERS)}"
_NEAR = {"similar": "a paper's id, as in similar:2503.02130", "library": "the name of a library of the configuration"}
_TIMES = re.compile(r"[0-9]{1,3}")
_MOST_TIMES = 100
"""Times 0.5 %: half of all papers."""
_AGE = re.compile(r"(\d{1,6})([dw])")


def word(text: str, at: int) -> Term:
    """A bare word, unless it looks like something else that was meant."""
    hint = _operator_hint(text) or _field_hint(text) or _shape_hint(text)
    if hint:
        message, instead = hint
        raise Fault(message, at, at, at + len(text), instead)
    return _with_words(Term(Kind.WORDS, text, position=at))


def phrase(text: str, at: int) -> Term:
    """What stands between quotation marks; its last word may be a prefix."""
    words = _spaced(text[1:-1])
    if hint := _backslash_hint(words):
        raise Fault(hint[0], at)
    if words.endswith("*") and words.strip("* "):
        return _begun(words.removesuffix("*"), at + 1)
    if "*" in words:
        raise Fault("in a phrase only the last word may end in *", at + text.index("*"))
    return _with_words(Term(Kind.WORDS, words, position=at))


def near(text: str, at: int) -> Term:
    """`"kv cache"~5`."""
    quoted, _, number = text.rpartition("~")
    words, within = _spaced(quoted[1:-1]), int(number[:6])
    if len(tokens(words)) < 2 or not 0 < within <= _FARTHEST:
        wrong = f'~ takes two words or more and a number from 1 to {_FARTHEST}, as in "kv cache"~5'
        raise Fault(wrong, at, at, at + len(text), quoted)
    if "*" in words:
        raise Fault("words near each other are whole words: no *", at + quoted.index("*"))
    return Term(Kind.NEAR, words, position=at, within=within)


def exact(text: str, at: int) -> Term:
    """`=RAG` or `="Segment Anything"`."""
    words = _spaced(text[1:].strip(QUOTES))
    if words == text[1:] and words[:1] in SINGLE and words[-1:] in SINGLE:
        words = words[1:-1]
    if words.endswith("*"):
        raise Fault("= and * do not go together", at)
    return _with_words(Term(Kind.EXACT, words, position=at))


def address(text: str, at: int) -> Term:
    """A pasted address of arXiv or of a DOI is its paper's id; any other is its words."""
    pasted = text.rstrip(".,;")
    if found := identity(pasted if ":" in pasted.partition("/")[0] else f"https://{pasted}"):
        return Term(Kind.WORDS, found, "id", at)
    return word(text, at)


def identity(text: str) -> str:
    """The id that a reference names; empty if it is none."""
    text = text.partition("?")[0].partition("#")[0] if "arxiv.org/" in text else text
    doi = normal_doi(text.removeprefix("https://") if text.startswith("https://10.") else text)
    return arxiv_id(text) or (f"doi:{doi}" if doi else "")


def prefix(text: str, at: int) -> Term:
    """`stream*`."""
    stem = text[:-1]
    if stem.startswith("="):
        raise Fault("= and * do not go together", at)
    hint = _field_hint(stem) or ((_FIRST[stem[0]], None) if stem[0] in _FIRST else None) or _backslash_hint(stem)
    if hint:
        message, instead = hint
        raise Fault(message, at, at, at + len(text), instead and f"{instead}*")
    return _begun(stem, at)


def check_prefix(term: Term) -> None:
    """Raises Fault for a prefix of too few letters and digits; in `category:cs.*` the point counts too."""
    if term.kind is Kind.PREFIX and term.field not in WHOLE_VALUES and not _is_long_enough(tokens(term.text)):
        raise Fault(_TOO_SHORT, term.position)


def _begun(stem: str, at: int) -> Term:
    if len(stem) < _SHORTEST_PREFIX and not _is_long_enough(tokens(stem)):
        raise Fault(_TOO_SHORT, at, at, at + len(stem) + 1, stem)
    if stem[-1:].isspace() or "*" in stem:
        raise Fault("* can only end a word", at + len(stem))
    return Term(Kind.PREFIX, stem, position=at)


def _is_long_enough(words: list[str]) -> bool:
    """Where words have no spaces between them, one character will do."""
    return bool(words) and (len("".join(words)) >= _SHORTEST_PREFIX or is_unspaced(words[-1]))


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
    assert found, "the grammar's own form"
    name, operator, value = found["name"].casefold(), found["operator"], found["value"].strip()
    operator = {"≥": ">=", "≤": "<="}.get(operator, operator)
    value_at = at + found.start("value")
    if name == "date":
        return Comparison(name, operator, _day(value, value_at), at)
    if name == "age":
        return Comparison(name, operator, _age(value, value_at), at)
    if not re.fullmatch(r"-?[0-9]{1,12}", value):
        raise Fault(f"{name} compares with a whole number, as in {name}>=50", value_at)
    return Comparison(name, operator, str(int(value)), at)


def nearness(text: str, at: int) -> Nearness:
    """`similar:2503.02130`, `similar:2503.02130*3`, `library:mine`."""
    name, _, rest = text.partition(":")
    field = name.casefold()
    named, starred, times = rest.partition("*")
    if starred and not (_TIMES.fullmatch(times) and 0 < int(times) <= _MOST_TIMES):
        wrong = f"* takes a whole number up to {_MOST_TIMES} here: {field}:…*3 is three times as many"
        raise Fault(wrong, at + text.index("*"))
    wanted = _spaced(named.strip(QUOTES))
    known = wanted if field == "library" else identity(wanted) or wanted
    if not tokens(known):
        raise Fault(f"{field}: takes {_NEAR[field]}", at)
    return Nearness(field, known, int(times or 1), at)


def in_field(name: str, term: Term, at: int) -> Term:
    """The term, asked of one field that is named at a place of the text.

    Raises Fault: words near each other are asked of a field that has no words.
    """
    if name in WHOLE_VALUES and term.kind is Kind.NEAR:
        raise Fault(f"{name}: has no words to be near each other", at)
    text = (name == "id" and term.kind is Kind.WORDS and identity(term.text)) or term.text
    return Term(term.kind, text, name, at, term.within)


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
        raise Fault(hint[0], term.position)
    if not tokens(term.text):
        raise Fault("no letter or digit to look for", term.position)
    return term


def _spaced(text: str) -> str:
    return " ".join(text.split())


_Hint = tuple[str, str | None]
"""What is wrong with a word, and what to write in its place."""


def _operator_hint(text: str) -> _Hint | None:
    if text.lower() in {"and", "or", "not"}:
        return f'write {text.upper()} for the operator, or "{text}" for the word', text.upper()
    if text.upper() in {"ANDNOT", "NAND"}:
        return "write a -b for a but not b", "NOT"
    if text in {"&", "&&"}:
        return "write AND, or nothing: a b is both", ""
    return None


def _field_hint(text: str) -> _Hint | None:
    name, colon, rest = text.partition(":")
    if not colon or not _NAME.fullmatch(name) or name.lower() in _SCHEMES:
        return None
    known = name.lower()
    if known in FIELDS:
        return f"{name}: must be followed at once by what it looks for", None
    if known in _NEAR:
        return f"{name}: takes {_NEAR[known]}", None
    if known in NUMBERS:
        return f"{name} is a number or day: write {name}>={rest or '…'}", f"{known}>={rest}" if rest else None
    nearest = _SHORT.get(known, next(iter(get_close_matches(known, (*FIELDS, *_NEAR), 1)), None))
    if nearest is None:
        return f'no field "{name}"; fields are {", ".join(FIELDS)}', None
    meant = "no field is needed to search title and abstract" if nearest == "" else f"did you mean {nearest}:?"
    return f'no field "{name}"; {meant}', f"{nearest}:{rest}" if nearest else rest


def _shape_hint(text: str) -> _Hint | None:
    if not text.strip(f"{_DASHES}=+!"):
        return f"{text[:20]} must stand right before a word", ""
    if text[0] in _FIRST:
        return _FIRST[text[0]], f"-{text[1:]}" if text[0] in f"{_DASHES}!" else None
    if "*" in text:
        return "* can only end a word", (
            f"{text.split('*', maxsplit=1)[0]}*" if len(text.split("*", maxsplit=1)[0]) > 2 else text.strip("*")
        )
    return _number_hint(text)


def _backslash_hint(text: str) -> _Hint | None:
    r"""`\bgraph` is a regular expression without its slashes; as LaTeX it would be no word at all."""
    if "\\" not in text or tokens(text) == tokens(text.replace("\\", " ")):
        return None
    return r"\ begins no word; a regular expression stands between slashes, as in /\bgraph/", None


def _number_hint(text: str) -> _Hint | None:
    compared = _COMPARED.match(text)
    if not compared or not compared["value"].lstrip("=")[:1].isdigit():
        return None
    nearest = get_close_matches(compared["name"].lower(), NUMBERS, 1)
    return f'no number "{compared["name"]}"; ' + (f"did you mean {nearest[0]}?" if nearest else _NUMBERS_ARE), None
