"""Names of people, and the spellings that are offered for a query."""

import pytest

from feeds.match import match
from feeds.paper import Paper
from feeds.query import Query, parse_query
from feeds.query.spellings import offered, spellings

BENGIO = (
    "Yoshua Bengio", "Y. Bengio", "Y Bengio", "Bengio, Yoshua", "Bengio, Y.", "Yoshua X. Bengio", "Bengio Y",
    "YX Bengio",
)  # fmt: skip


def names(query: str, author: str) -> bool:
    return bool(match({0: query}, [Paper("1", "", "", (author,))])[0])


@pytest.mark.parametrize("author", BENGIO)
@pytest.mark.parametrize("query", BENGIO)
def test_a_name_is_found_however_it_is_written(query: str, author: str) -> None:
    assert names(f'author:"{query}"', author)


@pytest.mark.parametrize(
    ("query", "author"),
    [
        ("Jürgen Müller", "Juergen Mueller"), ("Juergen Mueller", "Jürgen Müller"), ("J. Muller", "Jürgen Müller"),
        ("Xiaoming Li", "Xiao-Ming Li"), ("X. M. Li", "Xiao-Ming Li"), ("Jean Serre", "Jean-Pierre Serre"),
        ("Geoffrey Hinton", "GE Hinton"), ("Laurens van der Maaten", "Maaten, Laurens van der"),
        ("van der Maaten", "L. van der Maaten"), ("Smith, John", "J. Smith III"),
        ("Hector Garcia-Molina", "Garcia Molina, Hector"), ("John Smith", "John Smith Jr."), ("müller", "Mueller, K."),
    ],
)  # fmt: skip
def test_one_person(query: str, author: str) -> None:
    assert names(f'author:"{query}"', author)


@pytest.mark.parametrize(
    ("query", "author"),
    [
        ("Wei Li", "Weidong Li"), ("Wei Li", "Li Wei"), ("Yoshua Bengio", "Samy Bengio"),
        ("Yoshua Bengio", "Y. Bengioli"),
        ("Yoshua X. Bengio", "Yoshua Y. Bengio"), ("Xiaoming Li", "Xiaodong Li"), ("muller", "Mueller, K."),
    ],
)  # fmt: skip
def test_two_persons(query: str, author: str) -> None:
    assert not names(f'author:"{query}"', author)


def test_as_spelled_is_as_spelled() -> None:
    assert not names("author:=Bengio", "Y. BENGIO")


def test_what_goes_on_after_the_word_is_offered() -> None:
    assert "qwen*" in [str(query) for _, query in spellings(parse_query("qwen"))]
    assert "gpt4*" in [str(query) for _, query in spellings(parse_query("GPT-4"))]
    assert "pre-training" in [str(query) for _, query in spellings(parse_query('"pre training"'))]
    assert "LLM" in [str(query) for _, query in spellings(parse_query("LLMS"))]


def test_only_spellings_that_change_something_are_offered() -> None:
    def count(queries: list[Query]) -> list[int]:
        return [{"qwen": 941, "qwen*": 2_700}.get(str(query), 941) for query in queries]

    assert [(str(query), number) for _, query, number in offered(parse_query("qwen"), count)] == [("qwen*", 2_700)]
