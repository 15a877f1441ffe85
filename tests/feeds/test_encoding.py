"""Which letters the bytes of a document mean: feeds.text.encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.digests import parse_digest
from feeds.digests.html import html_text, parse_html
from feeds.text.encoding import as_meant, in_utf8

LATIN = "Zoë Müller".encode("latin-1")
FEED = '{}<rss version="2.0"><channel><title>Lab</title><item><title>Über Diffusion</title></item></channel></rss>'


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8", "US-ASCII", "no-such", "", "zlib"])
def test_bytes_that_are_no_utf_8_are_read_as_the_server_says_else_as_they_are_meant(charset: str) -> None:
    assert in_utf8(LATIN, charset).decode() == "Zoë Müller"


def test_a_server_s_own_charset_counts() -> None:
    assert in_utf8("Žižek".encode("iso-8859-2"), "iso-8859-2").decode() == "Žižek"


@pytest.mark.parametrize("head", [b'<?xml version="1.0" encoding="utf-8"?>', b"<meta charset=utf-8>"])
def test_what_wrongly_says_that_it_is_utf_8_is_read_as_it_is_meant(head: bytes) -> None:
    assert in_utf8(head + LATIN, "utf-8") == head + "Zoë Müller".encode()


def test_what_declares_another_encoding_is_left_to_its_reader() -> None:
    page = b'<?xml version="1.0" encoding="iso-8859-2"?>' + LATIN
    assert in_utf8(page, "utf-8") == page


def test_one_damaged_letter_spoils_no_other() -> None:
    page = "Zoë Müller".encode().replace("ü".encode(), b"\xc3")
    assert as_meant(page) == "Zoë M\ufffdller"
    assert parse_html(b"<p>" + page).text_content() == "Zoë M\ufffdller"


@pytest.mark.parametrize("text", ["„Ein Spaß“ für Müller", "Größe «Spaß» für Müller", "É» für Müller"])
def test_letters_that_look_like_one_of_utf_8_are_no_proof(text: str) -> None:
    assert as_meant(text.encode("cp1252")) == text


def test_a_page_s_quotes_are_those_of_windows() -> None:
    assert as_meant(b"\x93Attention\x94 \x96 all") == "“Attention” – all"


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="utf-8"?>', '<?xml version="1.0"?>'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("charset", ["utf-8", ""])
def test_a_feed_is_read_whatever_it_says_of_its_encoding(declared: str, encoding: str, charset: str) -> None:
    (paper,) = parse_digest(FEED.format(declared).encode(encoding), "feed", charset=charset).papers
    assert paper.title == "Über Diffusion"


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["utf-8", "latin-1", "", "euc-jp"]))
def test_what_is_utf_8_stays_as_it_is(text: str, charset: str) -> None:
    data = ("x" + text).encode()  # begins with no mark
    assert in_utf8(data, charset) == data


@given(st.binary(), st.sampled_from(["", "utf-8", "zlib", "\x00", "idna", "utf-16", "utf-7"]))
def test_whatever_comes_it_is_a_text(data: bytes, charset: str) -> None:
    assert isinstance(as_meant(data), str)
    in_utf8(data, charset)


def test_the_text_of_markup_keeps_its_letters() -> None:
    assert html_text("<p>Zoë &amp; Müller “a”") == "Zoë & Müller “a”"
