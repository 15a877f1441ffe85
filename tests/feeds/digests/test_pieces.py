"""Pieces of digests that are not as they should be: what can be read is, the rest is as if it were not there."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from time import struct_time
from urllib.parse import quote

import pytest

from feeds.digests import parse_digest
from feeds.digests.arxiv_text import author_names, eastern_day
from feeds.digests.entry import Entry
from feeds.digests.error import DigestError
from feeds.digests.fields import utc_day, web_url
from feeds.digests.html import html_lines, html_text
from feeds.digests.huggingface_page import parse
from feeds.digests.mail_links import target
from feeds.digests.page_feeds import feed_of_page
from feeds.library import csl, ris

DATA = Path(__file__).parent / "data"
LINK = '<link rel="alternate" type="application/rss+xml" href="{}">'


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (b"", ""),
        (b"<html><body>none</body></html>", ""),
        (LINK.format("/feed").encode(), "https://a.example/feed"),
        (LINK.format("http://[broken").encode(), ""),
        ((LINK.format("http://[broken") + LINK.format("/other")).encode(), "https://a.example/other"),
    ],
)
def test_the_feed_of_a_page_is_the_first_that_can_be_read(page: bytes, address: str) -> None:
    assert feed_of_page(page, "https://a.example/") == address


@pytest.mark.parametrize(
    "url", ["https://a.example:port/", "https://[broken", "https://me@a.example/", "ftp://a.example/"]
)
def test_an_address_that_is_none_is_none(url: str) -> None:
    assert web_url(url) is None


def test_a_day_beyond_the_calendar_is_none() -> None:
    assert utc_day(datetime.max.replace(tzinfo=timezone(-timedelta(hours=5))).isoformat()) is None
    assert eastern_day("0001-01-01T00:00:00+00:00") is None
    assert eastern_day("Thu, 01 Jan 1970 00:00:00 +0000") is utc_day("1970-01-01T00:00:00Z") is None
    assert eastern_day("2026-01-01T04:59:59+00:00") == date(2025, 12, 31)
    assert utc_day(datetime(2026, 1, 1, tzinfo=UTC).isoformat()) == date(2026, 1, 1)


def test_markup_of_nothing_is_shown_as_it_is() -> None:
    assert html_text("&") == "&"
    assert html_text("<!-- -->") == html_lines("<!-- -->") == "<!-- -->"
    assert html_text("10<sup>6</sup> &amp; x<sub>ab</sub>") == "10⁶ & xab"
    assert html_lines("") == ""


@pytest.mark.parametrize("props", ["[]", "{}", "null", "nonsense"])
def test_a_page_without_a_list_is_an_error(props: str) -> None:
    with pytest.raises(DigestError):
        parse(f"<div data-target='DailyPapers' data-props='{props}'></div>".encode())


@pytest.mark.parametrize(
    ("props", "day"),
    [
        ({}, date(2026, 11, 27)),
        ({"periodType": "day", "isTrending": False}, date(2026, 11, 27)),
        ({"periodType": "week"}, None),
        ({"isTrending": True}, None),
    ],
)
def test_a_list_is_of_a_day_if_it_is_one_days(props: dict[str, object], day: date | None) -> None:
    given = {"dailyPapers": [], "dateString": "2026-11-27T00:00:00.000Z", **props}
    assert parse(f"<div data-target='DailyPapers' data-props='{json.dumps(given)}'></div>".encode()).day == day


def test_affiliations_are_no_authors_though_they_nest() -> None:
    assert author_names("Ann Lee (Univ (Dept (Lab (X)))), Bob Roe (Y)") == ("Ann Lee", "Bob Roe")
    assert author_names("Ann Lee, Bob Roe (Univ (Y), C") == ("Ann Lee", "Bob Roe")
    assert author_names("Ann Lee, Jr., Bob Roe and et al.") == ("Ann Lee, Jr.", "Bob Roe")


def test_a_link_is_unwrapped_as_often_as_mail_systems_may_have_wrapped_it() -> None:
    wrapped = ["https://a.example/"]
    for _ in range(5):
        wrapped.append(f"https://www.google.com/url?q={quote(wrapped[-1], safe='')}")
    assert [target(link) for link in wrapped] == [*wrapped[:1] * 5, wrapped[1]]
    assert target("https://[broken/url?q=https://a.example/") == ""


def test_a_day_that_feedparser_reads_and_no_calendar_has_is_none() -> None:
    year_0 = struct_time((0, 1, 1, 0, 0, 0, 5, 1, 0))
    assert Entry({"published": "no day", "published_parsed": year_0}).time("published") is None
    after = Entry({"published": "1 Jan 2026", "published_parsed": year_0}).time("published")
    assert after == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_feed_in_two_bytes_a_letter_is_read_with_a_mark_and_without(encoding: str) -> None:
    feed = (DATA / "arxiv-feed-rss.input").read_text("utf-8")
    recoded = feed.replace("encoding='UTF-8'", f"encoding='{encoding}'", 1).encode(encoding)
    assert parse_digest(recoded) == parse_digest(feed.encode())


def test_a_reference_manager_s_odd_fields_are_left_out() -> None:
    (one,) = csl.entries('[{"title": "T", "author": ["x", {"literal": "Group"}], "issued": 2026}]')
    assert (one.title, [name for name in one.authors if name]) == ("T", ["Group"])
    assert list(ris.entries("TY  - JOUR\nnonsense\n\x00ER")) == []
