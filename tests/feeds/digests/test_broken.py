"""Answers that are not what they were taken for, and bytes that nobody meant: an error for people, or a digest."""

import json
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.digests import PARSERS, DigestError, parse_digest

INPUTS = [path.read_bytes() for path in sorted((Path(__file__).parent / "data").glob("*.input"))]
KINDS = st.sampled_from([None, *PARSERS])
PIECES = st.sampled_from(
    [
        b"<",
        b"&x;",
        b"<![CDATA[",
        b"<!DOCTYPE x [",
        b"\\\\\n",
        b"](",
        b"\n\n",
        b"\x00",
        b"\xff\xfe",
        b"http://[",
        b'"id": 5',
        b"9" * 400,
    ]
)


@pytest.mark.parametrize(
    "data",
    [
        b"1",
        b"null",
        b'"text"',
        b"{}",
        b'{"error": "Not found"}',
        b"NaN",
        b"[NaN]",
        b'[{"a": Infinity}]',
        b"[1, 2]",
        b'[{"paper": {"id": "2608.00001", "title": "T", "summary": "S", "upvotes": NaN}}]',
    ],
)
def test_json_of_the_wrong_shape_is_an_error(data: bytes) -> None:
    with pytest.raises(DigestError):
        parse_digest(data, "huggingface")


@pytest.mark.parametrize("deep", [b"[" * 200_000, b'[{"paper":' * 200_000, b'{"data":' * 200_000])
def test_json_nested_beyond_reason_is_an_error(deep: bytes) -> None:
    with pytest.raises(DigestError, match="nested too deeply"):
        parse_digest(deep)


@pytest.mark.parametrize(
    "data", [b"", b"1", b"<html><body>Access denied</body></html>", b"nothing of note", b"From: a\nSubject: b\n\nhello"]
)
def test_what_is_no_digest_is_not_taken_for_one(data: bytes) -> None:
    with pytest.raises(DigestError):
        parse_digest(data)


def test_an_empty_list_is_an_empty_digest() -> None:
    digest = parse_digest(b"[]")

    assert (digest.papers, digest.skipped, digest.day) == ((), (), None)


def test_a_recorders_wrapper_is_opened() -> None:
    entry = b'{"paper": {"id": "2501.00001", "title": "T", "summary": "S"}}'
    digest = parse_digest(b'{"status": "ok", "date": "2025-01-11", "count": 1, "data": [' + entry + b"]}")

    assert [paper.id for paper in digest.papers] == ["2501.00001"]
    assert str(digest.day) == "2025-01-11"
    assert parse_digest(b'{"status": "no_data", "count": 0, "message": "none"}').papers == ()


def test_papers_of_different_days_give_the_list_no_day() -> None:
    first = {"id": "2608.00001", "title": "T", "summary": "S", "submittedOnDailyAt": "2026-08-11T00:00:00.000Z"}
    second = {**first, "id": "2608.00002", "submittedOnDailyAt": "2026-08-12T01:58:54.337Z"}
    digest = parse_digest(json.dumps([{"paper": first}, {"paper": second}]).encode())

    assert digest.day is None
    assert [str(paper.announced) for paper in digest.papers] == ["2026-08-11", "2026-08-12"]


def test_a_feed_that_tells_of_an_error_is_an_error() -> None:
    feed = (
        b"<rss version='2.0'><channel><title>Feed error for query: cs.XX</title>"
        b"<description>Invalid archive</description></channel></rss>"
    )

    with pytest.raises(DigestError, match="Feed error for query"):
        parse_digest(feed)


def test_an_empty_weekend_feed_is_an_empty_digest_with_its_day() -> None:
    feed = (
        b"<?xml version='1.0'?><rss version='2.0'><channel><title>cs.CL updates on arXiv.org</title>"
        b"<pubDate>Sun, 26 Apr 2026 00:00:00 -0400</pubDate></channel></rss>"
    )

    digest = parse_digest(feed)

    assert digest.papers == ()
    assert str(digest.day) == "2026-04-26"


def test_an_api_answer_that_promises_and_gives_nothing_is_an_error() -> None:
    head = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>arXiv Query: x</title>"
        "<totalResults>{}</totalResults><itemsPerPage>10</itemsPerPage></feed>"
    )

    with pytest.raises(DigestError, match="ask again"):
        parse_digest(head.format(12).encode())
    assert parse_digest(head.format(0).encode()).papers == ()


