"""Pieces of digests that are not as they should be: what can be read is, the rest is as if it were not there."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from feeds.digests.encoding import in_utf8
from feeds.digests.error import DigestError
from feeds.digests.fields import utc_day, web_url
from feeds.digests.html import html_lines, html_text
from feeds.digests.huggingface_page import parse
from feeds.digests.page_feeds import feed_of_page
from feeds.library import csl, ris

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
    assert utc_day(datetime(2026, 1, 1, tzinfo=UTC).isoformat()) == date(2026, 1, 1)


def test_markup_of_nothing_is_shown_as_it_is() -> None:
    assert html_text("&") == "&"
    assert html_text("10<sup>6</sup> &amp; x<sub>ab</sub>") == "10⁶ & xab"
    assert html_lines("") == ""


@pytest.mark.parametrize("props", ["[]", "{}", "null", "nonsense"])
def test_a_page_without_a_list_is_an_error(props: str) -> None:
    with pytest.raises(DigestError):
        parse(f"<div data-target='DailyPapers' data-props='{props}'></div>".encode())


def test_a_reference_manager_s_odd_fields_are_left_out() -> None:
    (one,) = csl.entries('[{"title": "T", "author": ["x", {"literal": "Group"}], "issued": 2026}]')
    assert (one.title, [name for name in one.authors if name]) == ("T", ["Group"])
    assert list(ris.entries("TY  - JOUR\nnonsense\n\x00ER")) == []


@pytest.mark.parametrize(
    ("charset", "read"),
    [("iso-8859-1", "Müller"), ("no-such", "M\ufffdller"), ("", "M\ufffdller"), ("zlib", "M\ufffdller")],
)
def test_bytes_are_read_in_the_charset_that_the_server_names_if_there_is_such_a_one(charset: str, read: str) -> None:
    assert in_utf8("Müller".encode("iso-8859-1"), charset).decode("utf-8", "replace") == read
