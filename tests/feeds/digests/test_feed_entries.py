"""What people's feeds hold, by the rows of "What people hit", and more of their kinds: the right value for each."""

from datetime import date
from html import escape
from typing import Any

import pytest

from feeds.digests import DigestError, parse_digest
from feeds.paper import Digest, Paper

SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:prism="http://prismstandard.org/namespaces/2.0/basic/" xmlns:x="http://www.w3.org/2001/XMLSchema-instance"'
)
TEXT = "We ask how rivers flow, and answer at length with a model of their beds and of the rain above them."


def rss(*items: str, head: str = "<title>A journal</title>") -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0" {SPACES}><channel>{head}{body}</channel></rss>'.encode()


def read(*items: str, **more: Any) -> Digest:
    return parse_digest(rss(*items, **more))


def only(item: str) -> Paper:
    (paper,) = read(f"<title>How rivers flow</title><link>https://a.example/1</link>{item}").papers
    return paper


def described(text: str) -> Paper:
    return only(f"<description><![CDATA[{text}]]></description>")


ROWS: list[tuple[str, str, str, object]] = [
    ("46 IEEE", "<authors>Ada Lovelace;Alan Turing;</authors>", "authors", ("Ada Lovelace", "Alan Turing")),
    ("46 one", "<authors>Ada Lovelace</authors>", "authors", ("Ada Lovelace",)),
    (
        "46 with an attribute",
        '<authors n="2">Ada Lovelace;Alan Turing</authors>',
        "authors",
        ("Ada Lovelace", "Alan Turing"),
    ),
    (
        "46 beside authors",
        "<author>Ada Lovelace</author><authors>A;B;</authors>",
        "authors",
        ("Ada Lovelace", "A", "B"),
    ),
    ("46 links", "<links>none</links><link>https://a.example/1</link>", "id", "https://a.example/1"),
    ("46 tags", "<tags>a,b</tags>", "title", "How rivers flow"),
    ("46 title_detail", "<title_detail>x</title_detail>", "title", "How rivers flow"),
    ("46 summary_detail", f"<summary_detail>x</summary_detail><description>{TEXT}</description>", "abstract", TEXT),
    ("46 published_parsed", "<published_parsed>2026</published_parsed>", "announced", None),
    ("46 updated_parsed", '<updated_parsed a="b"/>', "announced", None),
    (
        "46 beside its own",
        "<pubDate>Mon, 05 Jan 2026 10:00 GMT</pubDate><published_parsed>x</published_parsed>",
        "announced",
        date(2026, 1, 5),
    ),
    ("46 prism with a type", '<prism:doi x:type="a">10.1000/x</prism:doi>', "id", "doi:10.1000/x"),
    ("46 identifier with a type", '<dc:identifier x:type="a">doi:10.1000/x</dc:identifier>', "id", "doi:10.1000/x"),
    (
        "12",
        f"<description>A Journal, Volume 12, Pages 45-67</description><content:encoded>{TEXT}</content:encoded>",
        "abstract",
        TEXT,
    ),
    (
        "12 the other way",
        f"<description>{TEXT}</description><content:encoded>Read more</content:encoded>",
        "abstract",
        TEXT,
    ),
    (
        "12 content first",
        f"<content:encoded>{TEXT}</content:encoded><description>Short.</description>",
        "abstract",
        TEXT,
    ),
    (
        "12 dc:description",
        f"<description>Vol. 3</description><dc:description>{TEXT}</dc:description>",
        "abstract",
        TEXT,
    ),
    ("13 1970", "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", "published", None),
    ("13 year 1", "<pubDate>Mon, 01 Jan 0001 00:00:00 +0000</pubDate>", "announced", None),
    ("13 epoch", "<pubDate>1764230400</pubDate>", "announced", date(2025, 11, 27)),
    ("13 milliseconds", "<pubDate>1764230400000</pubDate>", "announced", date(2025, 11, 27)),
    (
        "13 updated instead",
        "<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate><dc:date>2026-01-05</dc:date>",
        "announced",
        date(2026, 1, 5),
    ),
    ("13 before the epoch", "<pubDate>-62135596800</pubDate>", "announced", None),
    ("13 eleven figures", "<pubDate>99999999999</pubDate>", "announced", None),
    ("13 figures of a day", "<pubDate>20260105100000</pubDate>", "announced", date(2026, 1, 5)),
    ("13 as people write", "<pubDate>January 5, 2026</pubDate>", "announced", date(2026, 1, 5)),
    ("13 in German", "<pubDate>Montag, 5. Januar 2026</pubDate>", "announced", date(2026, 1, 5)),
    ("13 in Chinese", "<pubDate>2026年01月05日 10:00</pubDate>", "announced", date(2026, 1, 5)),
    ("13 at 24:00", "<pubDate>Mon, 05 Jan 2026 24:00:00 GMT</pubDate>", "announced", date(2026, 1, 5)),
    ("13 a leap second", "<pubDate>Mon, 05 Jan 2026 23:59:60 GMT</pubDate>", "announced", date(2026, 1, 5)),
    ("13 no such day", "<pubDate>Sat, 31 Feb 2026 10:00:00 GMT</pubDate>", "announced", None),
    ("13 PRISM", "<prism:publicationDate>2026-01-05</prism:publicationDate>", "announced", date(2026, 1, 5)),
    ("13 dblp", "<pubDate>Thu, 01 Jan 2026 00:00:00 +0100</pubDate>", "announced", date(2025, 12, 31)),
    ("55 ACM", "<dc:creator>Ada Lovelace, Alan Turing</dc:creator>", "authors", ("Ada Lovelace", "Alan Turing")),
    ("55 IACR", "<dc:creator>Ada Lovelace; Alan Turing</dc:creator>", "authors", ("Ada Lovelace", "Alan Turing")),
    ("55 letters", "<dc:creator>A, B</dc:creator>", "authors", ("A", "B")),
    (
        "55 and",
        "<dc:creator>Ada Lovelace, Alan Turing and Grace Hopper</dc:creator>",
        "authors",
        ("Ada Lovelace", "Alan Turing", "Grace Hopper"),
    ),
    (
        "55 surnames first",
        "<dc:creator>Lovelace, Ada, Turing, Alan M.</dc:creator>",
        "authors",
        ("Lovelace, Ada", "Turing, Alan M."),
    ),
    ("55 surname first", "<dc:creator>Lovelace, Ada</dc:creator>", "authors", ("Lovelace, Ada",)),
    ("55 bioRxiv", "<dc:creator>Kukla, D., Crampton, A. B.</dc:creator>", "authors", ("Kukla, D.", "Crampton, A. B.")),
    (
        "55 suffix",
        "<dc:creator>Martin King, Jr., Ada Lovelace</dc:creator>",
        "authors",
        ("Martin King Jr.", "Ada Lovelace"),
    ),
    ("RSS author", "<author>ada@a.example (Ada Lovelace)</author>", "authors", ("Ada Lovelace",)),
    (
        "RSS author, two",
        "<author>ada@a.example (Ada Lovelace), al@a.example (Alan Turing)</author>",
        "authors",
        ("Ada Lovelace", "Alan Turing"),
    ),
    ("RSS author, brackets", "<author>Ada Lovelace &lt;ada@a.example&gt;</author>", "authors", ("Ada Lovelace",)),
    ("RSS author, bare", "<author>Ada Lovelace, Alan Turing</author>", "authors", ("Ada Lovelace", "Alan Turing")),
    ("55 affiliations", "<dc:creator>Ann Lee (MIT), Bob Roe (ETH)</dc:creator>", "authors", ("Ann Lee", "Bob Roe")),
    ("55 a nickname", "<dc:creator>Yuan (Eric) Guo, Bob Roe</dc:creator>", "authors", ("Yuan (Eric) Guo", "Bob Roe")),
    (
        "55 marks of footnotes",
        "<dc:creator>Ann Lee&lt;sup&gt;1,2&lt;/sup&gt;, Bob Roe&lt;sup&gt;2&lt;/sup&gt;</dc:creator>",
        "authors",
        ("Ann Lee", "Bob Roe"),
    ),
    (
        "55 links",
        "<dc:creator>&lt;a href='x'&gt;Ann Lee&lt;/a&gt;, &lt;a href='y'&gt;Bob Roe&lt;/a&gt;</dc:creator>",
        "authors",
        ("Ann Lee", "Bob Roe"),
    ),
    ("55 by, with", "<dc:creator>By Ann Lee, with Bob Roe</dc:creator>", "authors", ("Ann Lee", "Bob Roe")),
    ("55 in Chinese", "<dc:creator>李明、王芳，张伟</dc:creator>", "authors", ("李明", "王芳", "张伟")),
    ("58 info:doi", "<dc:identifier>info:doi/10.1000/x</dc:identifier>", "id", "doi:10.1000/x"),
    (
        "several creators",
        "<dc:creator>Ada Lovelace</dc:creator><dc:creator>Alan Turing</dc:creator>",
        "authors",
        ("Ada Lovelace", "Alan Turing"),
    ),
]


