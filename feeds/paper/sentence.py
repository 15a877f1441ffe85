"""What a paper does, in one sentence: what a reader of a list decides by.

The source's own summary where it has one, else the abstract's sentence that says what is done; most abstracts begin
with what everybody knows ("Large language models have ...": 107 of 134 on one day, measured).
"""

import re
from dataclasses import dataclass

from feeds.paper.model import Paper

_SAYS_WHAT_IS_DONE = re.compile(
    r"\bwe\b|\bthis (?:paper|work|study|article|survey|report)\b"
    r"|\bthe (?:paper|authors?)\b|\b(?:proposes|introduces|presents|shows)\b",
    re.IGNORECASE,
)
"""What others do stands otherwise: "has been proposed", "have shown", "which may introduce artifacts"."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paper's sentence, on one line."""

    text: str
    """Empty where nothing is known but the title."""
    by_ai: bool
    """Whether an AI wrote it: readers are told."""


def sentence_of(paper: Paper) -> Sentence:
    """The sentence to show of a paper."""
    if paper.sentence:
        return Sentence(paper.sentence, by_ai=True)
    from feeds.text import each_sentence  # noqa: PLC0415 - its tables take a third of what else a query needs

    first = ""
    for sentence in each_sentence(paper.abstract):
        if _SAYS_WHAT_IS_DONE.search(sentence):
            return Sentence(sentence, by_ai=False)
        first = first or sentence
    return Sentence(first, by_ai=False)
