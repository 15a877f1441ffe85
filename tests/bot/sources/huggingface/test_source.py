"""Daily Papers by its API, against a loopback server of its shape."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.fetch import Fetcher
from bot.rules.parts import Part
from bot.sources.huggingface.source import MAX_PAGES, HuggingFaceSource
from bot.sources.source import Batch, Failed
from tests.fakes.source import FakeSource, item, items

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)
FRIDAY = date(2026, 1, 9)
RECORDED = Path(__file__).resolve().parents[4] / ".." / "shared" / "data" / "hf_api" / "days"
Outcomes = list[Batch | Failed]


@pytest.fixture
def server() -> Iterator[FakeSource]:
    with FakeSource(today=FRIDAY) as running:
        yield running


@pytest.fixture
async def source(server: FakeSource, patience: float) -> AsyncIterator[HuggingFaceSource]:
    fetcher = Fetcher(configured=[server.url], timeout=patience)
    opened = HuggingFaceSource("daily-papers", server.url + "/", timedelta(days=2), fetcher)
    yield opened
    await opened.aclose()


async def collect(source: HuggingFaceSource, parts: dict[str, Part] | None = None, now: datetime = NOW) -> Outcomes:
    return [outcome async for outcome in source.collect(parts or {}, now)]


def ids(outcome: Batch | Failed) -> list[str]:
    assert isinstance(outcome, Batch)
    return [paper.id for paper in outcome.digest.papers]


async def test_every_day_is_one_batch_oldest_first_with_the_lists_order(
    server: FakeSource, source: HuggingFaceSource
) -> None:
    older, newer = items(2, date(2026, 1, 8)), list(reversed(items(3, FRIDAY, first=10)))
    server.days = {"2026-01-08": older, "2026-01-09": newer}
    outcomes = await collect(source)
    assert [outcome.part for outcome in outcomes] == ["2026-01-07", "2026-01-08", "2026-01-09"]
    assert [ids(outcome) for outcome in outcomes] == [
        [],
        ["2601.00001", "2601.00002"],
        ["2601.00012", "2601.00011", "2601.00010"],
    ]


async def test_a_day_later_than_today_is_never_asked_for(server: FakeSource, source: HuggingFaceSource) -> None:
    await collect(source, now=datetime(2026, 1, 9, 23, 59, 59, tzinfo=UTC))
    assert max(day for day, _ in server.asked) == "2026-01-09"


async def test_a_long_day_is_read_whole(server: FakeSource, source: HuggingFaceSource) -> None:
    server.days = {"2026-01-09": items(182, FRIDAY)}
    *_, last = await collect(source)
    assert ids(last) == [entry["paper"]["id"] for entry in server.days["2026-01-09"]]


@pytest.mark.parametrize("at_most", [100, 50, 30, 7])
async def test_a_day_of_82_papers_is_whole_from_a_server_that_gives_fewer_on_a_page(
    server: FakeSource, source: HuggingFaceSource, at_most: int
) -> None:
    server.days, server.at_most = {"2026-01-09": items(82, FRIDAY)}, at_most
    *_, last = await collect(source)
    assert len(set(ids(last))) == len(ids(last)) == 82


async def test_a_server_that_ignores_the_page_is_asked_twice_and_gives_each_paper_once(
    server: FakeSource, source: HuggingFaceSource
) -> None:
    server.days, server.ignores_page = {"2026-01-09": items(60, FRIDAY)}, True
    *_, last = await collect(source)
    assert len(ids(last)) == 60
    assert [page for day, page in server.asked if day == "2026-01-09"] == [0, 1]


async def test_a_list_that_shifts_between_pages_gives_no_paper_twice(
    server: FakeSource, source: HuggingFaceSource
) -> None:
    papers = items(5, FRIDAY)
    server.days, server.at_most = {"2026-01-09": papers}, 3
    server.fault("body", body=json.dumps(papers[2:]).encode(), day="2026-01-09", page=1)
    *_, last = await collect(source)
    assert ids(last) == [entry["paper"]["id"] for entry in papers]


async def test_pages_without_end_are_left_at_a_bound(server: FakeSource, source: HuggingFaceSource) -> None:
    server.days, server.at_most = {"2026-01-09": items(MAX_PAGES + 20, FRIDAY)}, 1
    *_, last = await collect(source)
    assert len(ids(last)) == MAX_PAGES == [day for day, _ in server.asked].count("2026-01-09")


async def test_a_day_that_grows_is_read_again(server: FakeSource, source: HuggingFaceSource) -> None:
    server.days = {"2026-01-08": items(3, date(2026, 1, 8))}
    first = await collect(source)
    server.days = {"2026-01-08": items(8, date(2026, 1, 8))}
    parts = {outcome.part: Part(outcome.part, "", NOW) for outcome in first}
    second = await collect(source, parts, NOW + timedelta(hours=1))
    assert [len(ids(outcome)) for outcome in (first[1], second[1])] == [3, 8]


async def test_after_two_weeks_every_missed_day_is_read(server: FakeSource, source: HuggingFaceSource) -> None:
    parts = {"2025-12-26": Part("2025-12-26", "", datetime(2025, 12, 26, 7, tzinfo=UTC))}
    server.days = {"2025-12-29": items(4, date(2025, 12, 29))}
    outcomes = await collect(source, parts)
    assert sorted(outcome.part for outcome in outcomes) == [str(FRIDAY - timedelta(days=n)) for n in range(14, -1, -1)]
    assert outcomes[-1].part == "2025-12-26"  # the others were never read
    assert [len(ids(outcome)) for outcome in outcomes if outcome.part == "2025-12-29"] == [4]


async def test_a_weekend_clamped_to_the_last_list_keeps_that_lists_day(
    server: FakeSource, source: HuggingFaceSource
) -> None:
    sunday = date(2026, 1, 11)
    server.days, server.clamps, server.today = {"2026-01-09": items(2, FRIDAY)}, True, sunday
    outcomes = await collect(source, now=datetime(2026, 1, 11, 12, tzinfo=UTC))
    assert [ids(outcome) for outcome in outcomes] == [["2601.00001", "2601.00002"]] * 3
    assert {
        paper.announced for outcome in outcomes if isinstance(outcome, Batch) for paper in outcome.digest.papers
    } == {FRIDAY}


async def test_an_entry_without_its_own_day_gets_the_day_asked_for(
    server: FakeSource, source: HuggingFaceSource
) -> None:
    old = item("2401.00001", "An old shape", "Written before entries told their day.")
    server.days = {"2026-01-08": [old], "2026-01-09": items(1, FRIDAY)}
    _, thursday, friday = await collect(source)
    assert isinstance(thursday, Batch)
    assert isinstance(friday, Batch)
    assert thursday.digest.papers[0].announced == date(2026, 1, 8)
    assert friday.digest.papers[0].announced == FRIDAY


async def test_a_bad_entry_is_named_once_and_the_others_are_read(server: FakeSource, source: HuggingFaceSource) -> None:
    bad = {"paper": {"id": "2601.00002"}}
    server.days, server.ignores_page = {"2026-01-09": [items(1, FRIDAY)[0], bad, *items(1, FRIDAY, first=3)]}, True
    *_, last = await collect(source)
    assert ids(last) == ["2601.00001", "2601.00003"]
    assert isinstance(last, Batch)
    assert len(last.digest.skipped) == 1


async def test_a_page_of_bad_entries_alone_is_not_the_end(server: FakeSource, source: HuggingFaceSource) -> None:
    server.days, server.at_most = {"2026-01-09": [{"paper": {"id": "2601.00002"}}, *items(1, FRIDAY)]}, 1
    *_, last = await collect(source)
    assert ids(last) == ["2601.00001"]


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 404}),
        ("html", {}),
        ("partial", {}),
        ("reset", {}),
        ("gzip bomb", {"mb": 10}),
        ("redirect", {"to": "http://127.0.0.1:1/"}),
        ("body", {"body": b'{"error": "no"}'}),
        ("body", {"body": b"[" * 200_000}),
        ("body", {"body": b"[1, NaN]"}),
        ("body", {"body": b""}),
        ("body", {"body": b"1"}),
    ],
)
async def test_a_broken_answer_fails_its_day_and_no_other(
    server: FakeSource, source: HuggingFaceSource, fault: str, how: dict[str, Any]
) -> None:
    server.days = {f"2026-01-0{n}": items(2, date(2026, 1, n)) for n in (7, 8, 9)}
    server.fault(fault, day="2026-01-08", **how)
    first, second, third = await collect(source)
    assert isinstance(second, Failed)
    assert (second.part, second.retry_after) == ("2026-01-08", None)
    assert second.reason
    assert len(ids(first)) == len(ids(third)) == 2


async def test_a_day_with_one_broken_page_is_not_taken_for_read(server: FakeSource, source: HuggingFaceSource) -> None:
    server.days, server.at_most = {"2026-01-09": items(40, FRIDAY)}, 30
    server.fault("status", page=1, day="2026-01-09")
    *_, last = await collect(source)
    assert isinstance(last, Failed)
    assert last.part == "2026-01-09"


@pytest.mark.parametrize("patience", [0.5])
@pytest.mark.parametrize("fault", ["hang", "drip"])
async def test_days_whose_answer_never_comes_cost_themselves_alone(
    server: FakeSource, source: HuggingFaceSource, fault: str
) -> None:
    """They are asked for first from then on, day after day."""
    late = {"2025-12-29", "2025-12-30"}
    for day in late:
        server.fault(fault, day=day)
    parts = {"2025-12-28": Part("2025-12-28", "", NOW)}
    outcomes = await collect(source, parts)
    assert {outcome.part for outcome in outcomes if isinstance(outcome, Failed)} == late
    assert {outcome.part for outcome in outcomes} >= {str(FRIDAY - timedelta(days=n)) for n in range(12)}


@pytest.mark.parametrize("patience", [0.5])
async def test_a_server_that_never_answers_is_asked_twice(server: FakeSource, source: HuggingFaceSource) -> None:
    server.fault("hang")
    first, second = await collect(source)
    assert isinstance(first, Failed)
    assert isinstance(second, Failed)
    assert (first.part, second.part) == ("2026-01-07", "")
    assert second.reason.startswith("2026-01-09: no whole answer from")


async def test_a_server_that_soon_wants_us_to_stay_away_gives_every_day_in_time(
    server: FakeSource, source: HuggingFaceSource
) -> None:
    parts: dict[str, Part] = {}
    for number in range(3):
        server.faults.clear()
        server.fault("status", status=429, headers={"Retry-After": "60"}, after=1)
        now = NOW + timedelta(minutes=30 * number)
        outcomes = await collect(source, parts, now)
        parts |= {one.part: Part(one.part, "", now) for one in outcomes if isinstance(one, Batch)}
    assert sorted(parts) == ["2026-01-07", "2026-01-08", "2026-01-09"]


async def test_a_server_that_is_gone_is_asked_once() -> None:
    with FakeSource() as gone:
        pass
    source = HuggingFaceSource("daily-papers", gone.url, timedelta(days=7), Fetcher(configured=[gone.url]))
    (only,) = await collect(source)
    await source.aclose()
    assert isinstance(only, Failed)
    assert only.part == ""


@pytest.mark.parametrize(("status", "header", "pause"), [(429, "77", 77), (503, "77", 77), (429, None, None)])
async def test_a_server_that_wants_us_to_stay_away_is_left_alone(
    server: FakeSource, source: HuggingFaceSource, status: int, header: str | None, pause: float | None
) -> None:
    server.fault("status", status=status, headers={"Retry-After": header} if header else None)
    (only,) = await collect(source)
    assert isinstance(only, Failed)
    assert (only.part, only.retry_after) == ("", pause)
    assert len(server.requests) == 1


async def test_a_fault_that_passed_leaves_no_trace(server: FakeSource, source: HuggingFaceSource) -> None:
    server.days = {"2026-01-09": items(3, FRIDAY)}
    server.fault("status", times=1)
    assert isinstance((await collect(source))[0], Failed)
    assert all(isinstance(outcome, Batch) for outcome in await collect(source))


async def test_a_recorded_month_comes_through_whole(server: FakeSource, source: HuggingFaceSource) -> None:
    recorded = sorted(RECORDED.glob("2025-09-*.json"))
    if not recorded:
        pytest.skip("no recorded answers beside the project")
    server.days = {path.stem: json.loads(path.read_bytes()) for path in recorded}
    server.today = date(2025, 9, 30)
    parts = {"2025-09-01": Part("2025-09-01", "", datetime(2025, 9, 1, tzinfo=UTC))}
    outcomes = await collect(source, parts, datetime(2025, 9, 30, 12, tzinfo=UTC))
    assert {outcome.part: ids(outcome) for outcome in outcomes if ids(outcome)} == {
        day: [entry["paper"]["id"] for entry in entries] for day, entries in server.days.items()
    }
    assert all(
        paper.announced == date.fromisoformat(outcome.part)
        for outcome in outcomes
        if isinstance(outcome, Batch)
        for paper in outcome.digest.papers
    )
