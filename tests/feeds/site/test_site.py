"""The pages by themselves: values in, HTML out. What the server and the files do with them is tested there."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from feeds.paper import Paper, Picture
from feeds.query import parse_query
from feeds.render import Feed
from feeds.site import (
    SPANS,
    FeedSummary,
    Listed,
    Lister,
    Period,
    Search,
    Sheet,
    Site,
    Stretch,
    Times,
    address_page,
    error_page,
    feed_item,
    feed_page,
    feeds_page,
    home_page,
    listed,
    moved,
    page_name,
    paper_page,
    pieces,
    search_page,
    sheets,
    time_page,
    weeks_of,
)
from feeds.site.address import search_path, term_path
from feeds.site.marking import marked
from feeds.site.ways import ways_of
from feeds.site.weeks import Week, bars, line, mean

SITE = Site("https://papers.example.org/", ("rss", "atom", "json"))
SERVED = replace(SITE, served=True)
FEED = Feed("all", "All", "*", SITE.base_url)
PIECES = ["<", ">", "&", '"', "'", "<script>", "</title>", "<img onload=x>", "javascript:x", "{{ x }}"]
PIECES += ['" onload="x', '="../']
ANYTHING = st.lists(st.one_of(st.characters(), st.sampled_from([*PIECES, "\x00", "\ud800"]))).map("".join)
OWN = ("style.css", "site.js", "icon.svg", "index.html", "search", "feeds.opml", "feeds.html", "feeds/", "papers/")
OWN += ("day/", "week/", "month/")
spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted).map(tuple), max_size=5)


def page(content: bytes) -> Any:
    return html.document_fromstring(content)


def paper(**more: Any) -> Paper:
    facts: dict[str, Any] = {
        "id": "2503.02130",
        "title": "A title",
        "abstract": "An abstract.",
        "announced": date(2025, 9, 1),
    }
    return Paper(**(facts | more))


@given(ANYTHING, spans)
def test_marked_text_reads_as_the_text_did_and_holds_no_other_tag(text: str, some: list[tuple[int, int]]) -> None:
    made = marked(text, some)
    bare = made.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert bare == marked(text)
    assert made.count("<mark>") == made.count("</mark>")


@given(st.text("ab ", max_size=30), spans)
def test_every_character_of_a_span_is_marked_and_no_other(text: str, some: list[tuple[int, int]]) -> None:
    wanted = [any(start <= at < end for start, end in some) for at in range(len(text))]
    found: list[bool] = []
    for number, piece in enumerate(str(marked(text, some)).replace("</mark>", "<mark>").split("<mark>")):
        found += [number % 2 == 1] * len(piece)
    assert found == wanted


def of(*papers: Paper, query: str = "*", mark: str = "", served: bool = False) -> Stretch:
    """Papers as a page lists them."""
    some = [listed(one, parse_query(query), "../", mark, served=served) for one in papers]
    return Stretch(some, Sheet(0, len(some), len(some)))


papers = st.builds(
    paper,
    title=ANYTHING,
    abstract=ANYTHING,
    sentence=ANYTHING,
    authors=st.lists(ANYTHING, max_size=9),
    org=ANYTHING,
    doi=ANYTHING,
    publication=ANYTHING,
    categories=st.lists(ANYTHING, max_size=3),
    keywords=st.lists(ANYTHING, max_size=3),
    links=st.dictionaries(st.sampled_from(["abstract", "pdf", "code", "thumbnail"]), ANYTHING),
)


@settings(deadline=None)  # templates are compiled at the first
@given(papers)
def test_whatever_a_paper_says_its_pages_hold_one_script_no_handler_and_only_web_addresses(one: Paper) -> None:
    for content in (
        paper_page(SERVED, one, [FEED]),
        feed_page(SERVED, FEED, of(one, query="title OR abstract", served=True)),
        search_page(SERVED, Search(one.title, parse_query("stream* OR x"), FEED, (one,), Sheet(0, 1, 1))),
        time_page(SERVED, Times(Period(date(2025, 9, 1), "day")), of(one, served=True)),
    ):
        assert b"\x00" not in content
        made = page(content)
        assert len(made.xpath("//script")) == len(made.xpath("//h1")) == 1
        assert not [name for node in made.iter() for name in node.attrib if name.startswith("on")]
        for address in made.xpath("//@href | //@src"):
            own = address.partition("?")[0].removeprefix("../")
            assert address.startswith(("https://", "http://", "#")) or own.startswith(OWN), address


@pytest.mark.parametrize(
    "key",
    [
        "2503.02130",
        "math/0309136",
        "doi:10.1101/2024.01.01.573853",
        "https://a.example/?b=../../c",
        "index.html/../x",
        "%2e%2e",
        "..",
        ".",
        "",
        "a" * 300,
        "CON",
        "a",
        "-x",
        "\x00",
        "\ud800",
        "名前",
    ],
)
def test_a_papers_page_has_a_name_that_any_host_can_serve(key: str) -> None:
    name = page_name(key)
    assert name == page_name(key)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-_")
    assert name[0].isalnum()
    assert len(name) <= 100


@given(st.lists(ANYTHING, unique=True, max_size=20))
def test_two_papers_never_share_a_page(keys: list[str]) -> None:
    assert len({page_name(key) for key in keys}) == len(keys)


def test_a_crowd_of_authors_is_folded_away_and_none_is_lost() -> None:
    crowd = paper(authors=tuple(f"Author {n}" for n in range(3_303)))
    listed = page(feed_page(SITE, FEED, of(crowd)))
    assert "and 3,300 others" in listed.text_content()
    assert "Author 3" not in listed.text_content()
    own = page(paper_page(SITE, crowd))
    assert "Author 3302" in own.xpath("string(//details)")


def test_a_static_page_has_no_search_and_links_no_query() -> None:
    one = paper(keywords=("llm",), categories=("cs.CL",))
    times = Times(Period(date(2025, 9, 1), "day"))
    home = home_page(SITE, [], [], times, of(one))
    for content in (home, time_page(SITE, times, of(one)), feed_page(SITE, FEED, of(one)), paper_page(SITE, one)):
        assert b"search?" not in content
        assert b"?sort=" not in content
        assert b"<form" not in content
    assert b'action="../search"' in paper_page(SERVED, one)
    assert term_path("keyword", 'a "b"') == "search?q=keyword%3A%22a%20%20b%22"


def test_a_withdrawn_paper_is_told_to_be() -> None:
    assert b"was withdrawn" in paper_page(SITE, paper(withdrawn=True))
    assert b"was withdrawn" in feed_page(SITE, FEED, of(paper(withdrawn=True)))
    assert b"was withdrawn" not in paper_page(SITE, paper())


def test_papers_stand_under_their_day() -> None:
    some = of(*(paper(id=str(n), announced=date(2025, 9, 4 - n // 2)) for n in range(4)))
    made = page(feed_page(SITE, FEED, some))
    assert made.xpath("//section[@class='day']/h2//time/text()") == ["4 September 2025", "3 September 2025"]
    assert made.xpath("//section[@class='day']/h2/a/@href") == ["../day/2025-09-04.html", "../day/2025-09-03.html"]
    assert [len(one.xpath("./article")) for one in made.xpath("//section[@class='day']")] == [2, 2]


def test_a_page_leads_to_the_older_papers_of_its_feed_and_they_to_the_newest() -> None:
    own, older = sheets(125, "new")[:2]
    made = page(feed_page(SITE, FEED, Stretch(of(paper()).papers, own)))
    assert made.xpath("//a[@rel='next']/@href") == ["../feeds/all/2.html"]
    assert made.xpath("string(//a[@rel='next'])") == "80 older"
    made = page(feed_page(SITE, FEED, Stretch(of(paper()).papers, older), root="../../"))
    assert made.xpath("//nav[@class='onward']/a/@href") == ["../../feeds/all.html", "../../feeds/all/1.html"]
    assert "Papers 41 to 80, counted from the oldest" in made.text_content()
    assert "125" not in made.text_content()


@given(st.lists(papers, max_size=3))
def test_parts_of_a_page_can_be_taken_over_into_the_next(some: list[Paper]) -> None:
    """Whatever their texts hold."""
    first = [listed(one, None, "../", f"{n}-{n:04x}") for n, one in enumerate(some)]
    sheet = Sheet(0, len(some), len(some))
    kept = pieces(feed_page(SITE, FEED, Stretch(first, sheet)).decode("utf-8"))
    assert kept == {f"{n}-{n:04x}": one.html.encode("utf-8", "replace").decode() for n, one in enumerate(first)}
    again = [Listed(one.day, kept[f"{n}-{n:04x}"]) for n, one in enumerate(first)]
    assert feed_page(SITE, FEED, Stretch(again, sheet)) == feed_page(SITE, FEED, Stretch(first, sheet))


@given(papers, st.sampled_from([None, "title OR abstract", "abs*"]), st.booleans())
def test_a_part_moves_to_a_page_of_another_folder(one: Paper, query: str | None, has_picture: bool) -> None:
    one = replace(one, picture=Picture("pictures/a.webp", 4, 3) if has_picture else None)
    asked = parse_query(query) if query else None
    made = listed(one, asked, "../", "a-1").html.encode("utf-8", "replace").decode()
    wanted = listed(one, asked, "../../", "b-2").html.encode("utf-8", "replace").decode()
    assert moved(pieces(made)["a-1"], "b-2", "../", "../../") == wanted


@given(papers, st.lists(st.tuples(st.sampled_from(["title", "abstract", "abs*", "b", "author:a"]), st.booleans())))
def test_a_paper_stands_in_many_lists_as_it_would_in_one(one: Paper, some: list[tuple[str, bool]]) -> None:
    lister = Lister(one)
    for query, dated in some:
        alone = listed(one, parse_query(query), "../", query, dated=dated)
        assert lister.listed(parse_query(query), "../", query, dated=dated) == alone


@given(st.lists(st.integers(0, 99), max_size=9))
def test_bars_are_the_same_as_a_line(counts: list[int]) -> None:
    weeks = [Week(date(2025, 1, 6), papers) for papers in counts]
    drawn = [f"M{one.x} {one.y}h3v{one.height}h-3z" for one in bars(weeks, 24, 3, 1) if one.height]
    assert line(weeks, 24, 3, 1) == "".join(drawn)


@given(st.lists(st.dates(date(2024, 1, 1), date(2026, 1, 1))), st.dates(date(2024, 1, 1), date(2026, 1, 1)))
def test_weeks_hold_every_day_within_them_and_none_twice(days: list[date], last: date) -> None:
    weeks = weeks_of(days, last, 10)
    first = weeks[0].monday
    assert all(one.monday.weekday() == 0 for one in weeks)
    assert all(b.monday - a.monday == timedelta(weeks=1) for a, b in pairwise(weeks))
    assert weeks[-1].monday <= last < weeks[-1].monday + timedelta(weeks=1)
    end = weeks[-1].monday + timedelta(weeks=1)
    assert sum(week.papers for week in weeks) == sum(first <= day < end for day in days)


@pytest.mark.parametrize("last", [None, date.min, date(1, 3, 1), date.max])
def test_no_day_breaks_the_plot(last: date | None) -> None:
    weeks = weeks_of([date.min, date.max], last)
    item = feed_item(SITE, FeedSummary(FEED, 2, last, weeks))
    some = [Times(Period.around(day, span)) for day in (date.min, date.max) for span in SPANS]
    for times in (None, *some):
        assert b"Feeds" in home_page(SITE, [FEED], [item], times, of())
    assert all(time_page(SITE, one, of()) for one in some)
    assert feed_page(SITE, FEED, of(), weeks)


def test_the_fullest_week_fills_the_plot_and_one_paper_is_seen() -> None:
    some = [Week(date(2025, 1, 6), 0), Week(date(2025, 1, 13), 1), Week(date(2025, 1, 20), 1000)]
    assert [(bar.y, bar.height) for bar in bars(some, 100)] == [(100, 0), (99, 1), (0, 100)]
    assert [(bar.y, bar.height) for bar in bars(some[:1], 100)] == [(100, 0)]


@pytest.mark.parametrize(
    ("papers", "said"),
    [([1, 2], "1.5"), ([0, 0], "0"), ([100, 101], "100"), ([0] * 25 + [1], "less than 0.1"), ([3], "3")],
)
def test_an_average_is_said_as_people_say_it(papers: list[int], said: str) -> None:
    assert mean([Week(date(2025, 1, 6), count) for count in papers]) == said


def test_a_query_in_an_address_comes_back_whole() -> None:
    assert search_path('a&b "c+d" {kind} #é/', "rss") == "search.rss?q=a%26b%20%22c%2Bd%22%20%7Bkind%7D%20%23%C3%A9%2F"


def test_all_feeds_stand_on_one_page_and_are_told_to_the_browser() -> None:
    other = replace(FEED, slug="flow", title="Flow", query="flow")
    items = [feed_item(SITE, FeedSummary(one, 2, None, ())) for one in (FEED, other)]
    made = page(feeds_page(SITE, [FEED, other], items))
    assert made.xpath("//main//a[. = 'Flow']/@href") == ["feeds/flow.html"]
    told = made.xpath("//link[@rel='alternate']/@href")
    assert [one.rpartition("/")[2] for one in told] == [
        f"{slug}.{kind}" for slug in ("all", "flow") for kind in SITE.formats
    ]


def test_whoever_opens_a_feeds_address_is_told_what_it_is_and_given_the_file() -> None:
    asked = replace(FEED, query="flow & <b>", path="search.{kind}?q=flow")
    made = page(address_page(SERVED, asked, "atom", "../"))
    assert made.xpath("string(//p[contains(@class, 'asked')])") == "Papers that match flow & <b>"
    assert made.xpath("//input[@id='address']/@value") == ["https://papers.example.org/search.atom?q=flow"]
    assert "../search.atom?q=flow&file" in [link.rstrip("=1") for link in made.xpath("//p/a/@href")]


def test_an_error_says_what_went_wrong_and_leads_back() -> None:
    made = page(error_page(SITE, "Not found", "There is no <page> here.", "../../"))
    assert made.xpath("string(//h1)") == "Not found"
    assert made.xpath("string(//p[@class='lead'])") == "There is no <page> here."
    assert made.xpath("//main//p/a/@href") == ["../../feeds.html"]


def test_a_server_offers_every_order_and_a_file_says_the_one_it_stands_in() -> None:
    two = Sheet(0, 2, 2)
    site = replace(SERVED, libraries=("mine",))
    served = ways_of(two, "feeds/all.html", "votes", "new", site.libraries, served=True).orders
    assert [(way.words, way.path) for way in served] == [
        ("newest first", "feeds/all.html"),
        ("most votes first", ""),
        ("nearest to mine first", "feeds/all.html?sort=library:mine"),
    ]
    assert [way.words for way in ways_of(two, "day/x.html", "votes", "votes", served=False).orders] == [
        "most votes first"
    ]
    assert ways_of(two, "feeds/all.html", "new", "new", served=False).orders == ()
    assert ways_of(Sheet(0, 1, 1), "feeds/all.html", "votes", "new", served=True).orders == ()
