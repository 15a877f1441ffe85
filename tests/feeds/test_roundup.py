"""A week against the twelve before: what counts as risen, new, usual, silent."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.paper import Paper
from feeds.roundup import Comparison, Window
from feeds.roundup.terms import held, shown, terms

LAST = date(2026, 3, 1)
WINDOW = Window(LAST, date(2025, 1, 1))


def papers(count: int, title: str, abstract: str = "", day: date = LAST) -> list[Paper]:
    return [Paper(f"{title}{n}", f"{title}", abstract, announced=day) for n in range(count)]


def compared(*week: Paper, window: Window = WINDOW, more: tuple[Paper, ...] = ()) -> Comparison:
    """With 60 papers of plain words in the week, and 600 before."""
    one = Comparison(window, [*papers(50, "graphs"), *week])
    one.before([*papers(600, "graphs"), *more])
    return one


def test_what_is_far_more_frequent_than_before_rose() -> None:
    one = compared(*papers(9, "World models"), more=tuple(papers(12, "A world", "world model")))
    (risen,) = one.risen()
    assert (risen.words, risen.papers, risen.usual) == ("World models", 9, 1.0)
    assert one.new() == []


def test_a_word_in_three_papers_and_in_none_before_is_new_and_named_as_most_spell_it() -> None:
    one = compared(*papers(2, "FooNet"), *papers(1, "foonets and others"), *papers(2, "BarNet"))
    assert [(new.word, new.papers) for new in one.new()] == [("FooNet", 3)]
    assert one.risen() == []


def test_a_word_of_an_older_paper_is_not_new() -> None:
    one = compared(*papers(3, "FooNet"))
    one.older(papers(1, "An old", "foo-net"))
    assert one.new() == []


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("Multi-modal nets", "multimodal"),
        ("Multimodal nets", "a multi-modal thing"),
        ("SAM2 nets", "with SAM 2 we"),
        ("Optimisation nets", "optimizations"),
        ("Caching nets", "a cache"),
        ("Matrices", "one matrix"),
    ],
)
def test_another_spelling_or_form_is_the_same_word(now: str, then: str) -> None:
    one = compared(*papers(3, now), more=tuple(papers(3, "nets")))
    one.older(papers(1, "Old", then))
    assert one.new() == []


def test_function_words_numbers_and_letters_are_never_told() -> None:
    assert set(shown(Paper("1", "The x of 2026, whereas 64.5 nets", ""))) == {"wherea", "net"}


def test_of_a_word_and_its_pair_one_is_told() -> None:
    told = [one.words for one in compared(*papers(8, "latent world models")).risen()]
    assert len(told) == 1


@pytest.mark.parametrize("covered", [LAST - timedelta(days=20)])
def test_a_young_archive_has_no_new_words(covered: date) -> None:
    one = compared(*papers(9, "FooNet"), window=Window(LAST, covered))
    assert (one.new(), one.risen()) == ([], [])


@given(st.lists(st.text(max_size=30), max_size=6), st.lists(st.text(max_size=30), max_size=6))
def test_any_text_is_compared_and_nothing_told_is_of_before(week: list[str], before: list[str]) -> None:
    one = Comparison(WINDOW, [paper for text in week for paper in papers(3, text, text)])
    old = [paper for text in before for paper in papers(1, "x", text)]
    one.older(old)
    known = set[str]().union(*map(terms, old))
    assert not known & one._new
    assert all(term in terms(paper) for text in week for paper in papers(1, text, text) for term in shown(paper))


@example("Of mice and men")
@example("Oestrogen, oedema and anaesthesia of Jaemin")
@example("Syzygy and YZA")
@example("Tyres of grey aeroplanes")
@given(st.text(max_size=60))
def test_what_a_paper_holds_is_found_quickly_as_it_is_slowly(text: str) -> None:
    paper = Paper("1", "A title", text)
    words = {term for term in terms(paper) if " " not in term}
    assert held(words, paper) == words


days_back = st.integers(0, 120)


@given(st.lists(days_back, max_size=40), st.integers(0, 400))
def test_a_course_counts_each_paper_of_its_weeks_once(back: list[int], age: int) -> None:
    window = Window(LAST, LAST - timedelta(days=age))
    course = window.course("q", [LAST - timedelta(days=one) for one in back])
    since = min(window.since, window.first)
    inside = [one for one in back if LAST - timedelta(days=one) >= since]
    assert sum(course.papers) == len(inside)
    assert Counter(one // 7 for one in inside)[0] == course.now
    assert len(course.papers) == window.weeks <= 13
    assert course.usual == (sum(course.papers[:-1]) * 7 / window.days if window.days else 0)


def test_what_is_usual_is_counted_over_the_days_that_the_archive_covers() -> None:
    window = Window(LAST, LAST - timedelta(days=6 + 14))
    assert (window.days, window.weeks) == (14, 3)
    days = [LAST - timedelta(days=one) for one in (8, 9, 10, 15, 16, 17)]
    assert window.course("q", days).usual == 3.0


def test_of_words_with_hyphens_the_longest_is_told_and_no_part_of_it() -> None:
    assert set(shown(Paper("1", "A state-of-the-art net", "")).values()) == {"state-of-the-art", "net", "art net"}


def test_of_a_name_with_its_number_one_is_told() -> None:
    one = compared(*papers(3, "SAM 2 nets"), more=tuple(papers(3, "nets")))
    assert [new.word for new in one.new()] == ["SAM 2"]