@pytest.mark.parametrize(("item", "field", "right"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_an_entry_is_read_for_what_it_says(item: str, field: str, right: object) -> None:
    assert getattr(only(item), field) == right


NATURE = "Nature, Published online: 19 November 2025; doi:10.1038/s41586-025-09733-7"
HEADS: list[tuple[str, str, str, dict[str, object]]] = [
    ("Nature", f"<p>{NATURE}</p>{TEXT}", TEXT, {"publication": "Nature"}),
    ("Nature, run together", NATURE + TEXT, TEXT, {"publication": "Nature"}),
    ("PLOS", f"<p>by Jane Doe, John Roe</p>\n{TEXT}", TEXT, {"authors": ("Jane Doe", "John Roe")}),
    ("PLOS, a line", f"by Jane Doe, Juan de la Cruz<br/>{TEXT}", TEXT, {"authors": ("Jane Doe", "Juan de la Cruz")}),
    (
        "Elsevier",
        (
            "<p>Publication date: December 2025</p><p><b>Source:</b> Neural Networks, Volume 192</p>"
            "<p>Author(s): Jane Doe, John Roe</p>"
        ),
        "",
        {"authors": ("Jane Doe", "John Roe"), "publication": "Neural Networks, Volume 192"},
    ),
    (
        "Elsevier, one line",
        "Publication date: May 2025 Source: Neural Networks, Volume 192 Author(s): Jane Doe, John Roe",
        "",
        {"authors": ("Jane Doe", "John Roe")},
    ),
    (
        "Elsevier, online",
        "<p>Publication date: Available online 15 May 2025</p><p>Source: Neural Networks</p><p>Author(s): Jane Doe</p>",
        "",
        {"authors": ("Jane Doe",)},
    ),
    ("ACM", f"Journal of Examples, Volume 12, Issue 3, Page 1-10, November 2025. <br/>{TEXT}", TEXT, {}),
    ("Taylor & Francis", "Volume 12, Issue 3, September 2025, Page 45-67<br/>.", "", {}),
    ("Wiley", "Advanced Materials, EarlyView.", "", {}),
    ("Wiley, an issue", "Advanced Materials, Volume 37, Issue 45, November 13, 2025.", "", {}),
    ("Sage", f"Journal of Examples, Ahead of Print. <br/>{TEXT}", TEXT, {}),
    (
        "APS",
        f"<p>Author(s): Jane Doe and John Roe</p><p>{TEXT}</p><p>[Phys. Rev. 135, 2116] Published Tue Nov 18, 2025</p>",
        TEXT,
        {"authors": ("Jane Doe", "John Roe")},
    ),
    (
        "MDPI",
        (
            "Remote Sensing, Vol. 17, Pages 3765: How rivers flow<br/>Remote Sensing doi: 10.3390/rs17223765<br/>"
            f"Authors:<br/>Jane Doe<br/>John Roe<br/>{TEXT}"
        ),
        TEXT,
        {"authors": ("Jane Doe", "John Roe"), "publication": "Remote Sensing"},
    ),
    (
        "PubMed",
        (
            "<p>Nat Commun. 2025 Nov 19;16(1):1234. doi: 10.1038/s41467-025-00001-1.</p><p>ABSTRACT</p>"
            f"<p>{TEXT}</p><p>PMID:41258123 | DOI:10.1038/s41467-025-00001-1</p>"
        ),
        TEXT,
        {"publication": "Nat Commun"},
    ),
    ("Springer", f"<h3>Abstract</h3><p>{TEXT}</p>", TEXT, {}),
    (
        "MDPI, the DOI names the paper",
        f"Remote Sensing, Vol. 17, Pages 3765: Rivers<br/>doi: 10.3390/rs17223765<br/>{TEXT}",
        TEXT,
        {"doi": "10.3390/rs17223765", "id": "doi:10.3390/rs17223765"},
    ),
    (
        "RSC",
        (
            "<div>Chem. Sci.</div><div>, 2026, Accepted Manuscript</div>"
            "<div>DOI: 10.1039/D6SC00001A, Edge Article</div><div>Jane Doe, John Roe</div>"
            f"<div>{TEXT}</div><div>To cite this article before page numbers are assigned, use the DOI.</div>"
            "<div>The content of this RSS Feed (c) The Royal Society of Chemistry</div>"
        ),
        TEXT,
        {"authors": ("Jane Doe", "John Roe"), "doi": "10.1039/d6sc00001a"},
    ),
    (
        "ACS",
        "<div><cite>Journal of Examples</cite></div><div>DOI: 10.1021/jacs.6c00001</div>",
        "",
        {"doi": "10.1021/jacs.6c00001"},
    ),
    ("Wiley, graphical", f"<p>A picture of rivers.</p><h2>ABSTRACT</h2><p>{TEXT}</p>", TEXT, {}),
    ("Nature, a stroke", f"Scientific Reports, Published online: 5 May 2026 | doi:10.1038/x {TEXT}", TEXT, {}),
    ("a DOI first", f"DOI: 10.1234/abcd.5678 {TEXT}", TEXT, {"doi": "10.1234/abcd.5678"}),
    (
        "authors and label",
        f"Authors: Jane Doe, John Roe. Abstract: {TEXT}",
        TEXT,
        {"authors": ("Jane Doe", "John Roe")},
    ),
    ("ABSTRACT, glued", f"AbstractBackground {TEXT}", f"Background {TEXT}", {}),
    (
        "dblp",
        "Jane Doe, John Roe: How rivers flow. J. Ex. 12(3): 45-67 (2026)",
        "",
        {"authors": ("Jane Doe", "John Roe"), "publication": "J. Ex. 12(3): 45-67 (2026)"},
    ),
    ("JMLR", "Jane Doe, John Roe; 27(12):1−45, 2026.", "", {"authors": ("Jane Doe", "John Roe")}),
    (
        "WordPress",
        f"<p>{TEXT}</p><p>The post <a href='x'>Rivers</a> appeared first on <a href='y'>Lab</a>.</p>",
        TEXT,
        {},
    ),
    ("nothing but a point", "Volume 12, Issue 3, September 2025, Page 45-67<br/>. ", "", {"authors": ()}),
    (
        "none: names and a year",
        "Vision Transformers: A survey of methods. We review what was written until 2025.",
        "Vision Transformers: A survey of methods. We review what was written until 2025.",
        {},
    ),
    (
        "none: Abstract Meaning",
        "Abstract Meaning Representation is hard. Read more of it.",
        "Abstract Meaning Representation is hard. Read more of it.",
        {},
    ),
    (
        "none: a sentence",
        "Volume 3 of the series treats rivers, and so do we.",
        "Volume 3 of the series treats rivers, and so do we.",
        {},
    ),
    (
        "none: by",
        "By combining rivers, rain and snow, we show it.",
        "By combining rivers, rain and snow, we show it.",
        {},
    ),
    ("none: abstract", "Abstract reasoning is hard.", "Abstract reasoning is hard.", {}),
    (
        "none: a month",
        "May 2025 was the warmest month. We show why.",
        "May 2025 was the warmest month. We show why.",
        {},
    ),
    ("none: source", "Source: our own data are few. We show why.", "Source: our own data are few. We show why.", {}),
    ("none: published", "Published works on rivers of 2025 are few.", "Published works on rivers of 2025 are few.", {}),
]


@pytest.mark.parametrize(
    ("text", "abstract", "more"), [row[1:] for row in HEADS], ids=[f"55 {row[0]}" for row in HEADS]
)
def test_a_publishers_first_lines_are_no_abstract(text: str, abstract: str, more: dict[str, object]) -> None:
    paper = described(text)
    assert paper.abstract == abstract
    assert {name: getattr(paper, name) for name in more} == more


def test_55_the_authors_alone_are_no_abstract() -> None:
    acl = "<title>How rivers flow</title><link>https://aclanthology.org/2026.acl-long.1/</link>"
    (paper,) = read(f"{acl}<description>Jane Doe, John Roe and Juan de la Cruz</description>").papers
    assert (paper.authors, paper.abstract) == (("Jane Doe", "John Roe", "Juan de la Cruz"), "")
    again = only("<dc:creator>Jane Doe; John Roe</dc:creator><description>Jane Doe, John Roe</description>")
    assert again.abstract == ""


def entry(number: int, link: str, title: str = "", guid: str = "", text: str = "") -> str:
    return (
        f"<title>{title or f'Note {number}'}</title><link>https://a.example/{link}</link>"
        f"<guid isPermaLink='false'>{guid or f'id-{number}'}</guid><description>{text}</description>"
    )


@pytest.mark.parametrize("link", ["#n{}", "?ref={}", "?rss={}", "#/paper/{}", "?utm_content={}", "p?id={}", "p/{}"])
def test_10_entries_whose_links_differ_a_little_are_as_many_papers(link: str) -> None:
    digest = read(*(entry(number, link.format(number)) for number in range(3)))
    assert len({paper.id for paper in digest.papers}) == 3
    assert sorted(digest.guids.values()) == ["id-0", "id-1", "id-2"]


@pytest.mark.parametrize("link", ["{}", "news", ""], ids=["own links", "one link", "the site's link"])
def test_11_three_editorials_are_three_papers(link: str) -> None:
    digest = read(*(entry(n, link.format(n), "Editorial") for n in range(3)), head="<link>https://a.example/</link>")
    assert len({paper.id for paper in digest.papers}) == 3
    assert set(digest.guids.values()) == {"id-0", "id-1", "id-2"}


def test_one_title_under_one_link_without_ids_is_told_apart_by_its_text() -> None:
    item = "<title>Editorial</title><link>https://a.example/news</link><description>{}</description>"
    assert len(read(*(item.format(text) for text in ("One.", "Two.", "Three."))).papers) == 3
    assert len(read(item.format("One."), item.format("One.")).papers) == 1


def test_an_id_or_a_doi_that_all_entries_share_names_none() -> None:
    items = [
        f"<title>Note {n}</title><link>https://a.example/{n}</link><guid>g</guid><prism:doi>10.1000/issue</prism:doi>"
        for n in range(3)
    ]
    digest = read(*items)
    assert [paper.id for paper in digest.papers] == [f"https://a.example/{n}" for n in range(3)]
    assert digest.guids == {}


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"{}><title>B</title>{}'
    '<entry><title>T</title><id>a:1</id><link href="post-4/"/></entry></feed>'
)


@pytest.mark.parametrize(
    ("base", "head", "address", "right"),
    [
        ("", '<link rel="self" href="http://host.example/feed/"/>', "", "http://host.example/feed/post-4/"),
        (
            ' xml:base="http://host.example/blog/"',
            '<link rel="self" href="http://host.example/feed/"/>',
            "http://x.example/",
            "http://host.example/blog/post-4/",
        ),
        ("", "", "http://host.example/final/feed.xml", "http://host.example/final/post-4/"),
        ("", '<link rel="self" href="/feed/"/>', "http://host.example/x", "http://host.example/feed/post-4/"),
        ("", '<link href="http://host.example/"/>', "", "http://host.example/post-4/"),
        (' xml:base="/blog/"', "", "http://host.example/feed", "http://host.example/blog/post-4/"),
        ("", "", "", None),
    ],
)
def test_22_links_of_atom_are_relative_to_the_document(base: str, head: str, address: str, right: str | None) -> None:
    (paper,) = parse_digest(ATOM.format(base, head).encode(), address=address).papers
    assert paper.links.get("abstract") == right


@pytest.mark.parametrize(
    ("head", "address", "right"),
    [
        ("<link>https://lab.example/</link>", "", "https://lab.example/posts/1"),
        ("<link>https://lab.example/</link>", "https://cdn.example/feed", "https://lab.example/posts/1"),
        ("", "https://lab.example/feed.xml", "https://lab.example/posts/1"),
        ("<link>/</link>", "https://lab.example/feed.xml", "https://lab.example/posts/1"),
    ],
)
def test_22_links_of_rss_are_relative_to_its_site(head: str, address: str, right: str) -> None:
    data = rss("<title>T</title><link>/posts/1</link>", head=head)
    assert parse_digest(data, address=address).papers[0].links["abstract"] == right


def test_22_a_link_that_is_none_is_left_out() -> None:
    (paper,) = read("<title>T</title><link>http://[broken/1</link>", head="<link>https://lab.example/</link>").papers
    assert "abstract" not in paper.links


def test_an_id_that_forgot_to_say_that_it_is_no_link_is_none() -> None:
    (paper,) = read("<title>T</title><guid>post-17</guid>", head="<link>https://lab.example/</link>").papers
    assert (dict(paper.links), paper.id.startswith("t-")) == ({}, True)


COMMENTS_FIRST = "".join(
    f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in ("/comments/feed/", "/feed/")
)
PAGE = "<!DOCTYPE html><html><head><title>Lab</title>{}</head><body><p>Hello</p></body></html>"


@pytest.mark.parametrize(
    ("links", "feed"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/feed.xml">', "https://lab.example/feed.xml"),
        ('<LINK REL="ALTERNATE" TYPE="application/atom+xml" HREF="https://x.example/a">', "https://x.example/a"),
        (
            '<base href="https://b.example/x/"><link rel=alternate type=application/atom+xml href=a>',
            "https://b.example/x/a",
        ),
        (COMMENTS_FIRST, "https://lab.example/feed/"),
    ],
)
def test_27_a_web_page_names_its_feed(links: str, feed: str) -> None:
    with pytest.raises(DigestError, match="web page") as caught:
        parse_digest(PAGE.format(links).encode(), address="https://lab.example/about")
    assert f"its feed is {feed}" in str(caught.value)


def test_27_a_web_page_without_a_feed_says_so() -> None:
    with pytest.raises(DigestError, match="a web page"):
        parse_digest(PAGE.format("").encode())


def test_a_silent_document_is_read_in_the_charset_of_its_answer() -> None:
    silent = rss("<title>Größe</title>").replace(b'<?xml version="1.0"?>', b"").decode()
    assert parse_digest(silent.encode("iso-8859-2"), charset="iso-8859-2").papers[0].title == "Größe"
    assert parse_digest(silent.encode(), charset="iso-8859-2").papers[0].title == "Größe"
    assert parse_digest(silent.encode(), charset="no-such").papers[0].title == "Größe"
    told = f'<?xml version="1.0" encoding="iso-8859-2"?>{silent}'.encode("iso-8859-2")
    assert parse_digest(told, charset="utf-8").papers[0].title == "Größe"


def test_raised_and_lowered_figures_of_an_entry_make_no_other_number() -> None:
    html = "<p>We use 10<sup>6</sup> images, x<sup>n+1</sup>, H<sub>2</sub>O, the 20<sup>th</sup>.</p>"
    item = f"<item><title>Ten to the six</title><guid>1</guid><description>{escape(html)}</description></item>"
    rss = f'<rss version="2.0"><channel><title>t</title><link>https://a.example/</link>{item}</channel></rss>'
    assert parse_digest(rss.encode()).papers[0].abstract == "We use 10⁶ images, xⁿ⁺¹, H₂O, the 20th."
