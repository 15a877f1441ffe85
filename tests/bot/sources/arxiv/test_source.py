"""arXiv's announcements, against a loopback arXiv: each day whole and once, whatever was missed."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.fetch import Fetcher
from bot.rules.parts import Part
from bot.sources.arxiv.days import AT_ONCE, FROM_API, submitted_between
from bot.sources.arxiv.source import FEED, ArxivSource
from bot.sources.pace import Pace
from bot.sources.source import Batch, Failed
from tests.fakes.arxiv import FakeArxiv, Listed, batch

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 1, day) for day in (12, 13, 14, 15, 16))
SATURDAY, NEXT_MONDAY = date(2026, 1, 17), date(2026, 1, 19)
Outcomes = list[Batch | Failed]


@pytest.fixture
def arxiv() -> Iterator[FakeArxiv]:
    with FakeArxiv(MONDAY) as running:
        running.papers = [one for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY) for one in batch(day, 3)]
        yield running


@pytest.fixture
async def source(arxiv: FakeArxiv) -> AsyncIterator[ArxivSource]:
    opened = opened_for(arxiv)
    yield opened
    await opened.aclose()


def opened_for(arxiv: FakeArxiv, seconds: float = 0.0, patience: float = 2.0) -> ArxivSource:
    fetcher = Fetcher(configured=[arxiv.url], timeout=patience)
    return ArxivSource("arxiv", arxiv.url + "/", arxiv.api_url, ["cs.CL", "cs.LG"], fetcher, Pace(seconds))


def end_of(day: date) -> datetime:
    """When the papers of a weekday's feed were to be submitted."""
    return submitted_between(day)[1]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


class Reader:
    """Rounds of one source, with what the store would remember between them."""

    def __init__(self, source: ArxivSource, arxiv: FakeArxiv) -> None:
        self._source = source
        self._arxiv = arxiv
        self.parts: dict[str, Part] = {}
        self.given: set[str] = set()

    async def round(self, now: date | datetime, listed: date | None = None) -> Outcomes:
        """A round at noon of a day, when the feed shows the batch of `listed`, else that day's."""
        moment = now if isinstance(now, datetime) else noon(now)
        self._arxiv.today = listed or moment.date()
        outcomes = [outcome async for outcome in self._source.collect(self.parts, moment)]
        return [self._stored(one, moment) if isinstance(one, Batch) else one for one in outcomes]

    def _stored(self, batch: Batch, now: datetime) -> Batch:
        """What the store would take of a batch."""
        self.parts[batch.part] = Part(batch.part, batch.stamp, now)
        papers = [one for one in batch.digest.papers if not (batch.fills_gap and one.id in self.given)]
        self.given |= {one.id for one in papers if not one.replaced}
        return replace(batch, digest=replace(batch.digest, papers=tuple(papers)))


@pytest.fixture
def reader(source: ArxivSource, arxiv: FakeArxiv) -> Reader:
    return Reader(source, arxiv)


def found(outcomes: Outcomes) -> dict[str, list[str]]:
    """Ids of the papers by the day they are announced, in order of the batches."""
    held: dict[str, list[str]] = {}
    for one in outcomes:
        assert isinstance(one, Batch), one
        for paper in one.digest.papers:
            held.setdefault(str(paper.announced), []).append(paper.id)
    return held


def ids(arxiv: FakeArxiv, *days: date) -> dict[str, list[str]]:
    return {str(day): [paper.id for paper in arxiv.papers if paper.day == day] for day in days}


async def test_the_feeds_batch_is_announced_on_its_own_day(reader: Reader, arxiv: FakeArxiv) -> None:
    assert found(await reader.round(MONDAY)) == ids(arxiv, MONDAY)
    assert arxiv.asked == ["rss"]
    assert arxiv.requests[0].params["query"] == "cs.CL+cs.LG"


