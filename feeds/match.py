"""Many queries against a batch of papers, with the reason for each hit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a paper matched: `text[start:end]` of `field` is what `term` of the query found."""

    term: str
    field: str
    start: int
    end: int
