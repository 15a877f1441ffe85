"""Leaves that ask something of each paper by itself: categories, sources, ids, regular expressions, numbers, days."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from operator import eq, ge, gt, le, lt

from feeds.match.fields import VALUES
from feeds.paper import Paper, arxiv_id
from feeds.query.patterns import pattern
from feeds.words import tokens

_OPERATORS = {">=": ge, "<=": le, ">": gt, "<": lt, "=": eq}


def compares(comparison: str, now: datetime | None) -> Callable[[Paper], bool]:
    """The test that a compiled comparison (`votes >= 50`) makes; a paper without the number fails each.

    Raises ValueError: it is of `age`, and `now` is missing or naive.
    """
    name, operator, value = comparison.split(" ")
    compare = _OPERATORS[operator]
    if name == "date":
        day = date.fromisoformat(value)
        return lambda paper: paper.announced is not None and compare(paper.announced, day)
    if name == "age":
        today, days = _today(now), int(value.removesuffix("d"))
        return lambda paper: paper.announced is not None and compare((today - paper.announced).days, days)
    number = int(value)

    def holds(paper: Paper) -> bool:
        known: int | None = getattr(paper, name)
        return known is not None and compare(known, number)

    return holds


def resembles(field: str, kind: str, wanted: str) -> Callable[[Paper], bool]:
    """The test for a category, source or id: one of the values is meant."""
    values = VALUES[field]
    return lambda paper: any(is_meant(field, kind, wanted, value) for value in values(paper))


def is_meant(field: str, kind: str, wanted: str, value: str) -> bool:
    """Whether a category, source or id is what a leaf asks for. `cs` is every category `cs.…`; an id has no version."""
    if field == "i":
        value = arxiv_id(value) or value
    if kind == "e":
        return value == wanted
    value = value.casefold()
    if kind == "p":
        return value.startswith(wanted)
    if field == "c" and " " in value:  # not arXiv's: a subject in words
        return f" {' '.join(tokens(wanted))} " in f" {' '.join(tokens(value))} "
    return value == wanted or (field == "c" and value.startswith(f"{wanted}."))


def searches(field: str, wanted: str) -> Callable[[Paper], bool]:
    """The test for a regular expression: it is found in one of the values."""
    found, values = pattern(wanted), VALUES[field]
    return lambda paper: any(found.search(one_line(value)) for value in values(paper) if value)


def one_line(text: str) -> str:
    """The text as RE2 reads it: line breaks as spaces, lone surrogates replaced; every character keeps its place."""
    return text.replace("\n", " ").replace("\r", " ").encode("utf-8", "replace").decode()


def _today(now: datetime | None) -> date:
    if now is None or now.tzinfo is None:
        raise ValueError("a query asks for age: match needs an aware now")
    return now.astimezone(UTC).date()
