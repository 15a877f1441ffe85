"""What an entry says and what it keeps to itself, in which order, and with which fallbacks."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from lxml import etree

from feeds.paper import Paper
from feeds.render import CONTENT_TYPES, Feed, Kind, entry_id, opml, permalink, render
from tests.feeds.render.samples import FEED, KINDS, feed_order, small_papers

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"


def _tree(kind: Kind, papers: list[Paper], feed: Feed = FEED) -> Any:
    return etree.fromstring(render(feed, papers, kind))


def _titles(papers: list[Paper]) -> list[str | None]:
    return [title.text for title in _tree("rss", papers).iterfind("channel/item/title")]


def _of_day(title: str, day: int, **facts: Any) -> Paper:
    return Paper(title, title, "", announced=date(2025, 9, day), **facts)


def test_the_newest_day_comes_first_then_the_newest_sighting_then_the_id() -> None:
    early, late = datetime(2025, 9, 2, 5, tzinfo=UTC), datetime(2025, 9, 2, 7, tzinfo=timezone(timedelta(hours=1)))
    papers = [
        Paper("undated", "undated", ""),
        _of_day("b", 2, first_seen=early, votes=99),
        _of_day("c", 2, first_seen=late),
        _of_day("a", 2, first_seen=early, votes=1),
        _of_day("old", 1, first_seen=late),
        _of_day("new", 3, first_seen=early),
        _of_day("unseen", 2),
    ]
    assert _titles(papers) == ["new", "c", "a", "b", "unseen", "old", "undated"]
    assert _titles(papers[::-1]) == _titles(papers)


def test_days_and_moments_without_a_zone_count_as_utc() -> None:
    naive = datetime(2025, 9, 2, 5)  # noqa: DTZ001  # what a notebook may hand in
    papers = [
        _of_day("a", 2, first_seen=naive - timedelta(hours=1), updated=naive),
        replace(_of_day("b", 2), announced=naive),
    ]
    assert _titles(papers) == ["a", "b"]
    updated = _tree("atom", papers).findtext(f"{ATOM}entry/{ATOM}updated")
    assert updated.startswith("2025-09-02T05:00:00.")


def test_an_entry_is_updated_when_it_was_published_until_its_text_changes() -> None:
    stored, changed = datetime(2026, 3, 1, 5, tzinfo=UTC), datetime(2026, 3, 2, 6, tzinfo=UTC)
    archived = _of_day("a", 2, first_seen=stored, updated=stored)
    updated = [
        _tree("atom", [paper]).findtext(f"{ATOM}entry/{ATOM}updated")[:19]
        for paper in (archived, replace(archived, updated=changed))
    ]
    assert updated == ["2025-09-02T00:00:00", "2026-03-02T06:00:00"]
    # The feed itself moved when the paper came, so that a reader which goes by its date alone looks into it.
    assert _tree("atom", [archived]).findtext(f"{ATOM}updated").startswith("2026-03-01T05:00:00")


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentence_by_ai_stands_above_the_abstract_and_says_so_and_changes_no_date(kind: Kind) -> None:
    plain = Paper("a", "A", "We do B.")
    said = replace(plain, sentence="A < does > B.")
    with_it, without = render(FEED, [said], kind).decode(), render(FEED, [plain], kind).decode()
    assert "summary by AI" in with_it
    assert with_it.index("summary by AI") < with_it.index("We do B.")
    assert "<b>" not in with_it
    dates = re.compile(r"\d{4}-\d\d-\d\dT[^<\"]*|\d\d [A-Z][a-z]{2} \d{4} [^<]*")
    assert dates.findall(with_it) == dates.findall(without) != []


@pytest.mark.parametrize("kind", KINDS)
def test_votes_comments_stars_and_keywords_are_not_in_the_feed(kind: Kind) -> None:
    moved = [replace(p, votes=7, comments=8, stars=9, sources=("x",), keywords=("k",)) for p in small_papers()]
    assert render(FEED, moved, kind) == render(FEED, small_papers(), kind)


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_id_stands_once_in_a_feed(kind: Kind) -> None:
    assert render(FEED, small_papers() * 2, kind) == render(FEED, small_papers(), kind)


def test_a_stored_entry_id_outlives_a_new_base_url() -> None:
    moved = _tree("rss", small_papers(), replace(FEED, base_url="https://elsewhere.example/"))
    assert moved.findtext("channel/item/guid") == "tag:papers.example.org,2025:paper/2509.26507"
    assert moved.find("channel/item/guid").get("isPermaLink") == "false"


def test_an_entry_id_is_made_of_host_year_and_key() -> None:
    assert entry_id("https://Papers.example.org:8443/x/", 2026, "2503.02130") == (
        "tag:papers.example.org,2026:paper/2503.02130"
    )
    assert entry_id("https://x.example/", 998, "../a b\ud800") == "tag:x.example,0998:paper/..%2Fa%20b"
    assert permalink("https://x.example/site/", "2503.02130") == "https://x.example/site/papers/2503.02130.html"
    assert permalink("https://x.example/site/", "math/0309136").startswith(
        "https://x.example/site/papers/math-0309136-"
    )


def test_the_link_is_the_abstract_else_the_daily_page_else_our_own() -> None:
    links = {"page": "https://huggingface.co/papers/1", "abstract": "https://arxiv.org/abs/1"}
    found = [
        _tree("rss", [Paper("k", "t", "", links=some)]).findtext("channel/item/link")
        for some in (links, {"page": links["page"], "abstract": "ftp://x.example/"}, {"pdf": "https://arxiv.org/pdf/1"})
    ]
    assert found == ["https://arxiv.org/abs/1", links["page"], "https://papers.example.org/papers/k.html"]


def test_atom_links_say_what_they_are_and_no_address_comes_twice() -> None:
    first = small_papers()[-1]
    paper = replace(first, links={**first.links, "project": first.links["pdf"]})
    links = [dict(link.attrib) for link in _tree("atom", [paper]).iterfind(f"{ATOM}entry/{ATOM}link")]
    assert links == [
        {"href": "https://arxiv.org/abs/2509.26507", "rel": "alternate"},
        {"href": "https://arxiv.org/pdf/2509.26507", "rel": "related", "title": "PDF"},
        {"href": "https://huggingface.co/papers/2509.26507", "rel": "related", "title": "Daily Papers"},
        {"href": "https://github.com/pathwaycom/bdh", "rel": "related", "title": "Code"},
    ]


def test_the_body_is_the_abstract_in_paragraphs_and_a_line_of_links() -> None:
    item = _tree("rss", small_papers()).find("channel/item")
    abstract = (
        "<p>A language model made of neurons that meet locally, as strong as GPT-2 at the same size.</p>"
        "<p>Its memory is in its synapses, and they can be read.</p>"
    )
    body = (
        f'{abstract}<p><a href="https://arxiv.org/abs/2509.26507">Abstract</a> · '
        '<a href="https://arxiv.org/pdf/2509.26507">PDF</a> · '
        '<a href="https://huggingface.co/papers/2509.26507">Daily Papers</a> · '
        '<a href="https://github.com/pathwaycom/bdh">Code</a></p>'
    )
    assert item.findtext("description") == body
    assert item.find("{http://purl.org/rss/1.0/modules/content/}encoded") is None
    assert _tree("atom", small_papers()).findtext(f"{ATOM}entry/{ATOM}summary") == body


def test_the_text_stands_once_in_an_entry() -> None:
    for kind in KINDS:
        assert render(FEED, small_papers(), kind).count(b"A language model made of neurons") == 1


def test_authors_are_one_dc_creator_in_rss_and_authors_in_atom_and_never_both() -> None:
    rss, atom = _tree("rss", small_papers()), _tree("atom", small_papers())
    first = feed_order()[0]
    assert [e.text for e in rss.find("channel/item").iterfind(f"{DC}creator")] == [", ".join(first.authors)]
    assert tuple(e.text for e in atom.find(f"{ATOM}entry").iterfind(f"{ATOM}author/{ATOM}name")) == first.authors
    assert not list(rss.iterfind("channel/item/author"))
    assert not list(atom.iter(f"{DC}*"))


def test_names_with_commas_of_their_own_stand_apart_by_semicolons() -> None:
    paper = replace(small_papers()[0], authors=("Kukla, D.", "Ada Lovelace"))
    assert _tree("rss", [paper]).findtext(f"channel/item/{DC}creator") == "Kukla, D.; Ada Lovelace"
    nobody = replace(paper, authors=())
    assert _tree("rss", [nobody]).find(f"channel/item/{DC}creator") is None


def test_rss_titles_are_escaped_once_by_hexadecimal_references() -> None:
    made = render(FEED, small_papers(), "rss")
    assert b"<title>Forgetting Transformer: p &#x3C; 0.05 &#x26; softmax -&#x3E; gates</title>" in made
    assert b"<title>Small &#x26; &#x3C;plain&#x3E;</title>" in made


def test_a_paper_without_title_goes_by_its_key() -> None:
    assert _titles([Paper("2601.00021", " \n\x0b", ""), Paper("", "", "")]) == ["Untitled", "2601.00021"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_may_live_at_an_address_of_its_own(kind: Kind) -> None:
    feed = replace(FEED, path="search.{kind}?q=kv%20cache&n=1", base_url="https://papers.example.org")
    assert feed.url(kind) == f"https://papers.example.org/search.{kind}?q=kv%20cache&n=1"
    assert feed.url(kind).replace("&", "&amp;" if kind != "json" else "&").encode() in render(feed, [], kind)


def test_a_feed_of_everything_needs_neither_title_nor_description() -> None:
    channel = _tree("rss", [], Feed("all", "")).find("channel")
    assert channel.findtext("title") == "all"
    assert channel.findtext("description") == "All papers"
    assert _tree("atom", [], Feed(" ", "\x0b")).findtext(f"{ATOM}title") == "Papers"


def test_an_unknown_format_is_refused_even_for_no_papers() -> None:
    for papers in ([], small_papers()):
        with pytest.raises(ValueError, match="'opml': rss, atom or json"):
            render(FEED, papers, "opml")  # type: ignore[arg-type]  # the fault under test


def test_the_list_of_feeds_names_each_feed_with_its_addresses() -> None:
    feeds = [FEED, Feed("b", "\ud800\x00B", base_url=FEED.base_url)]
    outlines = etree.fromstring(opml(feeds, "All\x0b")).findall("body/outline")
    assert [o.get("text") for o in outlines] == [o.get("title") for o in outlines] == ["Small & <plain>", "B"]
    assert outlines[1].get("xmlUrl") == "https://papers.example.org/feeds/b.rss"
    assert outlines[1].get("htmlUrl") == "https://papers.example.org/"
    atom = etree.fromstring(opml(feeds, "All", "atom")).find("body/outline")
    assert atom is not None
    assert atom.get("xmlUrl") == "https://papers.example.org/feeds/small.atom"


def test_every_format_has_a_content_type() -> None:
    assert set(CONTENT_TYPES) == {*KINDS, "opml"}


def test_pages_of_an_archive_lead_back_from_page_to_page_and_are_marked() -> None:
    """RFC 5005, 4."""
    feed = FEED.archived(2)
    atom, rss = _tree("atom", feed_order(), feed), _tree("rss", feed_order(), feed)
    wanted = {
        "self": "https://papers.example.org/feeds/small/2.{}",
        "current": "https://papers.example.org/feeds/small.{}",
        "prev-archive": "https://papers.example.org/feeds/small/1.{}",
    }
    for kind, top in (("atom", atom), ("rss", rss[0])):
        links = {link.get("rel"): link.get("href") for link in top.iterfind(f"{ATOM}link")}
        assert {name: links[name] for name in wanted} == {name: url.format(kind) for name, url in wanted.items()}
        assert top.find("{http://purl.org/syndication/history/1.0}archive") is not None
    assert json.loads(render(feed, [], "json"))["next_url"] == "https://papers.example.org/feeds/small/1.json"
    first = render(FEED.archived(1), feed_order(), "atom")
    assert b"prev-archive" not in first
    assert b"fh:archive" in first
    assert b"fh:archive" not in render(FEED, feed_order(), "atom")


def test_who_reaches_the_site_elsewhere_sees_that_address_and_the_same_ids() -> None:
    there = FEED.at("https://proxy.example.net/papers/")
    assert there.url("atom") == "https://proxy.example.net/papers/feeds/small.atom"
    assert there.at("https://third.example/").id == there.id == FEED.id
