"""What a query is told that is not taken as it stands: where, and how it is probably meant."""

import pytest

from feeds.query import QueryError, parse_query
from feeds.query.parser import parse
from feeds.query.spellings import spellings


@pytest.mark.parametrize(
    ("query", "position", "suggestion"),
    [
        ("diffusion PUBYEAR < 2019", 10, "diffusion date<2019-01-01"),
        ("PUBYEAR <= 2019 diffusion", 0, "date<2020-01-01 diffusion"),
        ("diffusion PUBYEAR >= 2019", 10, "diffusion date>=2019-01-01"),
        ("PY=2019 diffusion", 0, "date>=2019-01-01 date<=2019-12-31 diffusion"),
        ("PY=(2018-2020) diffusion", 0, "date>=2018-01-01 date<=2020-12-31 diffusion"),
        ("after:2024 diffusion", 0, "date>=2024-01-01 diffusion"),
        ("before:2024/05/01 diffusion", 0, "date<2024-05-01 diffusion"),
        ("after:2024/05 diffusion", 0, "date>=2024-05-01 diffusion"),
        ("after:2024-13-45 diffusion", 0, ""),
        ("exp Heart/", 0, "Heart"),
        ("exp Heart Failure, Congestive/", 0, '"Heart Failure Congestive"'),
        ('exp "heart failure"/ b', 0, '"heart failure" b'),
        ("{heart failure}", 0, '"heart failure"'),
        ("a || b", 2, "a OR b"),
        ("heart+AND+failure", 5, "heart failure"),
        ("heart%20failure", 0, "heart failure"),
        ("DE=heart", 0, "keyword:heart"),
        ("tumo?r\nb", 0, "tumo* b"),
        ("(?i)x", 0, "x"),
        ('"kv"~5', 0, "kv"),
        ('"kv cache"~0', 0, '"kv cache"'),
        ('"kv cache"~101', 0, '"kv cache"'),
        ('"kv cach*"~3', 8, ""),
        ("=kv*", 0, ""),
        ('="kv*"', 0, ""),
        ('"kv* cache"', 3, ""),
        ('"stream *"', 8, ""),
        ("stream**", 0, "stream*"),
        ("xyzq:stream*", 0, ""),
        ("votes:stream*", 0, ""),
        ("/stream*", 0, ""),
        ("!stream*", 0, ""),
        ("votes:3", 0, "votes>=3"),
        ("votes:", 0, ""),
        ("tilte:a", 0, "title:a"),
        ("all:a", 0, "a"),
        ("abs:", 0, ""),
        ("title:", 0, ""),
        ("ab*c", 0, ""),
        ("a* b", 0, "a b"),
        ("abc*d", 0, "abc*"),
        ("!a", 0, ""),
        ("模*a", 0, ""),
        ('"模 a*"', 1, ""),
        ("!a b", 0, "-a b"),
        ("=- a", 0, ""),
        ("/a", 0, ""),
        ('"a b"*', 5, '"a b"'),
        ('"a b"  ~5', 7, '"a b"~5'),
        ("title:(a author:b)", 9, ""),
        ("title:(a votes>3)", 9, ""),
        ("id:(title:a)", 4, ""),
        ('id:"a b"~3', 0, ""),
        ("date>=20260101", 6, ""),
        ("votes>x", 6, ""),
        ("vote>3", 0, ""),
        ("similar:2503.02130*0", 18, ""),
        ("library:mine*101", 12, ""),
        ("/a*/", 0, ""),
        ("/(/", 0, ""),
        ("(-a OR -b)", 1, ""),
        (") a", 0, ""),
        ("(a) " + "(" * 17 + "b" + ")" * 17, 20, ""),
    ],
)
def test_a_fault_is_shown_where_it_is_and_respelt_where_that_can_be_told(
    query: str, position: int, suggestion: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert (caught.value.position, caught.value.suggestion) == (position, suggestion)


@pytest.mark.parametrize(
    "item",
    [
        "(?i)x", "limit 3 to english", "or/1-3", "#3", "exp Heart/", "[a b]/lim", "Heart/", "Heart/ae,co",
        "date:[2019 TO 2020]", "PUBYEAR > 2019", "after:2024", "heart NEAR/3 failure", "tumo?r", "tumor$", "wom#n",
        "title:a,b", "a%20b", "{a b}",
    ],
)  # fmt: skip
def test_what_is_refused_leaves_the_operator_beside_it_its_side(item: str) -> None:
    for query in (item, f"{item} OR b", f"b OR {item}"):
        with pytest.raises(QueryError) as caught:
            parse_query(query)
        assert [one.position for one in caught.value.mistakes] == [query.index(item)]


@pytest.mark.parametrize(
    "query", ["*", "a", "votes>3", "similar:2503.02130", "-a *", "a b", "a OR b", "title:(a OR b)"]
)
def test_a_query_is_the_same_wherever_it_stands(query: str) -> None:
    assert parse(f"   {query}") == parse(query)


def test_of_very_many_faults_so_many_are_told() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("#1 " * 310)
    assert len(caught.value.mistakes) == 300


def test_brackets_beside_each_other_are_as_many_as_one_likes() -> None:
    assert parse_query("(a) " * 20 + "(" * 16 + "b" + ")" * 16).tree == parse_query("a " * 20 + "b").tree


MANY = " ".join(f"w{number}" for number in range(257))
"""A phrase of more words than a query may have terms."""


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("(qwen OR llama) -mamba", ["(qwen* OR llama*) -mamba", "(title:qwen OR title:llama) -mamba"]),
        ("GPT-4", ["gpt 4", "gpt4*", "title:GPT-4", "=GPT-4"]),
        ('SAM2 "kv cache"', ["SAM2 kv cache", "SAM2 kv-cache", 'sam2* "kv cache"', 'title:SAM2 title:"kv cache"',
                             '=SAM2 "kv cache"']),
        ("LLMS", ["llms*", "LLM", "title:LLMS", "=LLMS"]),
        ("=qwen", ["title:=qwen"]),
        ("votes>3", []),
        (f'="{MANY}"', [f'title:="{MANY}"']),
        (f'"{MANY}"', [f'title:"{MANY}"']),
    ],
    ids=lambda given: str(given)[:60],
)  # fmt: skip
def test_other_spellings_change_what_is_asked_for_and_not_what_is_excluded(query: str, others: list[str]) -> None:
    assert [str(other) for _, other in spellings(parse_query(query))] == others
