"""Poisoned records: they harm neither the feed nor whoever reads it."""

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import feedparser  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree, html

from feeds.paper import Paper
from feeds.render import Feed, Kind, render
from feeds.render.safe import legal, one_line, web_url
from tests.feeds.render.samples import FEED, KINDS, RECORDED, small_papers

ATOM = "{http://www.w3.org/2005/Atom}"
ANY_TEXT = st.text(st.characters(), max_size=40) | st.text(
    "<>&;'\"]![CDATA-\\$#x/: \r\n\t\x00\x1b\ud800\ufffe", max_size=40
)
NAMES = ("abstract", "pdf", "page", "code", "project", "thumbnail")
SOUND = Paper("sound", "A sound paper", "", announced=date(2025, 9, 30))


def _hostile_papers() -> list[Paper]:
    file = RECORDED / "hostile.json"
    if not file.exists():
        pytest.skip("the recorded hostile texts are not here")
    records = json.loads(file.read_text(encoding="utf-8"))
    return [
        Paper(r["id"], r["title"], r["abstract"], tuple(r.get("authors", (r["title"],))), links=r.get("links", {}))
        for r in records
    ]


def _meant(text: str) -> str:
    """The text as a reader should get it: what XML forbids or advises against is gone, and it is one line."""
    kept = (c for c in text if c in "\t\n\r" or not (unicodedata.category(c) in {"Cc", "Cs"} or _is_noncharacter(c)))
    return " ".join("".join(kept).split())


def _is_noncharacter(c: str) -> bool:
    return c in "\ufffe\uffff" or "\ufdd0" <= c <= "\ufdef"


def _bodies(kind: Kind, made: bytes) -> list[str]:
    if kind == "json":
        return [item["content_html"] for item in json.loads(made)["items"]]
    tags = ("description", "{http://purl.org/rss/1.0/modules/content/}encoded", f"{ATOM}summary", f"{ATOM}content")
    return [element.text or "" for element in etree.fromstring(made).iter(*tags)]


def _titles(kind: Kind, made: bytes) -> list[str]:
    if kind == "json":
        return [item["title"] for item in json.loads(made)["items"]]
    path = "channel/item/title" if kind == "rss" else f"{ATOM}entry/{ATOM}title"
    return [element.text or "" for element in etree.fromstring(made).iterfind(path)]


def _addresses(kind: Kind, made: bytes) -> list[str]:
    if kind == "json":
        return [item[name] for item in json.loads(made)["items"] for name in ("url", "image") if name in item]
    tree = etree.fromstring(made)
    attributes = [value for element in tree.iter() for name in ("href", "url") if (value := element.get(name))]
    return attributes + [link.text or "" for link in tree.iter("link")]


def _harm(body: str) -> list[str]:
    """What a browser would run or load: any tag but p and a, any attribute but a web address."""
    found: list[str] = []
    for element in html.fragment_fromstring(body, create_parent="div").iterdescendants():
        found += [] if element.tag in {"p", "a"} else [f"tag {element.tag}"]
        harmless = all(
            name == "href" and urlsplit(value).scheme in {"http", "https"} for name, value in element.items()
        )
        found += [] if harmless else [f"attributes {element.items()}"]
    return found


@pytest.mark.threat(6)
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_records_are_all_shown_and_do_no_harm(kind: Kind) -> None:
    papers = _hostile_papers()
    made = render(Feed("h", "Hostile"), papers, kind)
    shown = sorted(papers, key=lambda paper: paper.id)
    assert _titles(kind, made) == [_meant(paper.title) or paper.id for paper in shown]
    assert [harm for body in _bodies(kind, made) for harm in _harm(body)] == []
    assert {urlsplit(address).scheme for address in _addresses(kind, made)} <= {"http", "https"}


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_feedparser_reads_hostile_records_as_they_were_meant(kind: Kind) -> None:
    papers = _hostile_papers()
    parsed = feedparser.parse(render(Feed("h", "Hostile"), papers, kind))
    assert parsed.bozo is False
    shown = sorted(papers, key=lambda paper: paper.id)
    assert [entry.title for entry in parsed.entries] == [_meant(paper.title) or paper.id for paper in shown]


def test_the_check_for_harm_sees_harm() -> None:
    for body in ("<script>x</script>", "<p onclick=x>", '<a href="javascript:x">', "<img>", '<a href="/x">'):
        assert _harm(body)


@given(title=ANY_TEXT, abstract=ANY_TEXT, name=ANY_TEXT, link=ANY_TEXT, key=ANY_TEXT)
@example(title="]]> <![CDATA[x]]>", abstract="\r\n\r", name="", link="http://x.example/%zz[\ud800", key="\ud800")
@example(title="a\x85b\u2028c", abstract="</p><script>", name="\x00", link="http://[::1", key="..")
def test_any_text_in_any_field_is_rendered_and_read_back(
    title: str, abstract: str, name: str, link: str, key: str
) -> None:
    links = {n: "https://x.example/" + link if n == "pdf" else link for n in NAMES}
    paper = Paper(key, title, abstract, (name, "Ann"), categories=(name,), links=links, doi=name, publication=name)
    feed = Feed("s", title, query=abstract, description=name, hub=link)
    for kind in KINDS:
        made = render(feed, [paper, SOUND], kind)
        assert _titles(kind, made) == ["A sound paper", _meant(title) or _meant(key) or "Untitled"]
        assert [harm for body in _bodies(kind, made) for harm in _harm(body)] == []


