"""The small feed in each format, byte for byte. PAPERROUND_GOLDENS=1 writes the files anew: read the difference."""

import os

import pytest

from feeds.render import Kind, opml, render
from tests.feeds.render.samples import DATA, FEED, KINDS, small_papers


def _agrees(name: str, made: bytes) -> bool:
    golden = DATA / name
    if os.environ.get("PAPERROUND_GOLDENS"):
        golden.write_bytes(made)
    return golden.read_bytes() == made


@pytest.mark.parametrize("kind", KINDS)
def test_the_small_feed_is_what_it_was(kind: Kind) -> None:
    assert _agrees(f"small.{kind}", render(FEED, small_papers(), kind))


@pytest.mark.parametrize("kind", KINDS)
def test_the_empty_feed_is_what_it_was(kind: Kind) -> None:
    assert _agrees(f"empty.{kind}", render(FEED, [], kind))


def test_the_list_of_feeds_is_what_it_was() -> None:
    assert _agrees("feeds.opml", opml([FEED], "Feeds & lists"))
