"""Feeds of the papers with most votes: decided once, 24 hours after a period ended, and kept."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import pipeline
from bot.commands.explain import explain, text_of
from bot.config.load import Config, load
from bot.intake import Reading, Report, take
from bot.rules.parts import Part
from bot.sources.source import Batch, Failed
from bot.store.archive import best
from bot.store.database import Database
from bot.store.engine import Store
from feeds.paper import Digest, Paper
from tests.offices import StoppedClock, office
from tests.world import feed

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)


def at(day: date, hour: float = 12.0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)


def paper(number: int, votes: int | None, day: date = MONDAY, title: str = "") -> Paper:
    return Paper(f"2611.{number:05}", title or f"Paper {number}", "Of rivers.", votes=votes, announced=day)


class Given:
    """A source that gives what it was given."""

    kind = "huggingface"

    def __init__(self, name: str = "daily", *, past: bool = False) -> None:
        self.name, self.past = name, past
        self.papers: list[Paper] = []

    async def collect(self, _parts: Mapping[str, Part], _now: datetime) -> AsyncIterator[Batch | Failed]:
        yield self.batch()

    def batch(self) -> Batch:
        return Batch("all", Digest(tuple(self.papers)), past=self.past)

    async def aclose(self) -> None:
        pass


class Journal:
    """An archive, its source, and rounds at any moment."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.source = folder, Given()
        self.store = Store(database)
        self.configure(top("best", 2))

    def configure(self, *tables: str) -> None:
        source = '[[sources]]\nname = "daily"\nkind = "huggingface"\n'
        (self.folder / "config.toml").write_text("\n".join([*tables, source]))

    @property
    def config(self) -> Config:
        return load(self.folder / "config.toml")

    def round(self, now: datetime, *papers: Paper) -> list[str]:
        """A round that brings these papers; the files that it wrote."""
        self.source.papers += papers
        made = office(self.config, self.store, StoppedClock(now))
        return asyncio.run(pipeline.round(made, [self.source])).files

    def take(self, now: datetime, source: "Given", *papers: Paper) -> None:
        """Papers of another source, or of the past, beside rounds."""
        source.papers += papers
        report = Report()
        asyncio.run(take(self.store, self.config, Reading(source, now, alerting=False), source.batch(), now, report))
        assert report.skipped == {}

    def held(self, slug: str = "best") -> list[int]:
        """The papers of a feed, by their number, in its order."""
        items = json.loads((self.folder / "public" / "feeds" / f"{slug}.json").read_bytes())["items"]
        return [int(item["title"].rpartition(" ")[2]) for item in items]

    def explained(self, name: str, now: datetime) -> str:
        told = self.store.call(explain, self.config, name, now)
        assert told is not None
        return text_of(told, self.config.settings.timezone)


@pytest.fixture
def journal(tmp_path: Path, any_database: Database) -> Iterator[Journal]:
    made = Journal(tmp_path, any_database)
    yield made
    made.store.close()


def top(slug: str, number: int, period: str = "", query: str = "*") -> str:
    return feed(slug, query) + f"top = {number}\n" + (f'period = "{period}"\n' if period else "")


def test_a_day_is_decided_24_hours_after_it_ended_and_kept(journal: Journal) -> None:
    some = [paper(1, 5), paper(2, 9), paper(3, None), paper(4, 7)]
    journal.round(at(MONDAY), *some)
    journal.round(at(MONDAY + 2 * DAY, -0.001))
    assert journal.held() == []
    assert "feeds/best.json" in journal.round(at(MONDAY + 2 * DAY))
    assert journal.held() == [2, 4]
    journal.source.papers = [paper(1, 5000), paper(2, 0), paper(5, 6000)]
    assert [name for name in journal.round(at(MONDAY + 2 * DAY, 1)) if name.startswith("feeds/")] == []
    assert journal.held() == [2, 4]


def test_equals_are_in_the_order_of_feeds_and_what_is_unknown_is_none(journal: Journal) -> None:
    journal.configure(top("best", 3))
    journal.round(at(MONDAY, 1), paper(1, 0), paper(2, None), paper(3, 1))
    journal.round(at(MONDAY, 2), paper(4, None))  # first seen later, so before the others
    journal.round(at(MONDAY + 2 * DAY))
    assert journal.held() == [4, 1, 3]


def test_an_entry_is_the_same_bytes_as_in_every_feed(journal: Journal) -> None:
    journal.configure(top("best", 2), feed("all", "*"))
    journal.round(at(MONDAY), *(paper(number, number) for number in range(1, 5)))
    journal.round(at(MONDAY + 2 * DAY))
    public = journal.folder / "public" / "feeds"
    for form, begin, end in (("rss", b"<item>", b"</item>"), ("atom", b"<entry>", b"</entry>")):
        every, some = ((public / f"{slug}.{form}").read_bytes() for slug in ("all", "best"))
        entries = some.split(begin)[1:]
        assert len(entries) == 2
        assert all(one.partition(end)[0] in every for one in entries)