@given(ANY_TEXT)
def test_the_words_of_an_abstract_are_read_back(abstract: str) -> None:
    body = _bodies("json", render(FEED, [Paper("k", "t", abstract)], "json"))[0]
    read = html.fragment_fromstring(body, create_parent="div")
    paragraphs = [paragraph.text_content() for paragraph in read]
    assert paragraphs == [line for line in map(_meant, abstract.split("\n")) if line]


@given(ANY_TEXT)
def test_an_address_is_empty_or_a_web_address_in_plain_ascii(text: str) -> None:
    for address in (web_url(text), web_url("https://x.example/" + text), web_url("HTTP://" + text)):
        assert not address or (address.isascii() and urlsplit(address).scheme in {"http", "https"})
        assert not set(address) & set(" <>\"'\\^`{|}\t\r\n") - {"'"}
        assert web_url(address) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" https://arxiv.org/abs/2503.02130 ", "https://arxiv.org/abs/2503.02130"),
        ("HTTPS://x.example/a b?q=ü&r=%20#f", "https://x.example/a%20b?q=%C3%BC&r=%20#f"),
        ("http://x.example:8080/100%/[1]", "http://x.example:8080/100%25/%5B1%5D"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("http://x.example", "http://x.example"),
        ("https://user:pass@x.example/", ""),
        ("javascript:alert(1)//http://x.example/", ""),
        ("java\nscript:alert(1)", ""),
        ("javascript://x.example/%0Aalert(1)", ""),
        ("ftp://x.example/a", ""),
        ("data:text/html,<b>", ""),
        ("//x.example/a", ""),
        ("http:///a", ""),
        ("http://[::1", ""),
        ("file:///etc/passwd", ""),
        ("", ""),
    ],
)
def test_an_address_is_kept_encoded_or_refused(text: str, address: str) -> None:
    assert web_url(text) == address


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_at_the_end_of_time_costs_only_itself(kind: Kind) -> None:
    never = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5)))
    lost = replace(SOUND, id="lost", updated=never)
    assert render(FEED, [lost, *small_papers()], kind) == render(FEED, small_papers(), kind)
    early = replace(SOUND, id="early", announced=date(1, 1, 1), first_seen=datetime(1, 1, 1, tzinfo=UTC))
    assert _titles(kind, render(FEED, [early, *small_papers()], kind))[-1] == "A sound paper"


@given(ANY_TEXT | st.text("a \u00a0\u3000é", max_size=6))
@example("é  a")
@example(" é")
@example("a ")
def test_one_line_is_what_is_legal_with_one_space_between_words(text: str) -> None:
    assert one_line(text) == _meant(text)


def test_what_is_printable_is_legal_and_but_for_a_space_no_white_space() -> None:
    printable = (c for c in map(chr, range(0x110000)) if c.isprintable())
    assert {c for c in printable if c.isspace() or legal(f"{c}\n") != f"{c}\n"} == {" "}


def _authors(kind: Kind, made: bytes) -> list[Any]:
    if kind == "json":
        return [author["name"] for author in json.loads(made)["items"][0]["authors"]]
    tree = etree.fromstring(made)
    path = "channel/item/{http://purl.org/dc/elements/1.1/}creator"
    if kind == "rss":
        return str(tree.findtext(path)).split(", ")
    return [e.text for e in tree.iterfind(f"{ATOM}entry/{ATOM}author/{ATOM}name")]


@pytest.mark.parametrize("kind", KINDS)
def test_three_thousand_authors_are_all_named_also_two_of_one_name(kind: Kind) -> None:
    names = [f"Author {n:04} عربي" for n in range(3_303)]
    paper = replace(SOUND, authors=(*names, names[0], "", " \x0b"))
    assert _authors(kind, render(FEED, [paper], kind)) == [*names, names[0]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "title",
    [
        r"$\beta$-VAE at $10^{-4}$: $\mathcal{O}(n \log n)$ \textbf{fast} 52.56\%",
        "نموذج لغوي כבד LLM 大语言模型 モデル",
        "Very " * 60 + "long",
        "a < b && c > d; ]]> AT&T &amp; R&amp;D &lt;b&gt; &#60; &nbsp;",
        "{{ 7*7 }} ${x} %(y)s </title></item></channel></rss>",
    ],
)
def test_a_hard_title_is_read_back_letter_for_letter(kind: Kind, title: str) -> None:
    assert _titles(kind, render(FEED, [replace(SOUND, title=title)], kind)) == [title]
