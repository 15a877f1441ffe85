"""What independent readers see in the feeds: feedparser, reader, and the rules of JSON Feed 1.1."""

import json
import re
import sys
from calendar import timegm
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser  # type: ignore[import-untyped]  # it ships no types
import feedparser_sgmllib
import pytest

from feeds.paper import Paper
from feeds.render import Kind, render
from tests.feeds.render.samples import FEED, KINDS, feed_order, small_papers

# reader 3.26 brings a feedparser that wants this module by its old name, and does not require it.
sys.modules.setdefault("sgmllib", feedparser_sgmllib)

from reader import Reader, make_reader  # noqa: E402  # needs the line above

IDS = [
    "tag:papers.example.org,2025:paper/2509.26507",
    "tag:papers.example.org,2025:paper/2503.02130",
    "tag:papers.example.org,2025:paper/doi%3A10.1101%2F2023.12.16.571984",
    "tag:papers.example.org,1970:paper/a-paper-known-by-its-title-alone-1a2b3c4d",
]
LINKS = [
    "https://arxiv.org/abs/2509.26507",
    "https://arxiv.org/abs/2503.02130v2?a=1&b=2",
    "https://huggingface.co/papers/2312.00001",
    "https://papers.example.org/papers/a-paper-known-by-its-title-alone-1a2b3c4d.html",
]
PUBLISHED = ["2025-10-01T00:00:00", "2025-03-05T00:00:00", "2025-03-05T00:00:00", "1970-01-01T00:00:00"]
UPDATED = ["2025-10-01T09:30:15", "2025-03-05T00:00:00", "2025-03-05T00:00:00", "1970-01-01T00:00:00"]


def _parsed(kind: Kind, papers: list[Paper]) -> Any:
    parsed = feedparser.parse(render(FEED, papers, kind))
    assert parsed.bozo is False
    return parsed


def _iso(moment: Any) -> str:
    return datetime.fromtimestamp(timegm(moment), UTC).replace(tzinfo=None).isoformat()


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_feedparser_reads_the_same_facts_from_rss_and_atom(kind: Kind) -> None:
    entries = _parsed(kind, small_papers()).entries
    assert [entry.id for entry in entries] == IDS
    assert [entry.title for entry in entries] == [paper.title for paper in feed_order()]
    assert [entry.link for entry in entries] == LINKS
    assert [_iso(entry.published_parsed) for entry in entries] == PUBLISHED
    read = [", ".join(author.name for author in entry.get("authors", ())) for entry in entries]
    assert read == [", ".join(paper.authors) for paper in feed_order()]
    assert [tag.term for tag in entries[0].tags] == ["cs.NE", "cs.LG"]
    assert entries[0].media_thumbnail[0]["url"].endswith("2509.26507.png")


def test_atom_tells_when_each_entry_changed_and_never_before_it_was_published() -> None:
    assert [_iso(entry.updated_parsed) for entry in _parsed("atom", small_papers()).entries] == UPDATED


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_the_feed_names_itself_its_site_its_hub_and_its_query(kind: Kind) -> None:
    feed = _parsed(kind, small_papers()).feed
    assert feed.title == "Small & <plain>"
    assert feed.subtitle == 'What the tests read (Papers that match: gate OR "forget gate" -survey)'
    assert feed.link == "https://papers.example.org/"
    links = {link.rel: link.href for link in feed.links}
    assert links["self"] == f"https://papers.example.org/feeds/small.{kind}"
    assert links["hub"] == "https://hub.example.org/?a=1&b=2"
    assert feed.language == "en"
    assert feed.generator == "Paper Round"
    assert _iso(feed.updated_parsed) == UPDATED[0]


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_an_empty_feed_is_valid_and_as_old_as_time(kind: Kind) -> None:
    parsed = _parsed(kind, [])
    assert parsed.entries == []
    assert _iso(parsed.feed.updated_parsed) == "1970-01-01T00:00:00"


def test_rss_carries_doi_and_publication_for_reference_managers() -> None:
    entry = _parsed("rss", small_papers()).entries[2]
    assert entry.dc_identifier == "doi:10.1101/2023.12.16.571984"
    assert entry.dc_source == "bioRxiv"


@pytest.fixture
def newspaper(tmp_path: Path) -> Any:
    for kind in KINDS:
        (tmp_path / f"small.{kind}").write_bytes(render(FEED, small_papers(), kind))
        (tmp_path / f"empty.{kind}").write_bytes(render(FEED, [], kind))
    with make_reader(":memory:", feed_root=str(tmp_path)) as newspaper:
        yield newspaper