def test_weeks_and_months(journal: Journal) -> None:
    journal.configure(top("week", 1, "week"), top("month", 1, "month"))
    sunday, tuesday = MONDAY + 6 * DAY, MONDAY + 8 * DAY  # the 29th of November, the 1st of December
    journal.round(at(tuesday), paper(1, 5), paper(2, 9, sunday), paper(3, 50, sunday + DAY), paper(4, 90, tuesday))
    assert (journal.held("week"), journal.held("month")) == ([2], [])  # the week ended more than a day ago
    journal.round(at(tuesday + DAY))
    assert (journal.held("week"), journal.held("month")) == ([2], [3])
    journal.round(at(tuesday + 7 * DAY))
    assert (journal.held("week"), journal.held("month")) == ([4, 2], [3])


def test_periods_end_by_the_files_timezone(journal: Journal) -> None:
    journal.configure('timezone = "America/New_York"', top("best", 1))
    journal.round(at(MONDAY), paper(1, 1))
    journal.round(at(MONDAY + 2 * DAY, 4.99))
    assert journal.held() == []
    journal.round(at(MONDAY + 2 * DAY, 5))
    assert journal.held() == [1]


def test_a_new_feed_decides_all_that_ended_before_from_what_is_known(journal: Journal) -> None:
    journal.configure(feed("all", "*"))
    journal.round(at(MONDAY), *(paper(10 * back + n, n, MONDAY - back * DAY) for back in range(4) for n in range(3)))
    journal.configure(feed("all", "*"), top("best", 1))
    journal.round(at(MONDAY, 13))
    assert journal.held() == [22, 32]  # yesterday is not over for a day yet


def test_the_first_round_of_all_decides_what_it_read(journal: Journal) -> None:
    journal.round(at(MONDAY + 5 * DAY), paper(1, 1), paper(2, 2, MONDAY + DAY))
    assert journal.held() == [2, 1]


def test_after_a_long_stop_every_period_that_ended_is_decided_by_what_is_read_then(journal: Journal) -> None:
    journal.round(at(MONDAY), paper(1, 1), paper(2, 2), paper(3, 3))
    journal.source.papers[0] = paper(1, 100)
    journal.round(at(MONDAY + 9 * DAY), paper(4, 4, MONDAY + DAY), paper(5, 5, MONDAY + 8 * DAY))
    assert journal.held() == [4, 1, 3]


def test_what_comes_late_into_a_day_without_papers_is_decided_then(journal: Journal) -> None:
    journal.round(at(MONDAY + 5 * DAY), paper(1, 1))
    journal.round(at(MONDAY + 5 * DAY, 13), paper(2, 2, MONDAY + DAY), paper(3, 3))
    assert journal.held() == [2, 1]


def test_a_clock_set_back_undoes_nothing(journal: Journal) -> None:
    journal.round(at(MONDAY), paper(1, 1), paper(2, 2), paper(3, 3))
    journal.round(at(MONDAY + 2 * DAY))
    assert journal.held() == [2, 3]
    journal.source.papers[0] = paper(1, 100)
    journal.round(at(MONDAY, 13))
    journal.round(at(MONDAY + 2 * DAY))
    assert journal.held() == [2, 3]


@pytest.mark.parametrize(
    ("again", "held"),
    [
        (top("best", 1), [3]),
        (top("best", 2, "week"), []),
        (top("best", 2, query="title:1 OR title:2"), [1, 2]),
        (feed("best", "*"), [1, 2, 3]),
    ],
    ids=["top", "period", "query", "no top"],
)
def test_what_is_changed_begins_anew(journal: Journal, again: str, held: list[int]) -> None:
    journal.round(at(MONDAY), paper(1, 1), paper(2, 2), paper(3, 3))
    journal.round(at(MONDAY + 2 * DAY))
    assert journal.held() == [2, 3]
    journal.configure(again)
    journal.round(at(MONDAY + 2 * DAY, 1))
    assert sorted(journal.held()) == held
    journal.configure(top("best", 2))
    journal.source.papers[0] = paper(1, 100)
    journal.round(at(MONDAY + 2 * DAY, 2))
    assert journal.held() == [1, 3]


