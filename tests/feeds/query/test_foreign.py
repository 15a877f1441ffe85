"""What people paste from other systems is refused with a hint, or means the same: nothing is swallowed as words."""

from pathlib import Path

import pytest

from feeds.query import QueryError, parse_query

_WRITTEN = (Path(__file__).resolve().parents[1] / "data" / "foreign_queries.txt").read_text("utf-8")
PASTED = [tuple(line.split(" ¦ ")) for line in _WRITTEN.splitlines() if " ¦ " in line]
REFUSED = [(query, hint) for query, hint in PASTED if not hint.startswith("= ")]


def error_of(query: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    return caught.value


def test_there_are_one_hundred_and_fifty() -> None:
    assert len(PASTED) >= 150


@pytest.mark.parametrize(("query", "hint"), REFUSED)
def test_an_operator_of_another_system_is_refused_with_a_hint(query: str, hint: str) -> None:
    error = error_of(query)
    assert any(hint in one.message for one in error.mistakes), [one.message for one in error.mistakes]
    assert all(0 <= one.position <= len(query) for one in error.mistakes)


@pytest.mark.parametrize("query", [query for query, _ in REFUSED])
def test_what_is_suggested_is_a_query(query: str) -> None:
    if suggestion := error_of(query).suggestion:
        assert str(parse_query(suggestion)) == suggestion


@pytest.mark.parametrize(("query", "same"), [(query, hint[2:]) for query, hint in PASTED if hint.startswith("= ")])
def test_what_is_taken_means_the_same(query: str, same: str) -> None:
    assert parse_query(query) == parse_query(same)


def test_all_that_is_wrong_is_said_at_once() -> None:
    error = error_of("cancer[tiab] or tumo?r, auther:lee colo*r")
    assert [one.position for one in error.mistakes] == [6, 13, 16, 22, 24, 35]
    assert (error.message, error.position) == (error.mistakes[0].message, 6)
    assert str(error).count("^") == 6


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("LLM, agents, RAG", "LLM OR agents OR RAG"),
        ("title:a,b", "title:a OR title:b"),
        ("heart adj3 failure", '"heart failure"~3'),
        ("heart adj gpt4", '"heart gpt4"~5'),
        ("(heart or cardiac).ti,ab.", "heart OR cardiac"),
        ("tumo?r", "tumo*"),
        ("exp Heart Failure/", '"Heart Failure"'),
        ("TI=(attention) AND AU=(vaswani)", "title:attention author:vaswani"),
        ("intitle:diffusion", "title:diffusion"),
        ("PUBYEAR > 2019 AND diffusion", "date>=2020-01-01 diffusion"),
        ("word~", "word"),
        ("or/1-5", ""),
    ],
)
def test_a_query_is_respelt_as_it_is_meant(query: str, suggestion: str) -> None:
    assert error_of(query).suggestion == suggestion


@pytest.mark.parametrize(
    "query",
    [
        "C# C++ F#", "pass@1", "input/output", "TCP/IP", "gpt-4o", "1,000", "Llama-3.1", "O'Brien", "LLM's",
        "qwen2.5:7b", "N2 fixation", "near the end", "adj", "limit order", "title:(a OR b)", '"a, b; c?"', "/a?b[x]$/",
        "votes>=5", "x (y)", "5G", "W3C", "AB testing", "$\\beta$-VAE", "explode", "same author", "#LLM", "e.g.",
        "title:U-Net", "24/7", "R&D", "3D", '"exp Heart/"', "100% code",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_operator_is_taken(query: str) -> None:
    parse_query(query)
