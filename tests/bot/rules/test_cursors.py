"""How far a program knows what a query matches: written, read, refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.cursors import Cursor, CursorError, mark_of, read_cursor

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


@given(
    st.integers(1, 10**9),
    st.integers(0, 10**9),
    st.lists(st.text(max_size=9), max_size=4),
    st.sampled_from(["", "0123abcd"]),
)
def test_what_is_written_is_read(start: int, more: int, told: list[str], mark: str) -> None:
    cursor = Cursor.begun("flow", start, NOW).moved(start + more, map(mark_of, told), NOW, mark)
    assert read_cursor(str(cursor), 1, start + more, NOW, WEEK) == cursor


def test_another_query_begins_a_chain_where_the_one_before_stands() -> None:
    cursor = Cursor.begun("flow", 5, NOW).moved(9, ["0" * 12], NOW)
    assert cursor.of("flow") is cursor
    assert cursor.of("video") == Cursor(cursor.made, mark_of("video", 4), 9, 9)


def test_a_thousand_papers_are_remembered() -> None:
    told = [mark_of(str(number)) for number in range(1_001)]
    assert Cursor.begun("flow", 5, NOW).moved(9, told, NOW).told == tuple(told[1:])


@pytest.mark.parametrize(
    ("text", "words", "gone"),
    [
        ("", "no cursor", False),
        ("1-zz", "no cursor", False),
        (str(Cursor.begun("flow", 50, NOW - WEEK - timedelta(seconds=1))), "older than 7 days", True),
        (str(Cursor.begun("flow", 8, NOW)), "older than 7 days", True),
        (str(Cursor.begun("flow", 101, NOW)), "another archive", True),
        (str(Cursor(int(NOW.timestamp()), mark_of("flow", 4), 60, 50)), "another archive", True),
    ],
)
def test_what_is_no_good_says_why(text: str, words: str, gone: bool) -> None:
    with pytest.raises(CursorError, match=words) as caught:
        read_cursor(text, 10, 100, NOW, WEEK)
    assert caught.value.gone is gone


def test_the_oldest_change_that_is_known_may_be_the_next() -> None:
    cursor = Cursor.begun("flow", 9, NOW - WEEK)
    assert read_cursor(str(cursor), 10, 100, NOW, WEEK) == cursor