async def test_a_cross_listing_is_a_paper_of_the_day_and_a_replacement_is_none(
    reader: Reader, arxiv: FakeArxiv
) -> None:
    kinds = ("new", "cross", "replace", "replace-cross")
    when = noon(MONDAY)
    arxiv.papers = [Listed(f"2601.0000{n}", MONDAY, when, announced_as=kind) for n, kind in enumerate(kinds)]
    first, *_ = [one for one in await reader.round(MONDAY) if isinstance(one, Batch) and one.digest.papers]
    assert [paper.replaced for paper in first.digest.papers] == [False, False, True, True]


async def test_a_batch_that_did_not_change_is_not_sent_again(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    assert found(await reader.round(noon(MONDAY) + timedelta(hours=1))) == {}
    assert "If-None-Match" in arxiv.requests[1].params["headers"]


async def test_while_an_answer_is_fresh_none_is_asked_for(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.headers = {"Cache-Control": "max-age=7200"}
    await reader.round(MONDAY)
    await reader.round(noon(MONDAY) + timedelta(minutes=119))
    assert arxiv.asked == ["rss"]
    await reader.round(noon(MONDAY) + timedelta(minutes=121))
    assert arxiv.asked == ["rss", "rss"]


async def test_a_feed_that_is_built_late_is_asked_for_again_whatever_its_max_age(
    reader: Reader, arxiv: FakeArxiv
) -> None:
    arxiv.headers = {"Cache-Control": "max-age=80000"}
    await reader.round(MONDAY)
    early = datetime(2026, 1, 13, 5, 10, tzinfo=UTC)  # ten past midnight there
    arxiv.headers = {"Cache-Control": "max-age=86000"}
    reader.parts[FEED] = Part(FEED, "", early)
    await reader.round(early, listed=MONDAY)
    assert found(await reader.round(early + timedelta(minutes=61))) == ids(arxiv, TUESDAY)


async def test_days_that_were_missed_come_oldest_first_before_the_current_one(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    outcomes = await reader.round(FRIDAY)
    assert list(found(outcomes).items()) == list(ids(arxiv, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY).items())
    assert not any(isinstance(one, Batch) and one.past for one in outcomes)


async def test_missed_days_are_not_asked_for_again_at_once_but_until_three_days_later(
    reader: Reader, arxiv: FakeArxiv
) -> None:
    await reader.round(TUESDAY)
    await reader.round(THURSDAY)
    arxiv.requests.clear()
    await reader.round(noon(THURSDAY) + timedelta(hours=5))
    assert "api" not in arxiv.asked
    arxiv.papers += batch(WEDNESDAY, 1, first=50)  # the API trails the listing by hours
    late = await reader.round(noon(THURSDAY) + timedelta(hours=7))
    assert arxiv.papers[-1].id in found(late)[str(WEDNESDAY)]
    await reader.round(SATURDAY)
    arxiv.requests.clear()
    await reader.round(noon(SATURDAY) + timedelta(days=1))
    await reader.round(noon(SATURDAY) + timedelta(days=8), listed=SATURDAY)
    asked = [request.params["search_query"] for request in arxiv.requests if request.method == "api"]
    assert not any("20260113" in search for search in asked)


async def test_after_a_weekend_fridays_batch_is_caught_up(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.papers += batch(NEXT_MONDAY, 2)
    await reader.round(THURSDAY)
    assert found(await reader.round(NEXT_MONDAY)) == ids(arxiv, FRIDAY, NEXT_MONDAY)


async def test_a_weekend_is_empty_and_nothing_is_missed(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(FRIDAY)
    arxiv.requests.clear()
    assert found(await reader.round(SATURDAY)) == {}
    assert found(await reader.round(SATURDAY + timedelta(days=1))) == {}
    assert set(arxiv.asked) == {"rss"}


async def test_a_first_round_at_the_weekend_misses_nothing_later(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.papers += [*batch(NEXT_MONDAY, 2), *batch(date(2026, 1, 20), 2)]
    assert found(await reader.round(SATURDAY)) == {}
    assert found(await reader.round(date(2026, 1, 20))) == ids(arxiv, NEXT_MONDAY, date(2026, 1, 20))


async def test_an_empty_feed_on_a_weekday_does_not_end_the_day(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    held, arxiv.papers = arxiv.papers, []
    await reader.round(TUESDAY)
    arxiv.papers = held
    assert found(await reader.round(WEDNESDAY)) == ids(arxiv, TUESDAY, WEDNESDAY)


async def test_an_empty_feed_is_not_taken_for_fresh(reader: Reader, arxiv: FakeArxiv) -> None:
    held, arxiv.papers, arxiv.headers = arxiv.papers, [], {"Cache-Control": "max-age=80000"}
    await reader.round(MONDAY)
    arxiv.papers = held
    assert found(await reader.round(noon(MONDAY) + timedelta(minutes=10))) == ids(arxiv, MONDAY)


async def test_a_feed_that_is_emptied_later_in_the_day_opens_it_no_more(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    held, arxiv.papers = arxiv.papers, []
    await reader.round(noon(MONDAY) + timedelta(hours=2))
    arxiv.papers = held
    assert found(await reader.round(TUESDAY)) == ids(arxiv, TUESDAY)
    assert "api" not in arxiv.asked


async def test_what_the_current_feed_forgot_comes_with_the_missed_days(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.papers += batch(WEDNESDAY, 1, first=70, announced_as="forgotten")
    await reader.round(MONDAY)
    assert sorted(found(await reader.round(WEDNESDAY))[str(WEDNESDAY)]) == ids(arxiv, WEDNESDAY)[str(WEDNESDAY)]


async def test_a_feed_that_was_cut_off_fails_and_its_day_is_read_whole_later(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    arxiv.fail_next(1, "cut", "rss")
    outcomes = await reader.round(TUESDAY)
    assert [one.part for one in outcomes if isinstance(one, Failed)] == [str(TUESDAY)]
    assert len([paper for one in outcomes if isinstance(one, Batch) for paper in one.digest.papers]) in {1, 2}
    assert found(await reader.round(noon(TUESDAY) + timedelta(hours=1))) == ids(arxiv, TUESDAY)


@pytest.mark.parametrize("fault", ["500", "html", "error feed", "garbage", "text"])
async def test_a_feed_that_fails_says_so_and_the_days_before_come_from_the_api(
    reader: Reader, arxiv: FakeArxiv, fault: str
) -> None:
    await reader.round(MONDAY)
    arxiv.fail_next(1, fault, "rss")
    *caught_up, failed = await reader.round(WEDNESDAY)
    assert isinstance(failed, Failed)
    assert failed.part == FEED
    assert str(TUESDAY) in found(caught_up)
    later = found(await reader.round(noon(WEDNESDAY) + timedelta(hours=1)))
    assert later == ids(arxiv, WEDNESDAY)


async def test_a_feed_that_was_never_readable_loses_no_day_since_the_first_round(
    reader: Reader, arxiv: FakeArxiv
) -> None:
    outcomes: Outcomes = []
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        if day != WEDNESDAY:
            arxiv.fail_next(1, "reset", "rss")
        outcomes += await reader.round(day)
    batches = [one for one in outcomes if isinstance(one, Batch)]
    assert len(outcomes) - len(batches) == 2
    assert found([*batches]) == ids(arxiv, MONDAY, TUESDAY, WEDNESDAY)


async def test_when_arxiv_asks_for_quiet_nothing_more_is_asked(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    arxiv.requests.clear()
    arxiv.fail_next(1, "429", "rss")
    (failed,) = await reader.round(FRIDAY)
    assert isinstance(failed, Failed)
    assert (failed.part, failed.retry_after) == ("", 60)
    assert arxiv.asked == ["rss"]


async def test_when_the_api_asks_for_quiet_the_feed_still_counts(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    arxiv.fail_next(1, "429", "api")
    failed, *rest = await reader.round(FRIDAY)
    assert isinstance(failed, Failed)
    assert failed.retry_after == 60
    assert found(rest) == ids(arxiv, FRIDAY)
    assert found(await reader.round(noon(FRIDAY) + timedelta(hours=1))) == ids(arxiv, TUESDAY, WEDNESDAY, THURSDAY)


@pytest.mark.parametrize("fault", ["hollow", "html", "garbage"])
async def test_an_api_answer_without_the_promised_entries_is_asked_for_again(
    reader: Reader, arxiv: FakeArxiv, fault: str
) -> None:
    await reader.round(MONDAY)
    arxiv.fail_next(2, fault, "api")
    assert found(await reader.round(WEDNESDAY)) == ids(arxiv, TUESDAY, WEDNESDAY)


async def test_a_day_that_stays_hollow_fails_and_comes_next_time(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    arxiv.fail_next(3, "hollow", "api")
    failed, *_ = await reader.round(WEDNESDAY)
    assert isinstance(failed, Failed)
    assert failed.part == str(TUESDAY)
    assert str(TUESDAY) in found(await reader.round(noon(WEDNESDAY) + timedelta(hours=1)))


@pytest.mark.parametrize(("fault", "most"), [("text", 3), ("html", 3), ("429", 1)])
async def test_24_an_api_that_answers_no_feed_is_not_asked_for_every_day(
    reader: Reader, arxiv: FakeArxiv, fault: str, most: int
) -> None:
    await reader.round(MONDAY)
    arxiv.requests.clear()
    arxiv.fail_next(most, fault, "api")
    outcomes = await reader.round(NEXT_MONDAY)
    assert [one.part for one in outcomes if isinstance(one, Failed)] == [""]
    assert arxiv.asked.count("api") == most
    assert set(found(await reader.round(noon(NEXT_MONDAY) + timedelta(hours=1)))) >= {str(TUESDAY), str(FRIDAY)}


@pytest.mark.parametrize("most", [1, 7, 2000])
async def test_a_long_day_comes_whole_whatever_a_page_holds(reader: Reader, arxiv: FakeArxiv, most: int) -> None:
    arxiv.papers = [*batch(MONDAY, 1), *batch(TUESDAY, 30), *batch(WEDNESDAY, 1)]
    arxiv.most = most
    await reader.round(MONDAY)
    assert found(await reader.round(WEDNESDAY)) == ids(arxiv, TUESDAY, WEDNESDAY)


@pytest.mark.parametrize("dated", [date(1970, 1, 1), date(2007, 1, 15)])
async def test_a_feed_of_a_date_that_cannot_be_is_of_today_and_no_day_before_is_missed(
    reader: Reader, arxiv: FakeArxiv, dated: date
) -> None:
    arxiv.papers = [*batch(MONDAY, 1), *(replace(one, day=dated) for one in batch(TUESDAY, 3)), *batch(WEDNESDAY, 1)]
    await reader.round(MONDAY)
    (given,) = found(await reader.round(TUESDAY, listed=dated)).items()
    assert given[0] in {str(TUESDAY), "None"}  # the day that it was seen
    assert given[1] == [paper.id for paper in arxiv.papers if paper.day == dated]
    arxiv.requests.clear()
    assert found(await reader.round(WEDNESDAY)) == ids(arxiv, WEDNESDAY)
    assert arxiv.asked == ["rss"]


async def test_a_clock_that_is_ahead_makes_no_feed_absurd(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    given = found(await reader.round(noon(TUESDAY) + timedelta(days=40), listed=TUESDAY))
    assert given.items() >= ids(arxiv, TUESDAY).items()


async def test_a_feed_that_never_answers_keeps_no_missed_day_waiting(arxiv: FakeArxiv) -> None:
    source = opened_for(arxiv, patience=0.5)
    reader = Reader(source, arxiv)
    await reader.round(MONDAY)
    arxiv.fail_next(1, "hang", "rss")
    *caught_up, failed = await reader.round(THURSDAY)
    await source.aclose()
    assert isinstance(failed, Failed)
    assert failed.reason.startswith("feed: no whole answer")
    assert found(caught_up) == ids(arxiv, TUESDAY, WEDNESDAY, THURSDAY)


async def test_a_day_whose_answer_never_comes_costs_itself_alone(arxiv: FakeArxiv) -> None:
    source = opened_for(arxiv, patience=0.5)
    reader = Reader(source, arxiv)
    await reader.round(MONDAY)
    arxiv.hangs = {f"{end_of(WEDNESDAY):%Y%m%d%H%M}"}
    outcomes = await reader.round(FRIDAY)
    await source.aclose()
    assert [one.part for one in outcomes if isinstance(one, Failed)] == [str(WEDNESDAY)]
    assert found([one for one in outcomes if isinstance(one, Batch)]) == ids(arxiv, TUESDAY, THURSDAY, FRIDAY)


async def test_a_long_day_comes_whole_from_an_api_that_wants_quiet_after_some_pages(
    reader: Reader, arxiv: FakeArxiv
) -> None:
    arxiv.papers = [*batch(MONDAY, 1), *batch(TUESDAY, 30), *batch(WEDNESDAY, 3)]
    arxiv.most = 5
    await reader.round(MONDAY)
    for minutes in range(0, 600, 60):
        arxiv.fail_next(3, "", "api")
        arxiv.fail_next(1, "429", "api")
        outcomes = await reader.round(noon(WEDNESDAY) + timedelta(minutes=minutes))
        if not any(isinstance(one, Failed) for one in outcomes):
            break
        arxiv.forget_faults()
    assert reader.given == {paper.id for paper in arxiv.papers}
    assert reader.parts[str(TUESDAY)].stamp == FROM_API


async def test_what_came_late_into_a_day_that_was_read_in_pieces_comes_too(reader: Reader, arxiv: FakeArxiv) -> None:
    """The API trails, and it wants quiet until the day counts as settled."""
    days = (batch(day, 1) for day in (MONDAY, WEDNESDAY, THURSDAY, FRIDAY))
    arxiv.papers = [*batch(TUESDAY, 30), *(one for day in days for one in day)]
    arxiv.most = 12
    await reader.round(MONDAY)
    arxiv.fail_next(2, "", "api")
    arxiv.fail_next(1, "429", "api")
    await reader.round(WEDNESDAY)
    arxiv.papers += batch(TUESDAY, 1, first=40)
    arxiv.forget_faults()
    arxiv.fail_next(1, "429", "api")
    await reader.round(THURSDAY)
    for hours in range(0, 21, 7):
        await reader.round(noon(FRIDAY) + timedelta(hours=hours), listed=FRIDAY)
    assert reader.given == {paper.id for paper in arxiv.papers}
    assert reader.parts[str(TUESDAY)].stamp == FROM_API


async def test_an_entry_that_always_breaks_off_is_skipped_and_the_later_ones_come(
    reader: Reader, arxiv: FakeArxiv
) -> None:
    arxiv.papers = [*batch(MONDAY, 1), *batch(TUESDAY, 30), *batch(WEDNESDAY, 1)]
    arxiv.breaks_at = arxiv.papers[-12].id
    await reader.round(MONDAY)
    outcomes = await reader.round(WEDNESDAY)
    assert reader.given == {paper.id for paper in arxiv.papers if paper.id != arxiv.breaks_at}
    assert [skip.reason for one in outcomes if isinstance(one, Batch) for skip in one.digest.skipped] == ["cut off"]


async def test_a_page_that_comes_again_is_told_and_its_day_comes_whole_later(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.papers = [*batch(MONDAY, 1), *batch(TUESDAY, 30), *batch(WEDNESDAY, 1)]
    arxiv.most, arxiv.first_page_only = 20, True
    await reader.round(MONDAY)
    told = [one for one in await reader.round(WEDNESDAY) if isinstance(one, Failed)]
    assert [(one.part, one.reason) for one in told] == [
        (str(TUESDAY), "the arXiv API gave 20 of 32 results, and then the same again")
    ]
    arxiv.first_page_only = False
    await reader.round(noon(WEDNESDAY) + timedelta(hours=1))
    assert reader.given == {paper.id for paper in arxiv.papers}


async def test_answers_that_break_off_are_gone_on_with_where_they_did(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.papers = [*batch(MONDAY, 1), *batch(TUESDAY, 30), *batch(WEDNESDAY, 1)]
    arxiv.longest = 3_000
    await reader.round(MONDAY)
    outcomes = await reader.round(WEDNESDAY)
    assert found(outcomes) == ids(arxiv, TUESDAY, WEDNESDAY)
    assert not any(one.digest.skipped for one in outcomes if isinstance(one, Batch))
    assert arxiv.asked.count("api") > 2


async def test_an_entry_with_an_odd_date_ends_no_day(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.papers = [*batch(MONDAY, 1), *batch(TUESDAY, 30), *batch(WEDNESDAY, 1)]
    arxiv.most = 7
    odd = arxiv.papers[-4]
    arxiv.shown_dates[odd.id] = datetime(2019, 1, 2, tzinfo=UTC)
    await reader.round(MONDAY)
    await reader.round(WEDNESDAY)
    assert reader.given == {paper.id for paper in arxiv.papers if paper is not odd}


async def test_an_api_that_ignores_the_span_changes_nothing(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.ignores_span = True
    arxiv.papers += batch(date(2026, 1, 5), 30)
    await reader.round(MONDAY)
    assert found(await reader.round(THURSDAY)) == ids(arxiv, TUESDAY, WEDNESDAY, THURSDAY)


async def test_a_paper_that_was_held_back_comes_with_the_missed_day(reader: Reader, arxiv: FakeArxiv) -> None:
    await reader.round(MONDAY)
    await reader.round(TUESDAY)
    held = Listed("2601.09999", WEDNESDAY, noon(MONDAY) - timedelta(hours=2))
    arxiv.papers.append(held)
    assert held.id in found(await reader.round(THURSDAY))[str(WEDNESDAY)]


async def test_nothing_older_than_the_first_day_comes_by_catching_up(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.papers += [*batch(date(2026, 1, 9), 3), *batch(date(2026, 1, 8), 3)]
    await reader.round(MONDAY)
    assert min(found(await reader.round(WEDNESDAY))) == str(TUESDAY)


async def test_a_holidays_papers_are_those_of_the_next_day_alone(reader: Reader, arxiv: FakeArxiv) -> None:
    arxiv.papers = [*batch(MONDAY, 2), *batch(WEDNESDAY, 2), *batch(WEDNESDAY, 2, first=7, submitted=noon(MONDAY))]
    await reader.round(MONDAY)
    assert found(await reader.round(WEDNESDAY)) == ids(arxiv, WEDNESDAY)
    assert found(await reader.round(noon(WEDNESDAY) + timedelta(hours=8))) == {}


async def test_a_paper_of_a_missed_day_that_was_replaced_since_is_still_new(reader: Reader, arxiv: FakeArxiv) -> None:
    (first, *_) = [paper for paper in arxiv.papers if paper.day == TUESDAY]
    arxiv.papers.append(replace(first, day=WEDNESDAY, announced_as="replace", version=2))
    await reader.round(MONDAY)
    assert found(await reader.round(WEDNESDAY))[str(TUESDAY)] == ids(arxiv, TUESDAY)[str(TUESDAY)]


async def test_a_whole_month_is_caught_up_in_rounds(reader: Reader, arxiv: FakeArxiv) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(40)]
    arxiv.papers = [one for day in days if day.weekday() < 5 for one in batch(day, 1)]
    await reader.round(MONDAY)
    last = days[-3]
    seen: set[str] = set()
    for n in range(2):
        arxiv.requests.clear()
        outcomes = await reader.round(noon(last) + timedelta(hours=n))
        assert arxiv.asked.count("api") <= AT_ONCE
        seen |= {paper for papers in found(outcomes).values() for paper in papers}
    assert seen == {paper.id for paper in arxiv.papers if MONDAY < paper.day <= last}


async def test_requests_keep_their_distance_over_feed_and_api(arxiv: FakeArxiv) -> None:
    source = opened_for(arxiv, seconds=0.2)
    reader = Reader(source, arxiv)
    await reader.round(MONDAY)
    await reader.round(WEDNESDAY)
    await source.aclose()
    times = [request.time for request in arxiv.requests]
    assert len(times) == 3
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(times))
