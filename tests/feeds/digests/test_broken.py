"""Answers that are not what they were taken for, and bytes that nobody meant: an error for people, or a digest."""

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.digests import DigestError, parse_digest, sniff
from feeds.digests.reading import PARSERS

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


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", '[1, {"deep": NaN}]', "9" * 5_000])
@pytest.mark.parametrize("where", ["upvotes", "unheard_of"])
def test_what_is_no_number_costs_only_the_entry_that_holds_it(number: str, where: str) -> None:
    entry = '{"paper": {"id": "2608.0000%s", "title": "T", "summary": "S", "%s": %s}}'
    listed = [entry % (1, where, 7), entry % (2, where, number), entry % (3, where, 0)]

    digest = parse_digest(f"[{', '.join(listed)}]".encode())

    assert [paper.id for paper in digest.papers] == ["2608.00001", "2608.00003"]
    assert [(one.item, "NaN" in one.reason) for one in digest.skipped] == [("2608.00002", True)]


@pytest.mark.threat(5)
@pytest.mark.parametrize("deep", [b"[" * 200_000, b'[{"paper":' * 200_000, b'{"data":' * 200_000])
def test_json_nested_beyond_reason_is_an_error(deep: bytes) -> None:
    with pytest.raises(DigestError, match="nested too deeply"):
        parse_digest(deep)


def test_a_text_may_have_as_many_commas_as_it_likes() -> None:
    texts = [*["so, " * 20_000] * 3, *['a "b", ' * 60_000] * 4]
    entries = [{"paper": {"id": f"2608.{n:05}", "title": "T", "summary": text}} for n, text in enumerate(texts)]
    assert len(parse_digest(json.dumps(entries).encode()).papers) == 7


@pytest.mark.parametrize(
    "data", [b"", b"1", b"<html><body>Access denied</body></html>", b"nothing of note", b"From: a\nSubject: b\n\nhello"]
)
def test_what_is_no_digest_is_not_taken_for_one(data: bytes) -> None:
    for asked in (parse_digest, sniff):
        with pytest.raises(DigestError, match=r"known format|not one of Daily Papers"):
            asked(data)


LONG = "What it does is told at length here, in a paragraph of two sentences. The second says what it does not do."


@pytest.mark.parametrize(
    "text",
    [
        f"# Reader\n\nReads Daily Papers, and what the research community writes.\n\n## Use\n\n{LONG}\n",
        f"# Daily Papers\n\n{LONG}\n\n## Install\n\n```sh\nmake install\n```\n\n{LONG}\n",
        f"Notes\n\nSee [the paper](https://huggingface.co/papers/2608.00001) for more.\n\n{LONG}\n",
        f"Notes\n\nhttps://huggingface.co/papers/2608.00001\n\n{LONG}\n",
        f"Trending papers this week\n\n{LONG}\n\nBuy milk\n\n{LONG}\n",
    ],
    ids=["words in a sentence", "a README of that name", "a link", "a link on its line", "a note"],
)
def test_a_text_that_only_speaks_of_papers_is_no_page_of_them(text: str) -> None:
    with pytest.raises(DigestError, match="not a digest"):
        parse_digest(text.encode())


def test_a_part_of_a_copied_page_is_known_by_title_and_abstract_that_link_alike() -> None:
    link = "https://huggingface.co/papers/2608.00001"
    digest = parse_digest(f"A Title of Its Own\n\n{link}\n\n{LONG}\n\n{link}\n".encode())

    assert [(paper.id, paper.title, paper.abstract) for paper in digest.papers] == [
        ("2608.00001", "A Title of Its Own", LONG)
    ]


def test_a_bare_ampersand_and_an_unknown_entity_eat_no_word() -> None:
    title = "<title>R&D &for K&uuml;bler &lt; 2</title>"
    entry = f"<entry><id>http://arxiv.org/abs/2608.00001v1</id>{title}<summary>S</summary></entry>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>arXiv Query: x</title>{entry}</feed>"

    assert [paper.title for paper in parse_digest(feed.encode()).papers] == ["R&D &for Kübler < 2"]


def test_of_two_entries_run_together_the_first_title_counts() -> None:
    header = "arXiv:2608.00001\nTitle: One\nAuthors: A B\nTitle: Other\n  and more\nAuthors: C D\n"
    (paper,) = parse_digest(f"\\\\\n{header}\\\\\n  Text.\n\\\\\n".encode()).papers

    assert (paper.title, paper.authors) == ("One", ("A B",))


def test_a_damaged_byline_leaves_no_markup_in_what_is_read() -> None:
    page = (
        "# Daily Papers\n\n## by [![](https://a.example/b.png)AK](https://a.example/c) and the resear community\n\n"
        f"Oct 2\n\n### [A Title](https://huggingface.co/papers/2608.00001)\n\n[{LONG}](https://huggingface.co/papers/2608.00001)\n"
    )

    assert not [paper for paper in parse_digest(page.encode()).papers if "[" in paper.title or "://" in paper.title]


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


