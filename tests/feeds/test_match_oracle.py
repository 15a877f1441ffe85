"""Matcher and oracle agree on every query and paper: recorded papers, keywords of real bots, generated queries."""

import random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from feeds.match import Batch
from feeds.query import parse_query
from tests.feeds.oracle_questions import (
    DATA,
    NOW,
    TRANSLATED,
    differences,
    generated,
    is_query,
    keywords,
    recorded,
    some_query,
)
from tests.oracle import Oracle, parse

pytestmark = pytest.mark.skipif(not (DATA / "corpus").is_dir(), reason="the recorded corpus is not beside the project")


class Judge:
    """Some hundred papers of all times, as the matcher and as the oracle read them; `make oracle` asks all."""

    def __init__(self) -> None:
        self.papers = recorded(step=47)
        self.oracle = Oracle(self.papers, NOW)
        self._batch = Batch(self.papers, NOW)

    def __repr__(self) -> str:
        return "the judge"

    def hears(self, text: str) -> None:
        found = {paper.id for paper in self._batch.chosen(self._batch.bitmap(parse_query(text)))}
        expected = {self._batch.papers[number].id for number in self.oracle.answer(parse(text))}
        assert found - expected == set(), text
        assert expected - found == set(), text


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def test_every_keyword_of_real_profiles_finds_what_the_oracle_finds(judge: Judge) -> None:
    asked = keywords()
    assert len(asked) > 700
    assert differences(asked, judge.papers, judge.oracle) == []


@pytest.mark.parametrize("text", TRANSLATED)
def test_a_real_query_string_finds_what_the_oracle_finds(text: str, judge: Judge) -> None:
    judge.hears(text)


@settings(max_examples=800, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_a_generated_query_finds_what_the_oracle_finds(judge: Judge, dice: random.Random) -> None:
    text = some_query(dice)
    assume(is_query(text))
    judge.hears(text)


def test_many_queries_asked_together_find_what_the_oracle_finds(judge: Judge) -> None:
    asked = [*generated(300), *TRANSLATED]
    assert differences(asked, judge.papers, judge.oracle) == []
    for text in asked:
        judge.hears(text)


@settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_printing_a_query_gives_an_equal_query(dice: random.Random) -> None:
    text = some_query(dice)
    assume(is_query(text))
    query = parse_query(text)
    again = parse_query(str(query))
    assert (str(again), again.compiled, again.tree) == (str(query), query.compiled, query.tree)
