"""Which pictures are asked for, and when again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.store.archive import papers, pictures
from bot.store.archive.papers import Sighting
from bot.store.archive.pictures import Had, Missed
from bot.store.database import Database
from bot.store.engine import Store
from feeds.paper import Paper, Picture

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SMALL = Picture("pictures/0a1b.webp", 320, 180)


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


def add(store: Store, number: int, url: str, source: str = "daily", **more: str) -> int:
    links = {"thumbnail": url} if url else {}
    paper = Paper(f"2611.{number:05}", f"Paper {number}", "A text.", links=links, **more)  # type: ignore[arg-type]
    seen = Sighting(source, "huggingface", paper, date(2026, 11, number))
    stored = store.call(papers.add, seen, NOW, lambda day, key: f"tag:a,{day}:{key}")
    store.call(pictures.follow, {stored.id: stored.paper})
    return stored.id


def wanted(store: Store, now: datetime = NOW, at_most: int = 9) -> list[str]:
    return [one.url for one in store.call(pictures.wanted, now, at_most)]


def miss(store: Store, row: int, url: str, now: datetime = NOW) -> None:
    store.call(pictures.note, [], [Missed(row, url, "no picture")], now)


def picture_of(store: Store, row: int) -> Picture | None:
    return store.call(papers.by_ids, [row])[row].picture


def test_the_newest_papers_come_first(store: Store) -> None:
    for number in (2, 4, 3, 1):
        add(store, number, f"https://a.example/{number}")
    add(store, 5, "")
    assert wanted(store, at_most=3) == [f"https://a.example/{number}" for number in (4, 3, 2)]


def test_what_could_not_be_had_is_asked_for_again_a_day_later_four_times_in_all(store: Store) -> None:
    row = add(store, 1, "https://a.example/1")
    for tries in range(4):
        now = NOW + tries * DAY
        assert wanted(store, now) == ["https://a.example/1"]
        miss(store, row, "https://a.example/1", now)
        assert wanted(store, now + DAY - timedelta(seconds=1)) == []
    assert wanted(store, NOW + 300 * DAY) == []
    add(store, 1, "https://a.example/1")
    assert wanted(store, NOW + 300 * DAY) == []
    add(store, 1, "https://a.example/2")
    assert wanted(store) == ["https://a.example/2"]


def test_a_clock_set_back_holds_none_up(store: Store) -> None:
    miss(store, add(store, 1, "https://a.example/1"), "https://a.example/1", NOW + 300 * DAY)
    assert wanted(store) == ["https://a.example/1"]


def test_what_is_there_is_not_wanted_until_its_file_is_gone(store: Store) -> None:
    row = add(store, 1, "https://a.example/1")
    page = store.call(papers.by_ids, [row])[row]
    store.call(pictures.note, [Had(row, "https://a.example/1", SMALL)], [], NOW)
    assert (picture_of(store, row), store.call(pictures.shown), wanted(store)) == (SMALL, {row: SMALL}, [])
    assert page.updated == store.call(papers.by_ids, [row])[row].updated
    store.call(pictures.lose, [row])
    assert (picture_of(store, row), wanted(store)) == (None, ["https://a.example/1"])


def test_another_picture_is_asked_for_and_the_old_one_stays_until_it_comes(store: Store) -> None:
    row = add(store, 1, "https://a.example/1")
    store.call(pictures.note, [Had(row, "https://a.example/1", SMALL)], [], NOW)
    add(store, 1, "https://a.example/2")
    assert (picture_of(store, row), wanted(store)) == (SMALL, ["https://a.example/2"])
    miss(store, row, "https://a.example/1")  # of before
    assert wanted(store) == ["https://a.example/2"]


def test_a_whole_archive_is_looked_through_once(store: Store) -> None:
    rows = [add(store, number, f"https://a.example/{number}") for number in (1, 2)]
    store.call(pictures.note, [Had(rows[0], "https://a.example/1", SMALL)], [], NOW)
    assert store.call(pictures.forget) == []  # they were never begun
    store.call(pictures.begin)
    assert wanted(store) == ["https://a.example/2"]
    assert store.call(pictures.forget) == [SMALL.path]
    assert (wanted(store), store.call(pictures.shown)) == ([], {})
    store.call(pictures.begin)
    assert wanted(store) == ["https://a.example/2", "https://a.example/1"]


def test_of_two_papers_that_turn_out_to_be_one_the_picture_is_one(store: Store) -> None:
    doi = Paper("10.1000/x", "Seas", "Of seas.", links={"thumbnail": "https://b.example/x"}, doi="10.1000/x")
    seen = Sighting("journal", "feed", doi, date(2026, 11, 2))
    other = store.call(papers.add, seen, NOW, lambda day, key: f"tag:a,{day}:{key}")
    store.call(pictures.follow, {other.id: other.paper})
    gone = add(store, 1, "https://a.example/1")
    store.call(pictures.note, [Had(gone, "https://a.example/1", SMALL)], [], NOW)
    assert add(store, 1, "https://a.example/1", "third", doi="10.1000/x") == other.id
    assert len(wanted(store)) == 1
    assert store.call(pictures.shown) == {}
