"""Names of people, and the spellings that are offered for a query."""

import pytest

from feeds.match import match
from feeds.paper import Paper
from feeds.query import Query, parse_query
from feeds.query.spellings import offered, spellings
from feeds.query.terms import identity

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
        ("Xiao-Ming", "Xiaoming Li"), ("Garcia-Molina", "Hector Garciamolina"), ("Garcia-Molina", "Garcia Molina, H."),
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
        ("Chao-Wei", "C. Wei"), ("Chih-Yang", "Chih-Kai Yang"),
    ],
)  # fmt: skip
def test_two_persons(query: str, author: str) -> None:
    assert not names(f'author:"{query}"', author)


@pytest.mark.parametrize("author", ["Serena Williams", "Williams, Serena", "Serena J. Williams"])
def test_names_near_each_other_are_as_they_are_written(author: str) -> None:
    found = match({0: 'author:"williams serena"~3'}, [Paper("1", "", "", (author,))])
    assert found[0]
    assert [author[one.start : one.end] for one in found.reasons(0, found[0][0])] == sorted(
        ["Serena", "Williams"], key=author.index
    )
    assert not names('author:"william serena"~3', author)


def test_a_name_near_another_has_one_spelling() -> None:
    assert names('author:"grey dean"~3', "Dean Grey")
    assert not names('author:"gray dean"~3', "Dean Grey")


def test_as_spelled_is_as_spelled() -> None:
    assert not names("author:=Bengio", "Y. BENGIO")


def test_what_goes_on_after_the_word_is_offered() -> None:
    assert "qwen*" in [str(query) for _, query in spellings(parse_query("qwen"))]
    assert "gpt4*" in [str(query) for _, query in spellings(parse_query("GPT-4"))]
    assert "pre-training" in [str(query) for _, query in spellings(parse_query('"pre training"'))]
    assert "LLM" in [str(query) for _, query in spellings(parse_query("LLMS"))]


ANYWHERE, CLOSED, BEGINS, PLURAL, TITLE, SPELT = (
    "broader: the words of a phrase anywhere", "broader: written closed too", "broader: every word that begins so",
    "broader: its last S as a plural's", "narrower: in the title", "narrower: in this very spelling",
)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("iPhone", {BEGINS: "iphone*", TITLE: "title:iPhone"}),
        ("mT5", {TITLE: "title:mT5"}),
        ("GPU", {TITLE: "title:GPU", SPELT: "=GPU"}),
        ("xLSTM", {TITLE: "title:xLSTM", SPELT: "=xLSTM", BEGINS: "xlstm*"}),
        ("RAG", {TITLE: "title:RAG", SPELT: "=RAG"}),
        ("AIS", {PLURAL: "AI", TITLE: "title:AIS", SPELT: "=AIS"}),
        ("IS", {TITLE: "title:IS", SPELT: "=IS"}),
        ("GPT-4", {ANYWHERE: "gpt 4", BEGINS: "gpt4*", TITLE: "title:GPT-4", SPELT: "=GPT-4"}),
        ("models-4", {ANYWHERE: "models 4", BEGINS: "models4*", TITLE: "title:models-4"}),
        ("IDs-2", {ANYWHERE: "ids 2", BEGINS: "ids2*", TITLE: "title:IDs-2", SPELT: "=IDs-2"}),
        ("GP-4", {ANYWHERE: "gp 4", TITLE: "title:GP-4", SPELT: "=GP-4"}),
        ("GPT-4o", {ANYWHERE: "gpt 4o", TITLE: "title:GPT-4o", SPELT: "=GPT-4o"}),
        ("networks", {BEGINS: "network*", TITLE: "title:networks"}),
        ("rings", {BEGINS: "ring*", TITLE: "title:rings"}),
        ('"pre training"', {ANYWHERE: "pre training", CLOSED: "pre-training", TITLE: 'title:"pre training"'}),
        ('"gpt 4"', {ANYWHERE: "gpt 4", BEGINS: "gpt4*", TITLE: 'title:"gpt 4"'}),
        ('"kv cache size"', {ANYWHERE: "kv cache size", TITLE: 'title:"kv cache size"'}),
        ("pre-training", {ANYWHERE: "pre training", TITLE: "title:pre-training"}),
        ("nets*", {TITLE: "title:nets*"}),
        ("=RAG", {TITLE: "title:=RAG"}),
        ("title:RAG", {SPELT: "title:=RAG"}),
        ("nets -RAG", {BEGINS: "nets* -RAG", TITLE: "title:nets -RAG"}),
        ("a OR nets", {BEGINS: "a OR nets*", TITLE: "title:a OR title:nets"}),
        ("votes>5", {}),
    ],
)
def test_a_query_is_offered_in_other_spellings(query: str, others: dict[str, str]) -> None:
    assert {change: str(other) for change, other in spellings(parse_query(query))} == others


def test_only_spellings_that_change_something_are_offered() -> None:
    def count(queries: list[Query]) -> list[int]:
        return [{"qwen": 941, "qwen*": 2_700}.get(str(query), 941) for query in queries]

    assert [(str(query), number) for _, query, number in offered(parse_query("qwen"), count)] == [("qwen*", 2_700)]


@pytest.mark.parametrize(
    ("reference", "known"),
    [
        ("https://arxiv.org/abs/2503.02130?context=cs.CL", "2503.02130"),
        ("https://arxiv.org/abs/2503.02130#S1", "2503.02130"), ("2503.02130", "2503.02130"),
        ("10.1000/a#b", "doi:10.1000/a#b"), ("10.1000/a?b", "doi:10.1000/a?b"),
        ("https://10.1000/xyz", "doi:10.1000/xyz"), ("words", ""),
    ],
)  # fmt: skip
def test_a_reference_names_its_paper(reference: str, known: str) -> None:
    assert identity(reference) == known
