"""Where lines end: at blanks, beside characters of scripts that have none, and nowhere else."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.terminal.cells import wrapped

_ANY = st.text("abz19-.é́拡散デ、。「」한국❤️👩‍🔬🇪🇺", min_size=1, max_size=12)
WORDS = st.lists(_ANY.filter(lambda word: category(word[0]) not in {"Mn", "Cf"}), min_size=1, max_size=12)
"""None begins with what joins it to a blank before it: terminals differ in how wide that is."""


def lines(text: str, room: int, first: int | None = None) -> list[str]:
    return [text[start:end] for start, end in wrapped(text, room, first)]


@pytest.mark.parametrize(
    ("text", "room", "wanted"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one  two", 20, ["one  two"]),
        ("  one", 20, ["one"]),
        ("", 20, []),
        ("   ", 20, []),
        ("incomprehensibilities are", 9, ["incomprehensibilities", "are"]),
        ("see https://arxiv.org/abs/2601.00001 now", 20, ["see", "https://arxiv.org/abs/2601.00001", "now"]),
        ("拡散モデルの研究", 8, ["拡散モデ", "ルの研究"]),
        ("拡散。研究", 4, ["拡", "散。", "研究"]),
        ("「拡散」研究", 4, ["「拡", "散」", "研究"]),
        ("GPT4の研究", 6, ["GPT4の", "研究"]),
        ("e\u0301te\u0301 e\u0301te\u0301", 3, ["e\u0301te\u0301", "e\u0301te\u0301"]),
        ("👩‍🔬👩‍🔬 👨‍👩‍👧‍👦", 4, ["👩‍🔬👩‍🔬", "👨‍👩‍👧‍👦"]),
        ("10\u00a0000 papers", 7, ["10\u00a0000", "papers"]),
    ],
)
def test_lines_end_between_words(text: str, room: int, wanted: list[str]) -> None:
    assert lines(text, room) == wanted


def test_the_first_line_may_be_shorter() -> None:
    assert lines("one two three four", 9, first=3) == ["one", "two three", "four"]


@given(words=WORDS, room=st.integers(1, 40))
def test_nothing_is_lost_and_only_a_single_word_is_wider(words: list[str], room: int) -> None:
    text = " ".join(words)
    found = lines(text, room)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    for line in found:
        if cell_len(line) > room:
            assert lines(line, 1) in ([line], lines(line, cell_len(line) - 1))


@given(words=st.lists(st.text("abz19-./:", min_size=1, max_size=30), min_size=1, max_size=12), room=st.integers(1, 40))
def test_no_word_is_broken(words: list[str], room: int) -> None:
    assert [word for line in lines(" ".join(words), room) for word in line.split()] == words