DTD = '<!DOCTYPE rss [<!ENTITY e SYSTEM "{}"><!ENTITY l "ha"><!ENTITY m "&l;&l;"><!ENTITY nbsp "&#160;">'
DTD += f'<!ENTITY long "{"a" * 2000}">]>'
ENTRY = (
    "<rss version='2.0'><channel><item><guid>oai:arXiv.org:2602.00001v1</guid><title>{}</title>"
    "<description>text</description></item></channel></rss>"
)


@pytest.mark.parametrize("used", ["&e;", "&m;", "&long;"])
@pytest.mark.parametrize("before", ["", f"<!--{'x' * 60_000}-->"], ids=["at once", "after a long comment"])
@pytest.mark.parametrize("kind", ["arxiv-feed", "feed"])
def test_a_text_made_of_what_its_dtd_builds_is_an_error(kind: str, before: str, used: str) -> None:
    feed = '<?xml version="1.0"?>' + before + DTD.format("file:///etc/hostname") + ENTRY.format(used)

    with pytest.raises(DigestError, match="builds itself"):
        parse_digest(feed.encode(), kind)


@pytest.mark.parametrize("kind", ["arxiv-feed", "feed"])
def test_a_dtd_whose_entities_nobody_uses_or_are_plain_is_no_hindrance(kind: str) -> None:
    feed = DTD.format("file:///etc/hostname") + ENTRY.format("a&nbsp;title &amp; &l;")

    assert [paper.title for paper in parse_digest(feed.encode(), kind).papers] == ["a title & &l;"]


@pytest.mark.parametrize("kind", ["arxiv-feed", "feed"])
def test_nothing_that_a_dtd_far_down_declares_is_expanded_or_fetched(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("in the file")
    feed = f"<!--{'x' * 70_000}-->" + DTD.format(secret.as_uri()) + ENTRY.format("a &e; &m; b")

    (title,) = [paper.title for paper in parse_digest(feed.encode(), kind).papers]
    assert "in the file" not in title
    assert "haha" not in title


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
    started = process_time()
    parse_or_refuse(data, None)
    assert process_time() - started < 5


MEGABYTE = 1024 * 1024
MAIL = b"From: a\nSubject: b\nContent-Type: "
SCHOLAR = b'<a class="gse_alrt_title" href="https://a.example/">T</a><div class="gse_alrt_sni">s</div>'


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<rss><channel><item " + b'a="b" ' * MEGABYTE, "tag"),
        (b"<rss><channel><item><title>" + b"&" * 8 * MEGABYTE, "entities"),
        (b"<rss xmlns:x='https://arxiv.org/rss'><channel>" + b"<item/>" * MEGABYTE, "entries"),
        (b"<rss xmlns:x='https://arxiv.org/rss'><channel><item><title>" + b"&x" * MEGABYTE, "entities"),
        (b"<html><div data-target='DailyPapers' " + b"a=1 " * MEGABYTE, "tag"),
        (MAIL + b"text/plain; " + b"x*0=a;" * 300_000 + b"\n\nhf.co/papers/2608.00001", "Content-Type"),
        (MAIL + b"multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 300_000, "parts"),
        (MAIL + b"text/html\n\n" + SCHOLAR * 50_000, "so long"),
        (b"[" + b'{"paper":{}},' * (MEGABYTE // 2) + b"{}]", "parts"),
        (b"[{}," + b"NaN," * MEGABYTE + b"1]", "parts"),
        (b"[{}," + b"1.5," * MEGABYTE + b"1]", "parts"),
        (b"[{}," + b"1," * 6000 + b"1]", "things"),
        (b"Daily Papers\n" + b"word\n" * MEGABYTE, "too long"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_no_digest_is_made_of_is_refused_at_once(data: bytes, told: str) -> None:
    started = process_time()
    with pytest.raises(DigestError, match=told):
        parse_digest(data)
    assert process_time() - started < 3


def test_the_results_of_a_long_alert_are_read_in_linear_time() -> None:
    started = process_time()
    parse_digest(MAIL + b"text/html\n\n" + SCHOLAR * 20_000)
    assert process_time() - started < 5  # three paths united take minutes


def test_a_text_without_end_is_cut_before_it_is_cleaned() -> None:
    entry = {"id": "2608.00001", "title": "word " * 10_000, "summary": "x^{a} $q$ -- " * 100_000}
    (paper,) = parse_digest(json.dumps([{"paper": entry}]).encode()).papers
    assert (len(paper.title), len(paper.abstract) <= 20_000) == (1_999, True)


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


def test_an_entry_whose_id_nobody_can_see_is_named_all_the_same() -> None:
    listing = "\\\\\narXiv:\u200b\nTitle: T\n\\\\\n  Text.\n\\\\\n"
    assert [one.item for one in parse_digest(listing.encode()).skipped] == ["an entry"]
