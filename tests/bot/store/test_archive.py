"""The archive: identity over sources, and a schema that migrations and queries agree on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.channels.registry import is_name, parse_destination
from bot.store.archive import papers
from bot.store.archive.papers import Sighting, Stored
from bot.store.database import Database
from bot.store.engine import Store, StoreError
from bot.store.outbox import lanes, names
from bot.store.schema_outliving import metadata
from feeds.paper import Paper
from feeds.render import entry_id

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TITLE, ABSTRACT = "Streaming Minds: A Study of Rivers", "We study how minds flow, at length and with care."


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


def add(
    store: Store, paper: Paper, source: str = "daily", day: date | None = None, hours: int = 0, **more: bool
) -> Stored:
    seen = Sighting(source, "huggingface", paper, day, **more)
    later = NOW + timedelta(hours=hours)
    return store.call(papers.add, seen, later, lambda day, key: entry_id("https://a.example/", day.year, key))


def by_title(**more: object) -> Paper:
    return Paper("streaming-minds-a-study-of-rivers-1", TITLE, ABSTRACT, **more)  # type: ignore[arg-type]


def by_arxiv(number: str = "2601.00042", **more: object) -> Paper:
    return Paper(number, TITLE, ABSTRACT, **more)  # type: ignore[arg-type]


def test_migrations_make_the_tables_that_queries_use(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert [one for one in store.call(differences) if "alembic_version" not in str(one)] == []


def test_a_paper_seen_by_title_keeps_its_key_when_its_arxiv_id_is_known(store: Store) -> None:
    first = add(store, by_title(), "inbox")
    second = add(store, by_arxiv(votes=3), "daily")
    assert (second.id, second.new, second.changed) == (first.id, False, True)
    assert second.paper.key == first.paper.key
    assert second.paper.entry_id == first.paper.entry_id
    assert (second.paper.id, second.paper.votes) == ("2601.00042", 3)
    assert set(second.paper.sources) == {"inbox", "huggingface", "daily"}


def test_two_arxiv_papers_of_one_title_stay_two(store: Store) -> None:
    assert add(store, by_arxiv("2601.00042")).id != add(store, by_arxiv("2601.00043")).id


def test_a_title_alone_joins_nothing_when_the_abstracts_differ(store: Store) -> None:
    other = Paper("x", TITLE, "Rivers only look like minds; here is the proof that they are none.")
    assert add(store, by_arxiv()).id != add(store, other, "inbox").id


def test_two_stored_papers_are_joined_when_a_third_shows_they_are_one(store: Store) -> None:
    doi = Paper("10.1000/x", "Minds, Streaming", "Another text.", doi="10.1000/x")
    first, second = add(store, doi, "journal"), add(store, by_arxiv(), "daily", hours=1)
    assert first.id != second.id
    third = add(store, by_arxiv(doi="10.1000/x"), "arxiv", hours=2)
    assert third.id == first.id
    assert third.paper.entry_id == first.paper.entry_id
    assert store.call(papers.find, second.paper.key) == first.id
    assert store.call(papers.find, "https://doi.org/10.1000/X") == first.id


def test_the_same_answer_again_changes_nothing(store: Store) -> None:
    add(store, by_arxiv(votes=3), day=date(2026, 1, 5))
    again = add(store, by_arxiv(votes=3), day=date(2026, 1, 5), hours=1)
    assert not again.changed


def test_votes_change_a_paper_but_not_its_entry(store: Store) -> None:
    before = add(store, by_arxiv(votes=3)).paper
    after = add(store, by_arxiv(votes=30), hours=1)
    assert after.changed
    assert (after.paper.votes, after.paper.updated) == (30, before.updated)
    edited = add(store, Paper("2601.00042", TITLE + "!", ABSTRACT), hours=2).paper
    assert edited.updated == NOW + timedelta(hours=2)


def test_an_emptier_answer_takes_nothing_away(store: Store) -> None:
    add(store, by_arxiv(votes=3, authors=("Ada",), links={"code": "https://example.org/"}))
    kept = add(store, Paper("2601.00042", TITLE, ""), hours=1).paper
    assert (kept.abstract, kept.votes, kept.authors, kept.links) == (
        ABSTRACT,
        3,
        ("Ada",),
        {"code": "https://example.org/"},
    )


def test_the_earliest_day_given_stands_and_no_day_changes_nothing(store: Store) -> None:
    assert add(store, by_arxiv(), "inbox").paper.announced == NOW.date()
    assert add(store, by_arxiv(), "daily", date(2025, 12, 30)).paper.announced == date(2025, 12, 30)
    assert add(store, by_arxiv(), "daily", date(2026, 1, 2)).paper.announced == date(2025, 12, 30)
    assert add(store, by_arxiv(), "inbox").paper.announced == date(2025, 12, 30)


def test_reading_in_any_order_makes_the_same_paper(store: Store, tmp_path: Path) -> None:
    one, two = by_arxiv(votes=3, authors=("Ada",)), by_arxiv(authors=("Ada", "Alan"), categories=("cs.CL",))
    other = Store(tmp_path / "other.db")
    add(store, one, "daily")
    left = add(store, two, "arxiv").paper
    add(other, two, "arxiv")
    right = add(other, one, "daily").paper
    other.close()
    assert (left.title, left.abstract, set(left.authors), left.votes) == (
        right.title,
        right.abstract,
        set(right.authors),
        3,
    )


def test_a_paper_is_found_by_id_address_key_and_title(store: Store) -> None:
    added = add(store, by_arxiv())
    for name in ("2601.00042", "arXiv:2601.00042v3", "https://huggingface.co/papers/2601.00042", TITLE.upper()):
        assert store.call(papers.find, name) == added.id
    assert store.call(papers.find, "2601.99999") is None


def test_a_name_and_an_id_become_one_lane(store: Store) -> None:
    named, numbered = parse_destination("telegram:@papers"), parse_destination("telegram:-100123")
    assert store.call(names.questions, [named], is_name, NOW) == []
    found = store.call(lanes.of, [named, numbered])
    assert found[named] != found[numbered]
    assert [one.name for one in store.call(names.questions, [named, numbered], is_name, NOW)] == ["@papers"]
    store.call(names.learnt, "telegram", "@papers", "-100123", NOW)
    assert store.call(lanes.find, named) == store.call(lanes.find, numbered)
    assert store.call(names.questions, [named, numbered], is_name, NOW) == []


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"this is no database, but it is somebody's" * 100)
    with pytest.raises(StoreError, match="restore a copy"):
        Store(path)
    assert path.read_bytes().startswith(b"this is no database")
