"""Feeds read again and again: which entries are new, which are known, and of which day they are."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.fetch import Fetcher
from bot.rules.parts import Part
from bot.sources.feed.source import FeedSource
from bot.sources.source import Batch, Failed
from bot.store.archive import codec, papers
from bot.store.archive.papers import Sighting, Stored
from bot.store.database import Database
from bot.store.engine import Store
from bot.store.schema import paper, paper_key, sighting
from feeds.digests import parse_digest
from feeds.paper import Digest, Paper
from feeds.render import entry_id
from tests.fakes.feed import FakeFeed, entry, rss

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)
TEXT = "We look at rivers and how they flow over the years, from spring to sea, with a model of their beds and rain."
OTHER = "Clouds are measured here from above; the instrument is new, its errors are few, and the results are given."


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


def take(
    store: Store, digest: Digest, source: str = "lab", *, hours: int = 0, again: bool = False, kind: str = "feed"
) -> list[Stored]:
    """What take_in does with a digest's papers."""
    now = NOW + timedelta(hours=hours)
    found = []
    for one in digest.papers:
        day, guid = one.announced or digest.day, digest.guids.get(one.id, "")
        seen = Sighting(source, kind, one, day, guid=guid, read_on=now.date() if again else None)
        found.append(store.call(papers.add, seen, now, lambda day, key: entry_id("https://a.example/", day.year, key)))
    return found


def item(link: str, title: str, guid: str = "", text: str = "", day: str = "") -> str:
    called = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    dated = f"<pubDate>{day}</pubDate>" if day else ""
    return (
        f"<title>{title}</title><link>https://a.example/{link}</link>{called}<description>{text}</description>{dated}"
    )


def read(*items: str) -> Digest:
    return parse_digest(rss(*(f"<item>{one}</item>" for one in items)))


def ids(stored: list[Stored]) -> list[int]:
    return [one.id for one in stored]


def count(store: Store) -> int:
    return len(store.call(lambda connection: connection.execute(select(paper.c.id)).all()))


@pytest.mark.parametrize("link", ["#n{}", "?ref={}", "?rss={}", "#/paper/{}", "?utm_content={}", "p/{}"])
@pytest.mark.parametrize("title", ["Note {} of the lab", "Editorial", "How Rivers Flow Over the Years"])
@pytest.mark.parametrize("guid", ["", "tag:a.example,2026:{}", "{}"], ids=["no ids", "tags", "numbers"])
def test_10_and_11_entries_of_one_feed_are_as_many_papers_at_once_and_over_time(
    store: Store, link: str, title: str, guid: str
) -> None:
    if "utm" in link and not guid and "{}" not in title:
        return  # tracking alone, with one title: nothing tells these apart
    items = [item(link.format(n), title.format(n), guid.format(n)) for n in range(4)]
    first = ids(take(store, read(*items[:3])))
    assert len(set(first)) == 3
    assert ids(take(store, read(*items[:3]), hours=1, again=True)) == first
    (late,) = take(store, read(items[3]), hours=2, again=True)
    assert late.new
    assert late.id not in first
    assert [one.changed for one in take(store, read(*items), hours=3, again=True)] == [False] * 4


def test_11_editorials_under_one_link_stay_apart_over_time(store: Store) -> None:
    first = take(store, read(item("news", "Editorial", "g1")))
    second = take(store, read(item("news", "Editorial", "g2")), hours=1, again=True)
    assert second[0].new
    both = ids(take(store, read(item("news", "Editorial", "g2"), item("news", "Editorial", "g1")), hours=2, again=True))
    assert both == [second[0].id, first[0].id]


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        (item("1", "A", "g1"), item("1", "A, corrected", "g1"), False),
        (item("1", "A", "tag:a.example,2026:1"), item("moved/1", "A", "tag:a.example,2026:1"), False),
        (item("1", "A", "g1", TEXT), item("1", "A", "g1;changed", TEXT + " More."), False),
        (item("1", "A", "", TEXT), item("1", "B", "", OTHER), False),
        (item("1?utm_id=1", "How Rivers Flow"), item("1?utm_id=2", "How Rivers Flow"), False),
        (item("1", "A", "", TEXT), item("1", "A", "g1", TEXT), False),
        (item("1", "A", "g1"), item("2", "A", "g2"), True),
        (item("1", "A", "1", TEXT), item("2", "B", "1", OTHER), True),
        (item("1", "A", "g1", TEXT), item("1", "B", "g2", OTHER), True),
        (item("1", "Editorial", "g1"), item("1", "Editorial", "g2"), True),
        (item("?p=1", "How Rivers Flow Again", "", TEXT), item("?p=2", "How Rivers Flow Again", "", TEXT), True),
    ],
)
def test_a_new_post_is_no_edit_and_an_edit_no_new_post(store: Store, before: str, after: str, new: bool) -> None:
    take(store, read(before))
    assert [one.new for one in take(store, read(after), hours=1, again=True)] == [new]


