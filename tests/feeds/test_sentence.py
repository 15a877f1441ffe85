"""The sentence of a paper: the source's own, marked, else the abstract's that says what is done."""

from dataclasses import replace
from pathlib import Path

import pytest

from feeds.digests import parse_digest
from feeds.paper import Paper, Sentence, merge, refreshed, sentence_of

PAPER = Paper("2601.00001", "T", "")


@pytest.mark.parametrize(
    ("abstract", "said"),
    [
        ("Models have shown much. We build one.", "We build one."),
        ("Models grow. In this paper, a proof is given. We like it.", "In this paper, a proof is given."),
        ("LLMs (e.g. Llama 3.1) are large. FooNet proposes a cure.", "FooNet proposes a cure."),
        ("It may introduce artifacts.\nThe authors present a cure", "The authors present a cure"),
        ("Show-o is large. A web of models grows. Ours is small.", "Show-o is large."),
        ("No full stop", "No full stop"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_first_that_says_what_is_done_else_the_first(abstract: str, said: str) -> None:
    assert sentence_of(replace(PAPER, abstract=abstract)) == Sentence(said, by_ai=False)


def test_the_sources_own_comes_first_and_is_marked() -> None:
    paper = replace(PAPER, abstract="We do A.", sentence="Does A.")
    assert sentence_of(paper) == Sentence("Does A.", by_ai=True)


def test_it_stays_when_a_source_is_silent_of_it_and_comes_from_whichever_has_it() -> None:
    said = replace(PAPER, sentence="Does A.")
    assert refreshed(said, PAPER).sentence == "Does A."
    assert refreshed(said, replace(PAPER, sentence="Does B.")).sentence == "Does B."
    assert merge([said, replace(PAPER, abstract="A longer text.")]).sentence == "Does A."


def test_recorded_papers_say_what_they_do(data: Path) -> None:
    """Of recorded abstracts at least nine in ten have such a sentence, and no sentence is cut within."""
    papers = [
        paper
        for file in sorted((data / "hf_api").rglob("*.json"))[:40]
        for paper in parse_digest(file.read_bytes()).papers
    ]
    own = [sentence_of(replace(paper, sentence="")).text for paper in papers]
    assert all(text and text in paper.abstract for text, paper in zip(own, papers, strict=True))
    assert sum(text.rstrip("\"'”’)]").endswith((".", "!", "?")) for text in own) >= 0.95 * len(own)
    assert sum(paper.abstract.startswith(text) for text, paper in zip(own, papers, strict=True)) <= 0.4 * len(own)