@pytest.mark.parametrize("kind", KINDS)
def test_reader_reads_every_format(newspaper: Reader, kind: Kind) -> None:
    newspaper.add_feed(f"small.{kind}")
    newspaper.update_feed(f"small.{kind}")
    entries = {entry.id: entry for entry in newspaper.get_entries()}
    read = [entries[entry_id] for entry_id in IDS]
    assert [entry.title for entry in read] == [paper.title for paper in feed_order()]
    assert [entry.link for entry in read] == LINKS
    assert [entry.published and _iso(entry.published.utctimetuple()) for entry in read] == PUBLISHED
    assert read[1].authors_str == "Zhixuan Lin"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; stays text" in read[1].get_content(prefer_summary=True).value


@pytest.mark.parametrize("kind", KINDS)
def test_reader_reads_an_empty_feed_of_every_format(newspaper: Reader, kind: Kind) -> None:
    newspaper.add_feed(f"empty.{kind}")
    newspaper.update_feed(f"empty.{kind}")
    assert newspaper.get_feed(f"empty.{kind}").title == "Small & <plain>"
    assert newspaper.get_entry_counts().total == 0


RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ITEM_TYPES: dict[str, type] = {"id": str, "url": str, "external_url": str, "title": str, "content_html": str}
ITEM_TYPES |= {
    "content_text": str,
    "summary": str,
    "image": str,
    "date_published": str,
    "date_modified": str,
    "authors": list,
    "tags": list,
}
FEED_TYPES: dict[str, type] = {"version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str}
FEED_TYPES |= {"user_comment": str, "next_url": str, "language": str, "hubs": list, "items": list}


def _wrong_types(what: dict[str, Any], types: dict[str, type]) -> list[str]:
    return [f"{name}: {value!r}" for name, value in what.items() if type(value) is not types.get(name)]


def _item_faults(item: dict[str, Any]) -> list[str]:
    faults = _wrong_types(item, ITEM_TYPES)
    faults += [f"no {name}" for name in ("id", "url") if not item.get(name)]
    faults += [] if "content_html" in item or "content_text" in item else ["no content"]
    faults += [f"relative {item[n]}" for n in ("url", "image") if n in item and not urlsplit(item[n]).netloc]
    faults += [f"date {item[n]}" for n in ("date_published", "date_modified") if not RFC_3339.fullmatch(item[n])]
    faults += [f"author {a}" for a in item.get("authors", ()) if not (set(a) == {"name"} and a["name"].strip())]
    return faults + [f"tag {tag}" for tag in item.get("tags", ()) if type(tag) is not str]


def _json_feed_faults(feed: dict[str, Any]) -> list[str]:
    faults = _wrong_types(feed, FEED_TYPES)
    faults += [] if feed.get("version") == "https://jsonfeed.org/version/1.1" else ["version"]
    faults += [] if feed.get("title") else ["no title"]
    faults += [f"hub {hub}" for hub in feed.get("hubs", ()) if set(hub) != {"type", "url"}]
    ids = [item.get("id") for item in feed["items"]]
    faults += [] if len(ids) == len(set(ids)) else ["an id twice"]
    return faults + [fault for item in feed["items"] for fault in _item_faults(item)]


def test_the_json_feed_keeps_the_rules_of_version_1_1() -> None:
    assert _json_feed_faults(json.loads(render(FEED, small_papers(), "json"))) == []
    assert _json_feed_faults(json.loads(render(FEED, [], "json"))) == []


def test_the_json_feed_says_what_the_others_say() -> None:
    feed = json.loads(render(FEED, small_papers(), "json"))
    items = feed["items"]
    assert feed["feed_url"] == "https://papers.example.org/feeds/small.json"
    assert [item["id"] for item in items] == IDS
    assert [item["title"] for item in items] == [paper.title for paper in feed_order()]
    assert [item["url"] for item in items] == LINKS
    assert [item["date_published"] for item in items] == [f"{moment}+00:00" for moment in PUBLISHED]
    assert [item["date_modified"][:19] for item in items] == UPDATED
    assert [tuple(a["name"] for a in item.get("authors", ())) for item in items] == [p.authors for p in feed_order()]
    atom = _parsed("atom", small_papers()).entries
    assert items[0]["content_html"] == atom[0].summary