def test_57_other_sources_join_where_text_or_authors_agree(store: Store) -> None:
    title = "How Rivers Flow Over the Years"
    whole = Paper("2601.00001", title, TEXT, ("Ann Lee", "Bob Roe"))
    first = take(store, Digest((whole,)), "arxiv", kind="arxiv")
    snippet = Paper("https://l.example/p", title, "… from spring to sea, with …", ("A Lee",))
    snippet = replace(snippet, links={"abstract": "https://l.example/p"})
    cut = Paper("https://l.example/q", "How Rivers Flow Over the …", "", ("B Roe", "A Lee"))
    cut = replace(cut, links={"abstract": "https://l.example/q"})
    assert ids(take(store, Digest((snippet,)), "scholar", kind="imap")) == ids(first)
    assert ids(take(store, Digest((cut,)), "other", kind="imap")) == ids(first)
    merged = take(store, Digest((whole,)), "daily", kind="huggingface")[0].paper
    assert (merged.title, merged.authors) == (title, ("Ann Lee", "Bob Roe"))
    assert count(store) == 1


def test_57_a_cut_title_that_came_first_is_found_by_the_whole_one(store: Store) -> None:
    first = take(store, read(item("1", "How Rivers Flow Over the …", text=TEXT)), "aggregator")
    assert ids(take(store, read(item("2", "How Rivers Flow Over the Years", text=TEXT)), "lab")) == ids(first)


def test_58_one_paper_under_two_publishers_addresses(store: Store) -> None:
    one = Paper("x", "One", TEXT, links={"abstract": "https://dl.acm.org/doi/abs/10.1145/1.2?af=R"})
    other = Paper("y", "Other", OTHER, links={"abstract": "https://doi.org/10.1145/1.2"})
    assert ids(take(store, Digest((one,)), "acm")) == ids(take(store, Digest((other,)), "scholar"))


def test_a_page_that_an_aggregator_names_without_its_fragment_joins_no_two_entries(store: Store) -> None:
    first = take(store, read(*(item(f"#n{n}", f"Note {n} of the lab", f"g{n}") for n in range(3))), "lab")
    (page,) = take(store, read(item("", "The lab")), "aggregator")
    assert page.id not in ids(first)
    (same,) = take(store, read(item("#n1", "Note 1 of the lab, once more")), "other")
    assert same.id == first[1].id
    assert count(store) == 4


def test_tracking_joins_sightings_of_different_sources(store: Store) -> None:
    first = take(store, read(item("p?utm_source=rss", "How Rivers Flow")), "lab")
    assert ids(take(store, read(item("p?af=R", "Rivers, and How They Flow")), "aggregator")) == ids(first)


JANUARY, YESTERDAY = "Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 08 Jan 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    "day", [JANUARY, "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "1764230400", ""]
)
def test_13_what_is_new_in_a_feed_read_before_is_announced_when_it_is_read(store: Store, day: str) -> None:
    take(store, read(item("1", "Old", "g1", day=YESTERDAY)))
    later = NOW + timedelta(days=1)
    (late,) = take(store, read(item("2", "Late", "g2", day=day)), hours=24, again=True)
    assert late.paper.announced == later.date()
    if day == JANUARY:
        assert late.paper.published == datetime(2026, 1, 1, tzinfo=UTC)
    (again,) = take(store, read(item("2", "Late", "g2", day=day)), hours=72, again=True)
    assert (again.paper.announced, again.changed) == (later.date(), False)


def test_13_a_first_reading_announces_what_is_there_on_its_own_days(store: Store) -> None:
    old = read(item("1", "Old", "g1", day=JANUARY))
    assert take(store, old)[0].paper.announced == date(2026, 1, 1)
    assert take(store, old, hours=48, again=True)[0].paper.announced == date(2026, 1, 1)
    earlier = read(item("1", "Old", "g1", day="Tue, 30 Dec 2025 00:00:00 GMT"))
    assert take(store, earlier, hours=72, again=True)[0].paper.announced == date(2025, 12, 30)


def test_13_another_sources_earlier_day_stands(store: Store) -> None:
    known = Paper("2601.00001", "How Rivers Flow", TEXT, announced=date(2026, 1, 5))
    take(store, Digest((known,)), "arxiv", kind="arxiv")
    late = replace(known, announced=date(2026, 1, 2))
    assert take(store, Digest((late,)), "lab", again=True)[0].paper.announced == date(2026, 1, 5)
    undated = Paper("2601.00002", "Clouds", OTHER)
    take(store, Digest((undated,)), "inbox", kind="files", hours=-24)
    assert take(store, Digest((replace(undated, announced=date(2026, 1, 2)),)), "lab", again=True)[
        0
    ].paper.announced == date(2026, 1, 8)


def as_before_ids(store: Store) -> None:
    """Make the database one of the version before, which knew no ids of a feed's own."""

    def older(connection: object) -> None:
        connection.execute(paper_key.delete().where(paper_key.c.key.like("guid:%")))  # type: ignore[attr-defined]

    store.call(older)