def test_a_paper_that_no_longer_matches_is_no_candidate_but_stays_where_it_was_chosen(journal: Journal) -> None:
    journal.configure(top("best", 1, query="rivers"), feed("rivers", "rivers"))
    journal.round(at(MONDAY), paper(1, 9), paper(2, 5))
    journal.source.papers[0] = Paper("2611.00001", "Paper 1", "Of seas.", votes=9, announced=MONDAY)
    journal.round(at(MONDAY, 13))
    journal.round(at(MONDAY + 2 * DAY))
    assert journal.held() == [2]
    journal.source.papers[1] = Paper("2611.00002", "Paper 2", "Of seas.", votes=5, announced=MONDAY)
    journal.round(at(MONDAY + 2 * DAY, 1))
    assert (journal.held(), journal.held("rivers")) == ([2], [])


def test_a_backfill_under_way_is_not_decided_by_the_half(journal: Journal) -> None:
    journal.configure(top("best", 1, "month"))
    october = date(2026, 10, 5)
    journal.round(at(MONDAY), paper(9, 9))
    journal.store.call(best.backfill_goes_on, at(MONDAY))
    journal.take(at(MONDAY), Given(past=True), paper(1, 1, october))
    journal.round(at(MONDAY, 12.01))
    assert journal.held() == []
    journal.take(at(MONDAY, 12.02), Given(past=True), paper(2, 2, october + DAY))
    journal.store.call(best.backfill_goes_on, None)
    journal.round(at(MONDAY, 12.03))
    assert journal.held() == [2]


def test_a_backfill_that_was_killed_is_waited_for_a_while_only(journal: Journal) -> None:
    journal.round(at(MONDAY + 5 * DAY))
    journal.store.call(best.backfill_goes_on, at(MONDAY + 5 * DAY))
    journal.take(at(MONDAY + 5 * DAY), Given(past=True), paper(1, 1))
    journal.round(at(MONDAY + 5 * DAY, 12.1))
    assert journal.held() == []
    journal.round(at(MONDAY + 5 * DAY, 12.2))
    assert journal.held() == [1]


def test_two_papers_that_turn_out_to_be_one_are_one_candidate(journal: Journal) -> None:
    doi = "10.1000/a"
    journal.round(at(MONDAY), paper(1, 4), paper(2, 1))
    journal.take(at(MONDAY), Given("other"), Paper(doi, "Seas 3", "Of seas.", doi=doi, announced=MONDAY))
    both = Paper("2611.00001", "Paper 1", "Of rivers.", doi=doi, announced=MONDAY)
    journal.take(at(MONDAY, 13), Given("third"), both)
    assert journal.store.call(lambda here: here.exec_driver_sql("select count(*) from paper").scalar()) == 2
    journal.round(at(MONDAY + 2 * DAY))
    assert journal.held() == [1, 2]


def test_a_paper_whose_day_moves_is_chosen_once(journal: Journal) -> None:
    journal.round(at(MONDAY), paper(1, 4))
    journal.round(at(MONDAY + 2 * DAY))
    journal.take(at(MONDAY + 2 * DAY), Given("other"), paper(1, 4, MONDAY - DAY))
    journal.round(at(MONDAY + 2 * DAY, 13), paper(2, 1, MONDAY - DAY))
    assert journal.held() == [2, 1]


def test_its_page_opml_and_paper_say_what_it_is(journal: Journal) -> None:
    journal.configure(top("best", 2, query="rivers"))
    journal.round(at(MONDAY), paper(1, 1), paper(2, 2), paper(3, 3))
    assert "not in best: its day is not decided yet" in journal.explained("2611.00001", at(MONDAY))
    journal.round(at(MONDAY + 2 * DAY))
    public = journal.folder / "public"
    words = "The 2 papers with the most votes of each day"
    for name in ("feeds.opml", "feeds/best.rss", "feeds/best.atom", "feeds/best.json"):
        assert f"{words} (Papers that match: rivers)" in (public / name).read_text()
    assert words in (public / "feeds" / "best.html").read_text()
    assert "Paper 3" in (public / "feeds" / "best.html").read_text()
    assert 'href="../feeds/best.html"' in (public / "papers" / "2611.00003.html").read_text()
    told = journal.explained("2611.00001", at(MONDAY + 2 * DAY))
    assert "not in best: it is none of the 2 papers with the most votes of each day" in told
    assert "  best: rivers" in journal.explained("2611.00002", at(MONDAY + 2 * DAY))


def test_a_feed_that_is_gone_leaves_nothing(journal: Journal) -> None:
    journal.round(at(MONDAY), paper(1, 1))
    journal.round(at(MONDAY + 2 * DAY), paper(2, 2, MONDAY + DAY))
    journal.configure(feed("all", "*"))
    journal.round(at(MONDAY + 2 * DAY, 13))
    for table in ("candidate", "decision"):
        assert journal.store.call(lambda here, t=table: here.exec_driver_sql(f"select * from {t}").all()) == []