def test_an_api_error_is_an_error_in_its_own_words() -> None:
    answer = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><title>arXiv Query: x</title><entry><id>https://arxiv.org/api/errors#start</id>"
        b"<title>Error</title><summary>start must be an integer</summary></entry></feed>"
    )

    with pytest.raises(DigestError, match="start must be an integer"):
        parse_digest(answer)


@pytest.mark.parametrize("before", ["", f"<!--{'x' * 70_000}-->"], ids=["at once", "after a long comment"])
@pytest.mark.parametrize("kind", ["arxiv-feed", "feed"])
def test_nothing_that_a_dtd_declares_is_expanded_or_fetched(tmp_path: Path, kind: str, before: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("in the file")
    feed = (
        f'<?xml version="1.0"?>{before}<!DOCTYPE rss [<!ENTITY e SYSTEM "{secret.as_uri()}">'
        '<!ENTITY l "ha"><!ENTITY m "&l;&l;">]>'
        "<rss version='2.0'><channel><item><guid>oai:arXiv.org:2602.00001v1</guid><title>a &e; &m; b</title>"
        "<description>text</description></item></channel></rss>"
    )

    titles = [paper.title for paper in parse_digest(feed.encode(), kind).papers]

    assert len(titles) == 1
    assert "in the file" not in titles[0]
    assert "haha" not in titles[0]


@pytest.mark.parametrize(
    "data",
    [
        b"Daily Papers\n\nTitle\n\n" + b"[](" * 100_000,
        b"Daily Papers\n\nTitle\n\n" + b"http://" * 30_000,
        b"Daily Papers" + b"\n" * 100_000,
        b"\\\\\narXiv:2602.12181\nTitle: a\nAuthors: " + b"(" * 100_000 + b"\n\\\\\n text\n\\\\\n",
        b"\\\\\narXiv:2602.12181\n" + b"Title: a\n" * 50_000,
        b"<rss><channel>" + b"<a>" * 200_000,
        b"<rss xmlns:x='https://arxiv.org/rss'><channel>" + b"<a>" * 200_000,
        b"<rss><channel><item><title>t</title><author>" + b"a" * 100_000 + b"</author></item></channel></rss>",
        b"<html data-target='DailyPapers'>" + b"<div>" * 100_000,
        b"<!---->" * 50_000,
        b"From: a\nSubject: b\nContent-Type: message/rfc822\n\n" + b"Content-Type: message/rfc822\n\n" * 3_000,
    ],
    ids=lambda data: data[:24].decode().replace("\n", " "),
)
def test_what_was_made_to_take_long_does_not(data: bytes) -> None:
    started = perf_counter()
    parse_or_refuse(data, None)
    assert perf_counter() - started < 5


@settings(max_examples=150, deadline=5_000)
@given(st.binary(max_size=2_000), KINDS)
def test_no_bytes_raise_anything_but_a_digest_error(data: bytes, kind: str | None) -> None:
    parse_or_refuse(data, kind)


@settings(max_examples=250, deadline=5_000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(INPUTS), st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 40), PIECES), max_size=5), KINDS
)
def test_no_mutation_of_a_digest_raises_anything_but_a_digest_error(
    data: bytes, edits: list[tuple[int, int, bytes]], kind: str | None
) -> None:
    for position, removed, added in edits:
        at = position % len(data)
        data = data[:at] + added + data[at + removed :]
    parse_or_refuse(data, kind)


@settings(max_examples=100, deadline=5_000)
@given(st.sampled_from(INPUTS), st.integers(0, 6_000))
def test_a_cut_off_digest_is_read_as_far_as_it_goes(data: bytes, end: int) -> None:
    parse_or_refuse(data[: end % len(data)], None)


def parse_or_refuse(data: bytes, kind: str | None) -> None:
    digest = refused = None
    try:
        digest = parse_digest(data, kind)
    except DigestError as error:
        refused = str(error)
    assert digest or refused
    for paper in digest.papers if digest else ():
        assert paper.id
        assert paper.title
    for one in digest.skipped if digest else ():
        assert one.item
        assert one.reason
