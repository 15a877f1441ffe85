"""Any RSS or Atom feed, against a loopback web site."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.fetch import Fetcher
from bot.rules.parts import Part
from bot.sources.changed import max_age
from bot.sources.feed.source import FeedSource
from bot.sources.source import Batch, Failed
from tests.fakes.feed import FakeFeed, entry, rss

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)
RECORDED = Path(__file__).resolve().parents[4] / ".." / "shared" / "data"


@pytest.fixture
def site() -> Iterator[FakeFeed]:
    with FakeFeed() as running:
        yield running


@pytest.fixture
async def source(site: FakeFeed, patience: float) -> AsyncIterator[FeedSource]:
    url = site.url + "/feed/?token=SECRET"
    opened = FeedSource("lab", url, Fetcher(configured=[site.url], timeout=patience))
    yield opened
    await opened.aclose()


async def collect(source: FeedSource, known: Batch | Failed | None = None, now: datetime = NOW) -> Batch | Failed:
    parts = {known.part: Part(known.part, known.stamp, NOW)} if isinstance(known, Batch) else {}
    (only,) = [outcome async for outcome in source.collect(parts, now)]
    return only


def titles(outcome: Batch | Failed) -> list[str]:
    assert isinstance(outcome, Batch), outcome
    return [paper.title for paper in outcome.digest.papers]


async def test_entries_are_announced_when_published_else_undated_and_never_in_the_future(
    site: FakeFeed, source: FeedSource
) -> None:
    site.body = rss(entry(1, "Mon, 05 Jan 2026 10:00:00 GMT"), entry(2), entry(3, "Fri, 01 Jan 2027 10:00:00 GMT"))
    outcome = await collect(source)
    assert isinstance(outcome, Batch)
    assert [paper.announced for paper in outcome.digest.papers] == [date(2026, 1, 5), None, NOW.date()]


async def test_validators_go_back_as_they_came(site: FakeFeed, source: FeedSource) -> None:
    site.etag = 'W/"caf\u00e9 1"'
    site.headers = {"Last-Modified": "yesterday, as it were"}
    first = await collect(source)
    assert titles(first) == ["Note 1 of the lab"]
    second = await collect(source, first)
    assert titles(second) == []
    asked = site.requests[1].params
    assert asked["If-None-Match"].encode("utf-8", "surrogateescape") == site.etag.encode()
    assert asked["If-Modified-Since"] == "yesterday, as it were"
    assert titles(await collect(source, second)) == []
    assert "If-None-Match" in site.requests[2].params


async def test_what_changed_is_read_again(site: FakeFeed, source: FeedSource) -> None:
    first = await collect(source)
    site.body = rss(entry(2), entry(1))
    assert titles(await collect(source, first)) == ["Note 2 of the lab", "Note 1 of the lab"]


async def test_a_fresh_answer_is_not_asked_for_again(site: FakeFeed, source: FeedSource) -> None:
    site.headers = {"Cache-Control": "public, max-age=600"}
    first = await collect(source)
    assert titles(await collect(source, first, NOW + timedelta(seconds=599))) == []
    assert len(site.requests) == 1
    await collect(source, first, NOW + timedelta(seconds=601))
    await collect(source, first, NOW - timedelta(days=3))  # a clock that went back does not wait for days
    assert len(site.requests) == 3


async def test_what_is_remembered_of_one_address_is_not_used_for_another(site: FakeFeed, source: FeedSource) -> None:
    site.headers = {"Cache-Control": "max-age=600"}
    first = await collect(source)
    other = FeedSource("lab", site.url + "/feed/", Fetcher(configured=[site.url]))
    assert titles(await collect(other, first)) == ["Note 1 of the lab"]
    await other.aclose()


async def test_the_stamp_holds_no_address(source: FeedSource) -> None:
    outcome = await collect(source)
    assert isinstance(outcome, Batch)
    assert outcome.stamp
    assert "SECRET" not in outcome.stamp
    assert "127.0.0.1" not in outcome.stamp


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><title>Just a moment...</title>",
        b'{"error": "no"}',
        b"<rss><channel><title>x</title>",
        b"\x00\x01\x02",
    ],
)
async def test_what_is_no_feed_fails_and_is_not_remembered(site: FakeFeed, source: FeedSource, body: bytes) -> None:
    site.body = body
    outcome = await collect(source)
    assert isinstance(outcome, Failed)
    assert outcome.part == "feed"


async def test_a_list_of_daily_papers_is_no_feed(site: FakeFeed, source: FeedSource) -> None:
    site.body = b'[{"paper": {"id": "2601.00001", "title": "A", "summary": "B"}, "title": "A"}]'
    outcome = await collect(source)
    assert isinstance(outcome, Failed)
    assert "no RSS or Atom" in outcome.reason


async def test_a_feed_that_was_cut_off_is_read_and_asked_for_again(site: FakeFeed, source: FeedSource) -> None:
    whole = rss(entry(1), entry(2), entry(3))
    site.body = whole[: whole.index(b"number 3")]
    first = await collect(source)
    assert titles(first) == ["Note 1 of the lab", "Note 2 of the lab"]
    site.body = whole
    assert len(titles(await collect(source, first))) == 3
    assert "If-None-Match" not in site.requests[1].params


@pytest.mark.parametrize(
    ("fault", "part", "pause", "patience"),
    [("429", "", 90, 45.0), ("500", "feed", None, 45.0), ("reset", "feed", None, 45.0), ("hang", "", None, 0.5)],
)
async def test_a_server_that_fails_is_told_of(
    site: FakeFeed, source: FeedSource, fault: str, part: str, pause: float | None
) -> None:
    site.fail_next(1, fault, "feed")
    outcome = await collect(source)
    assert isinstance(outcome, Failed)
    assert (outcome.part, outcome.retry_after) == (part, pause)
    assert "SECRET" not in outcome.reason


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Cache-Control": "max-age=60"}, 60),
        ({"Cache-Control": 'private, Max-Age="60"'}, 60),
        ({"Cache-Control": "max-age=60, no-cache"}, 0),
        ({"Cache-Control": "no-store, max-age=60"}, 0),
        ({"Cache-Control": "max-age=60", "Age": "45"}, 15),
        ({"Cache-Control": "max-age=60", "Age": "450"}, 0),
        ({"Cache-Control": "max-age=60", "Age": "9" * 400}, 0),
        ({"Cache-Control": "max-age=60", "Age": "9" * 5000}, 0),
        ({"Cache-Control": "max-age=60", "Age": "soon"}, 60),
        ({"Cache-Control": "max-age=-5"}, 0),
        ({"Cache-Control": "s-maxage=60"}, 0),
        ({"Cache-Control": "max-age=99999999"}, 86400),
    ],
)
def test_freshness_is_what_the_headers_say_within_a_day(headers: dict[str, str], seconds: float) -> None:
    assert max_age(headers) == seconds


async def test_recorded_feeds_come_through(site: FakeFeed, source: FeedSource) -> None:
    recorded = [*sorted((RECORDED / "feeds" / "labs").glob("*")), RECORDED / "feeds" / "rss_1.0_biorxiv.xml"]
    if not recorded[-1].exists():
        pytest.skip("no recorded feeds beside the project")
    for path in recorded:
        site.body = path.read_bytes()
        assert titles(await collect(source)), path