def test_a_database_of_the_version_before_knows_its_papers_again(store: Store) -> None:
    digest = read(
        item("1?af=R&amp;utm_source=x", "Known by its address", "g1", TEXT, JANUARY),
        item("news", "One of two", "g2"),
        item("news", "The other", "g3"),
        item("https://www.nature.com/articles/s41586-025-09733-7", "In Nature", "g4", OTHER),
        item("5", "Editorial", "g5"),
    )
    bare = replace(digest, guids={})
    before = take(store, bare)
    as_before_ids(store)
    entries = store.call(lambda connection: connection.execute(select(paper.c.key, paper.c.entry_id)).all())
    after = take(store, digest, hours=24, again=True)
    assert ids(after) == ids(before)
    assert not any(one.new or one.first_given for one in after)
    assert store.call(lambda connection: connection.execute(select(paper.c.key, paper.c.entry_id)).all()) == entries
    assert not any(one.changed for one in take(store, digest, hours=48, again=True))


def test_entries_that_the_version_before_took_for_one_are_told_apart_and_the_first_keeps_its_entry(
    store: Store,
) -> None:
    items = [item(f"#n{n}", f"Note {n} of the lab", f"g{n}") for n in range(3)]
    (first,) = take(store, replace(read(items[0]), guids={}))

    def swallow(connection: object) -> None:  # what it last filed as an edit of the first
        last = replace(first.paper, title="Note 2 of the lab", links={"abstract": "https://a.example/#n2"})
        kept = replace(last, key="", entry_id="", announced=None, first_seen=None, updated=None)
        connection.execute(sighting.update().values(data=codec.dump(kept)))  # type: ignore[attr-defined]

    store.call(swallow)
    after = take(store, read(*items), hours=1, again=True)
    assert len(set(ids(after))) == 3
    assert (after[0].id, after[0].paper.entry_id) == (first.id, first.paper.entry_id)


@pytest.fixture
def site() -> Iterator[FakeFeed]:
    with FakeFeed() as running:
        yield running


@pytest.fixture
async def source(site: FakeFeed) -> AsyncIterator[FeedSource]:
    opened = FeedSource("lab", site.url + "/feed/", Fetcher(configured=[site.url], timeout=10))
    yield opened
    await opened.aclose()


async def collect(source: FeedSource, known: Batch | None = None) -> Batch | Failed:
    parts = {known.part: Part(known.part, known.stamp, NOW)} if known else {}
    (only,) = [outcome async for outcome in source.collect(parts, NOW)]
    return only


async def test_13_a_feed_knows_whether_it_was_read_before(site: FakeFeed, source: FeedSource) -> None:
    first = await collect(source)
    assert isinstance(first, Batch)
    assert not first.read_before
    site.body = rss(entry(2))
    second = await collect(source, first)
    assert isinstance(second, Batch)
    assert second.read_before
    moved = FeedSource("lab", site.url + "/feed/?new", Fetcher(configured=[site.url], timeout=10))
    other = await collect(moved, first)
    await moved.aclose()
    assert isinstance(other, Batch)
    assert not other.read_before


async def test_13_what_a_cut_off_reading_did_not_show_is_not_new(site: FakeFeed, source: FeedSource) -> None:
    whole = rss(entry(1), entry(2))
    site.body = whole[: whole.index(b"number 2")]
    first = await collect(source)
    assert isinstance(first, Batch)
    site.body = whole
    second = await collect(source, first)
    assert isinstance(second, Batch)
    assert not second.read_before


async def test_13_arxivs_announcements_keep_their_day(site: FakeFeed, source: FeedSource) -> None:
    first = await collect(source)
    assert isinstance(first, Batch)
    guid = "<guid isPermaLink='false'>oai:arXiv.org:2601.00001v1</guid>"
    announced = "<pubDate>Thu, 08 Jan 2026 00:00:00 -0500</pubDate>"
    site.body = rss(f"<item><title>T</title>{guid}{announced}<description>{TEXT}</description></item>")
    second = await collect(source, first)
    assert isinstance(second, Batch)
    assert (second.read_before, [one.announced for one in second.digest.papers]) == (False, [date(2026, 1, 8)])


async def test_22_links_are_relative_to_where_the_answer_came_from(site: FakeFeed, source: FeedSource) -> None:
    site.body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link href="post-4/"/></entry></feed>'
    )
    outcome = await collect(source)
    assert isinstance(outcome, Batch)
    assert outcome.digest.papers[0].links["abstract"] == f"{site.url}/feed/post-4/"


async def test_22_the_charset_of_the_answer_counts_where_the_feed_is_silent(site: FakeFeed, source: FeedSource) -> None:
    site.body = "<rss version='2.0'><channel><item><title>Žižek</title></item></channel></rss>".encode("iso-8859-2")
    site.headers = {"Content-Type": 'application/rss+xml; charset="ISO-8859-2"'}
    outcome = await collect(source)
    assert isinstance(outcome, Batch)
    assert [one.title for one in outcome.digest.papers] == ["Žižek"]


async def test_27_a_sites_address_is_answered_with_its_feeds(site: FakeFeed, source: FeedSource) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="rss.xml">'
    site.body = f"<!doctype html><html><head>{link}</head><body>Hello</body></html>".encode()
    outcome = await collect(source)
    assert isinstance(outcome, Failed)
    assert outcome.reason == f"this is a web page; its feed is {site.url}/feed/rss.xml"
