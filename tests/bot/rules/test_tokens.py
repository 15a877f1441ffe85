"""Tokens: what they are about comes back by the same key and purpose, and by nothing else."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.tokens import Tokens

OURS, THEIRS = Tokens(b"o" * 32), Tokens(b"t" * 32)
ADDRESS = "ada@example.org"


@given(st.text(st.characters(codec="utf-8"), max_size=254))
def test_what_a_token_is_about_comes_back_for_its_purpose_alone(about: str) -> None:
    token = OURS.token("manage", about)
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")
    assert OURS.token("manage", about) == token
    assert OURS.about("manage", token) == about
    assert OURS.about("unsubscribe", token) is None
    assert THEIRS.about("manage", token) is None


@pytest.mark.threat(19)
def test_a_token_hides_what_it_is_about_and_no_change_of_it_is_ours() -> None:
    token = OURS.token("manage", ADDRESS)
    assert len(token) * 6 >= 128 + len(ADDRESS) * 8
    assert ADDRESS not in token
    assert "key" not in repr(OURS)
    for place, letter in enumerate(token[:-1]):  # the last one's low bits are padding
        other = "A" if letter != "A" else "B"
        assert OURS.about("manage", token[:place] + other + token[place + 1 :]) is None


@given(st.text(max_size=1000))
def test_what_nobody_made_is_about_nothing(token: str) -> None:
    assert OURS.about("manage", token) is None
