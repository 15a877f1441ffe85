"""A site of the version before sentences: its entries change once, and once more where a sentence comes; ids never.

`before_sentences` is what commit 7a44728 made: two rounds, on 10 and 11 November 2026, the second with another title.
"""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import feedparser  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests.fakes.source import item
from tests.world import INBOX, World, feed

pytestmark = pytest.mark.on_sqlite_alone("a file of before servers")

BEFORE = Path(__file__).parent / "before_sentences"
SENTENCE = "It cuts a stream before it is one."


@pytest.fixture
def old(here: World) -> World:
    """As it stood, but for what had been read."""
    here.configure(INBOX, feed("all", "*"), feed("streaming", "streaming"))
    shutil.copytree(BEFORE / "public", here.folder / "public")
    (here.folder / "inbox").mkdir()
    (here.folder / "var").mkdir()
    with sqlite3.connect(here.folder / "var" / "paperround.db") as database:
        database.executescript((BEFORE / "paperround.sql").read_text())
        for path, mtime in database.execute("select path, mtime from published").fetchall():
            os.utime(here.folder / "public" / path, ns=(mtime, mtime))
    database.close()
    return here


def entries(here: World, form: str) -> dict[str, tuple[str, str, str]]:
    """By id: when published, when updated, and what it says."""
    content = here.files()[f"feeds/all.{form}"][0]
    if form == "json":
        some = json.loads(content)["items"]
        return {one["id"]: (one["date_published"], one["date_modified"], one["content_html"]) for one in some}
    every = feedparser.parse(content).entries
    return {one.id: (one.published, one.updated if form == "atom" else "", one.summary) for one in every}


def feeds_written(here: World) -> set[str]:
    """The feeds that a round writes."""
    result = here.round()
    assert result.well()
    return {name for name in result.report.files if name.rpartition(".")[2] in {"rss", "atom", "json"}}


EVERY = {f"feeds/{slug}.{form}" for slug in ("all", "streaming") for form in ("rss", "atom", "json")}


def test_entries_change_once_and_keep_their_ids_dates_and_texts(old: World) -> None:
    before = {form: entries(old, form) for form in ("rss", "atom", "json")}
    assert feeds_written(old) == EVERY - {"feeds/all.rss", "feeds/streaming.rss"}  # RSS says nothing of `updated`
    after = {form: entries(old, form) for form in ("rss", "atom", "json")}
    assert before["rss"] == after["rss"]
    for form in ("atom", "json"):
        for one, was in before[form].items():
            published, updated, text = after[form][one]
            assert (published, text) == (was[0], was[2])
            if "2611.00002" in one:  # its title was corrected on the 11th
                assert updated == was[1]
            else:
                assert updated[:10] == published[:10] != was[1][:10]
    standing = old.files()
    assert old.round().report.files == []
    assert old.files() == standing


def test_a_sentence_that_comes_later_changes_the_content_and_no_date(old: World) -> None:
    old.round()
    before = {form: entries(old, form) for form in ("rss", "atom", "json")}
    told = item("2611.00001", "Streaming video", "A stream that we cut.", votes=12, code="https://github.com/a/b")
    told["paper"]["ai_summary"] = SENTENCE
    old.drop("third.json", json.dumps([told]).encode())
    assert feeds_written(old) == EVERY
    for form, known in before.items():
        for one, was in known.items():
            published, updated, text = entries(old, form)[one]
            assert (published, updated) == was[:2]
            assert (SENTENCE in text, text == was[2]) == (("2611.00001" in one), ("2611.00001" not in one))
    assert old.round().report.files == []
