"""Asking again: validators, 304, gzip, HEAD, and for how long an answer stays good."""

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import formatdate, parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
from starlette.datastructures import Headers

from bot.config.tables import Settings
from bot.process.clock import Clock
from bot.sources.files import Files
from bot.sources.huggingface import HuggingFace
from bot.web.body import body_of, is_known, renewed, takes_gzip
from bot.web.freshness import until_next_hour, until_next_round
from tests.bot.web.site import Web
from tests.fakes.source import item

FEED = "/feeds/streaming.rss"
CACHEABLE = [
    FEED,
    "/feeds/streaming.json",
    "/feeds.opml",
    "/style.css",
    "/",
    "/feeds/streaming.html",
    "/papers/2503.02130",
    "/search?q=streaming",
    "/search.rss?q=streaming",
    "/search.atom?q=agents",
    "/search.json?q=*",
]


@pytest.mark.parametrize("path", CACHEABLE)
async def test_two_gets_are_equal_and_the_tag_brings_a_304_without_a_body(web: Web, path: str) -> None:
    first, second = await web.get(path), await web.get(path)
    assert first.status_code == 200
    assert (first.content, first.headers) == (second.content, second.headers)
    again = await web.get(path, If_None_Match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "cache-control", "vary", "last-modified"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize("path", CACHEABLE)
async def test_a_compressed_body_has_its_own_tag_and_both_tags_bring_a_304(web: Web, path: str) -> None:
    plain, zipped = await web.get(path), await web.client.get(path, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.content == plain.content
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"]) == len(plain.content)
    assert zipped.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in zipped.headers["vary"]
    for tag in (plain.headers["etag"], zipped.headers["etag"]):
        assert (await web.client.get(path, headers={"If-None-Match": tag})).status_code == 304


@pytest.mark.parametrize("path", [*CACHEABLE, "/nothing", "/search?q=a+-a", "/healthz", "/metrics"])
async def test_head_is_get_without_the_body(web: Web, path: str) -> None:
    await web.get(path)
    got, head = await web.get(path), await web.client.head(path, headers={"Accept-Encoding": "identity"})
    assert head.status_code == got.status_code
    assert head.content == b""
    if path != "/metrics":  # it counts these very requests
        assert head.headers == got.headers


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ('"{tag}"', True),
        ('W/"{tag}"', True),
        ('"other", W/"{tag}" , "third"', True),
        ('"with, comma", "{tag}"', True),
        ('"{tag}-gzip"', True),
        ("*", True),
        ('"other"', False),
        ("{tag}", False),
        ("", False),
        ('"', False),
    ],
)
def test_if_none_match_is_read_as_the_rfc_says(written: str, known: bool) -> None:
    body = body_of(b"x", "text/plain", 0)
    assert is_known(Headers({"If-None-Match": written.replace("{tag}", body.tag)}), body) is known


def test_if_none_match_wins_over_if_modified_since() -> None:
    body = body_of(b"x", "text/plain", 1_000)
    later = formatdate(2_000, usegmt=True)
    assert is_known(Headers({"If-Modified-Since": later}), body)
    assert not is_known(Headers({"If-None-Match": '"other"', "If-Modified-Since": later}), body)
    assert not is_known(Headers({"If-Modified-Since": formatdate(999, usegmt=True)}), body)
    assert not is_known(Headers({"If-Modified-Since": "yesterday"}), body)


@pytest.mark.parametrize(
    ("written", "taken"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("gzip;q=0", False), ("*", True), ("*;q=0", False), ("br", False),
     ("", False), ("gzip;q=x", False), ("identity, *;q=0.1", True), ("gzip;q=0, *", False)],
)  # fmt: skip
def test_gzip_is_sent_to_those_who_take_it(written: str, taken: bool) -> None:
    assert takes_gzip(Headers({"Accept-Encoding": written})) is taken


def test_the_same_bytes_keep_their_date_and_others_get_a_new_one() -> None:
    old, same, other = body_of(b"a" * 600, "t", 100), body_of(b"a" * 600, "t", 200), body_of(b"b" * 600, "t", 200)
    assert renewed(old, same) == old
    assert renewed(old, other).modified == 200
    assert gzip.decompress(old.zipped) == old.data


async def test_a_change_elsewhere_leaves_a_querys_feed_as_it_was(web: Web) -> None:
    path = "/search.rss?q=streaming"
    before = await web.get(path)
    web.drop("second.json", {"paper": {"id": "2511.00001", "title": "Graphs", "summary": "Of graphs."}})
    await web.round()
    assert (await web.get(path, If_None_Match=before.headers["etag"])).status_code == 304
    web.drop("third.json", {"paper": {"id": "2511.00002", "title": "Streaming graphs", "summary": "Of graphs."}})
    await web.round()
    after = await web.get(path, If_None_Match=before.headers["etag"])
    assert after.status_code == 200
    assert b"Streaming graphs" in after.content
    assert parsedate_to_datetime(after.headers["last-modified"]) >= parsedate_to_datetime(
        before.headers["last-modified"]
    )


def test_an_answer_stays_good_until_the_next_round() -> None:
    now = datetime(2026, 1, 1, 12, 10, 30, tzinfo=UTC)
    every_half_hour = HuggingFace(name="a", kind="huggingface", schedule="*/30 * * * *")
    often = Files(name="b", kind="files", path="x", every=timedelta(seconds=45))
    assert until_next_round(Settings(sources=(every_half_hour,)), now) == 19 * 60 + 30
    assert until_next_round(Settings(sources=(every_half_hour, often)), now) == 45
    assert until_next_round(Settings(sources=(HuggingFace(name="a", kind="huggingface"),)), now) == 19 * 60 + 30
    daily = HuggingFace(name="a", kind="huggingface", schedule="0 6 * * *")
    assert until_next_round(Settings(sources=(daily,), timezone=ZoneInfo("Asia/Tokyo")), now) == 3600
    assert until_next_round(Settings(), now) == 3600


async def test_a_query_with_an_age_expires_hourly(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.context.until_next_round", lambda *_: 100_000)
    ages, other = await web.get("/search.rss?q=age<9999d"), await web.get("/search.rss?q=video")
    assert int(ages.headers["cache-control"].rpartition("=")[2]) <= until_next_hour(datetime.now(UTC)) + 1
    assert other.headers["cache-control"] == "public, max-age=100000"
    assert until_next_hour(datetime(2026, 1, 1, 12, 59, 58, tzinfo=UTC)) == 2


async def test_votes_that_rise_in_the_second_commit_of_a_moment_show_at_once(web: Web) -> None:
    """A change is counted, not told by a clock: two commits may have one time."""
    seen: list[int] = []
    moment = datetime.now(UTC)  # of today: on another day all is loaded anew
    for votes in (1, 2, 3):
        await web.context.live.now()
        one = item("2503.02130", "Forgetting Transformer", "Softmax attention with a forget gate.", votes=votes * 100)
        web.drop(f"again-{votes}.json", one)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Clock, "now", lambda _self: moment)
            await web.round()
        seen.append((await web.get(f"/search.rss?q=votes>={votes * 100}")).text.count("<item>"))
    assert seen == [1, 1, 1]
