"""The site as files: whole, linked, and written only where something changed."""

import asyncio
import json
import os
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html
from sqlalchemy import Connection

from bot.config.load import load
from bot.process.clock import Clock
from bot.publishing.press import Press
from bot.store.archive import paper_rows, published
from bot.store.engine import Store, driver
from tests.fakes.slack import TOKEN as SLACK_TOKEN
from tests.fakes.source import item
from tests.fakes.telegram import TOKEN as TELEGRAM_TOKEN
from tests.world import INBOX, ROOT, World, feed, named

FIRST = [
    item("2509.00001", "Streaming video", "A stream.", date(2025, 9, 12), votes=12),
    item("math/0309136", "Old sums", "Of sums.", date(2025, 9, 11)),
]

COPIED = ROOT / "tests" / "feeds" / "digests" / "data" / "page-text-plain.input"


def drop(here: World, name: str, *papers: dict[str, Any]) -> None:
    here.drop(name, json.dumps(papers).encode())


def pages(here: World) -> dict[str, str]:
    return {name: content.decode() for name, (content, _) in here.files().items() if name.endswith(".html")}


def changed(here: World) -> set[str]:
    """What a round writes, by the times of the files."""
    before = here.files()
    here.round()
    return {name for name, file in here.files().items() if before.get(name) != file}


def test_a_round_publishes_a_whole_site_whose_every_link_leads_to_a_file(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), feed("all", "*"))
    drop(here, "first.json", *FIRST)
    here.round()
    found = pages(here)
    assert {"index.html", "feeds/streaming.html", "feeds/all.html", "papers/2509.00001.html"} <= found.keys()
    files = here.files().keys()
    for name, content in found.items():
        page: Any = html.document_fromstring(content.encode())
        for address in page.xpath("//a/@href | //link/@href | //script/@src"):
            parts = urlsplit(urljoin(f"/{name}", address))
            assert parts.netloc or not parts.path.strip("/") or unquote(parts.path).lstrip("/") in files, (
                name,
                address,
            )
    assert "form" not in {node.tag for content in found.values() for node in html.fromstring(content.encode()).iter()}


def test_a_paper_without_an_address_links_to_its_page_here(here: World) -> None:
    """Also on a host that only knows files."""
    here.configure(INBOX, feed("all", "*"))
    here.drop("page.txt", COPIED.read_bytes())
    here.round()
    files = here.files()
    entries = json.loads(files["feeds/all.json"][0])["items"]
    assert entries
    assert {entry["url"].removeprefix("https://papers.example.org/") for entry in entries} <= files.keys()


def test_a_second_round_writes_nothing_and_a_new_paper_only_what_shows_it(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), feed("sums", "sums"))
    drop(here, "first.json", *FIRST)
    here.round()
    assert changed(here) == set()
    drop(here, "second.json", item("2509.00009", "Streaming again", "A stream.", date(2025, 9, 12)))
    pages_of_it = {"index.html", "feeds.html", "feeds/streaming.html", "papers/2509.00009.html"}
    times_of_it = {"day/2025-09-12.html", "week/2025-W37.html", "month/2025-09.html"}
    assert {name for name in changed(here) if name.endswith(".html")} == pages_of_it | times_of_it
    assert "Streaming again" in pages(here)["feeds/streaming.html"]
    assert "2 papers" in pages(here)["index.html"]


def test_a_page_that_is_gone_comes_back_and_one_of_a_feed_that_is_gone_goes(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), feed("sums", "sums"))
    drop(here, "first.json", *FIRST)
    here.round()
    public = here.folder / "public"
    (public / "own.html").write_text("mine")
    (public / "feeds" / "streaming.html").unlink()
    (public / "index.html").unlink()
    (public / "style.css").write_text("broken")
    assert changed(here) == {"feeds/streaming.html", "index.html", "style.css"}
    here.configure(INBOX, feed("streaming", "streaming"))
    here.round()
    assert not (public / "feeds" / "sums.html").exists()
    assert (public / "feeds" / "streaming.html").exists()
    assert (public / "own.html").read_text() == "mine"


def test_a_papers_page_comes_back_at_once_where_it_was_removed_and_within_five_hours_where_it_was_edited(
    here: World,
) -> None:
    here.configure(INBOX, feed("streaming", "streaming"))
    drop(here, "first.json", *FIRST)
    here.round()
    page = here.folder / "public" / "papers" / "2509.00001.html"
    whole = page.read_bytes()
    page.unlink()
    here.round()
    assert page.read_bytes() == whole
    page.write_text("broken")
    for hours in range(5):
        here.round(ahead=timedelta(hours=hours))
    assert page.read_bytes() == whole


def test_a_papers_page_names_the_feeds_that_there_are_now(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), feed("all", "*"))
    drop(here, "first.json", *FIRST)
    here.round()
    own = "papers/2509.00001.html"
    links = "//dt[text()='In the feeds']/following-sibling::dd[1]/a"

    def named() -> list[str]:
        page: Any = html.fromstring(pages(here)[own].encode())
        return [f"{link.text} {link.get('href')}" for link in page.xpath(links)]

    assert named() == ["all ../feeds/all.html", "streaming ../feeds/streaming.html"]
    here.configure(INBOX, feed("streaming", "streaming"))
    here.round()
    assert named() == ["streaming ../feeds/streaming.html"]
    here.configure(
        INBOX, feed("streaming", "streaming").replace("query", 'title = "Streams"\nquery'), feed("sums", "sums")
    )
    here.round()
    assert named() == ["Streams ../feeds/streaming.html"]
    here.configure(INBOX, feed("streaming", "zebra"), feed("sums", "sums | video"))
    here.round()
    assert named() == ["sums ../feeds/sums.html"]


def from_scratch(here: World) -> dict[str, bytes]:
    """The site of the same database, published into an empty folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text((here.folder / "config.toml").read_text().removeprefix(named(here.server)))
        config = load(folder / "config.toml")
        assert isinstance(config.database, Path)
        config.database.parent.mkdir()
        original = Store(here.config.database, only_looks=True)
        original.copy_to(config.database)
        original.close()
        store = Store(config.database)
        store.call(lambda connection: connection.exec_driver_sql("delete from published"))
        asyncio.run(Press(config, store, Clock()).changed())
        store.close()
        return {str(path.relative_to(config.public)): path.read_bytes() for path in config.public.rglob("*.*")}


def is_as_from_scratch(here: World) -> bool:
    here.round()
    stands = {name: content for name, (content, _) in here.files().items()}
    return all(stands.get(name) == content for name, content in from_scratch(here).items())


def about(number: int, title: str = "", **more: Any) -> dict[str, Any]:
    return item(f"2509.{number:05}", title or f"Streaming {number}", "A stream.", date(2025, 9, 1 + number), **more)


@pytest.mark.parametrize(
    "change",
    [
        about(3, title="Streaming anew"),
        {**about(3), "paper": {**about(3)["paper"], "withdrawnAt": "2025-09-30T00:00:00.000Z"}},
        {**about(3), "paper": {**about(3)["paper"], "ai_keywords": ["kv cache"]}},
        {**about(3), "organization": {"name": "meta", "fullname": "Meta AI"}},
        about(9, title="Something else, far newer"),
        about(2, title="Sums of streams no longer"),
    ],
    ids=["title", "withdrawn", "keywords", "organisation", "newer", "left"],
)
def test_a_site_kept_up_is_the_one_made_from_scratch(here: World, change: dict[str, Any]) -> None:
    here.configure(INBOX, feed("streaming", "title:streaming"), feed("all", "*"), feed("sums", "title:=Sums"))
    drop(here, "first.json", *(about(number) for number in range(1, 6)))
    assert is_as_from_scratch(here)
    drop(here, "second.json", change)
    assert is_as_from_scratch(here)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"sums"', '"totals"'),
        ("[publish]", '[publish]\nformats = ["atom"]'),
        ("[publish]", "[publish]\nentries = 2"),
        ("https://papers.example.org/", "https://other.example.org/"),
        ("query = '*'", "query = 'sums'"),
    ],
    ids=["slug", "formats", "entries", "base_url", "query"],
)
def test_a_site_under_another_configuration_is_the_one_made_from_scratch(here: World, old: str, new: str) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), feed("all", "*"), feed("sums", "title:=Sums"))
    drop(here, "first.json", *(about(number) for number in range(1, 6)), about(7, title="Sums"))
    assert is_as_from_scratch(here)
    config = here.folder / "config.toml"
    assert old in config.read_text()
    config.write_text(config.read_text().replace(old, new))
    assert is_as_from_scratch(here)


def test_a_papers_page_that_is_gone_or_was_edited_comes_back(here: World) -> None:
    here.configure(INBOX, feed("all", "*"))
    drop(here, "first.json", *FIRST, about(1))
    here.round()
    papers = here.folder / "public" / "papers"
    (papers / "2509.00001.html").unlink()
    next(papers.glob("math-*.html")).write_text("mine")
    assert {name.partition("/")[0] for name in changed(here)} == {"papers"}
    assert is_as_from_scratch(here)


def test_a_page_of_a_paper_that_no_feed_shows_any_more_keeps_up(here: World) -> None:
    """It may have been linked from elsewhere."""
    here.configure(INBOX, feed("liked", "votes<50"), feed("all", "zebra"))
    drop(here, "first.json", about(1, votes=1))
    here.round()
    drop(here, "second.json", about(1, votes=60))
    here.round()
    drop(here, "third.json", about(1, title="Another title", votes=60))
    here.round()
    page: Any = html.document_fromstring(pages(here)["papers/2509.00001.html"].encode())
    assert page.xpath("string(//h1)") == "Another title"
    assert "In the feeds" not in page.text_content()
    assert page.xpath("//link[@rel='alternate']/@href")[0] == "../feeds/liked.rss"  # the site's


def test_a_feeds_pages_do_not_wait_for_another_feed(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), feed("sums", "sums"))
    drop(here, "first.json", *FIRST)
    here.round()
    drop(here, "second.json", item("2510.00009", "Sums", "Of sums.", date(2025, 10, 12)))
    assert "feeds/streaming.html" not in changed(here)
    assert is_as_from_scratch(here)


def test_nothing_is_written_or_removed_through_a_folder_that_is_a_link(here: World, tmp_path_factory: Any) -> None:
    outside = tmp_path_factory.mktemp("outside")
    here.configure(INBOX, feed("all", "*"))
    drop(here, "first.json", *FIRST)
    (here.folder / "public").mkdir()
    (here.folder / "public" / "papers").symlink_to(outside)
    told = here.run("once")
    assert told.returncode == 1
    assert "is a link" in told.stdout
    assert list(outside.iterdir()) == []
    assert "feeds/all.html" in here.files()


def test_one_file_that_cannot_be_written_stops_no_other(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), feed("all", "*"))
    drop(here, "first.json", *FIRST)
    blocked = here.folder / "public" / "feeds" / "all.rss"
    blocked.mkdir(parents=True)
    told = here.run("once")
    assert told.returncode == 1
    assert f"{blocked} cannot be written" in told.stdout
    assert {"feeds/all.atom", "feeds/streaming.rss", "feeds/all.html", "index.html"} <= here.files().keys()
    blocked.rmdir()
    assert here.run("once").returncode == 0
    assert "feeds/all.rss" in here.files()


def test_what_did_not_change_is_not_even_made(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here.configure(INBOX, feed("streaming", "streaming"))
    drop(here, "first.json", *FIRST)
    here.round()
    for name in ("page_desk.feed_page", "page_desk.home_page", "paper_desk.paper_page", "time_desk.time_page"):
        monkeypatch.setattr(f"bot.publishing.{name}", lambda *_: pytest.fail("made again"))
    assert here.round().report.failed == {}


def test_what_did_not_change_is_not_read(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an archive that grows for years, a round asks for what is new."""
    here.configure(INBOX, feed("streaming", "streaming"))
    drop(here, "first.json", *FIRST)
    here.round()
    monkeypatch.setattr("bot.publishing.site.every", lambda *_: pytest.fail("the whole archive is read"))
    made: list[int] = []
    some = paper_rows.some
    monkeypatch.setattr(paper_rows, "some", lambda door, ids: some(door, made.extend(ids) or made[-len(ids) :]))
    here.round()
    assert made == []
    drop(here, "second.json", item("2509.00009", "Sums again", "Of sums.", date(2025, 9, 12)))
    here.round()
    assert set(made) == {3}
    assert "papers/2509.00009.html" in here.files()


def test_a_papers_page_that_could_not_be_written_is_written_as_soon_as_it_can_be(here: World) -> None:
    """Also where the folder looks as it did, and nothing else changes."""
    here.configure(INBOX, feed("all", "*"))
    blocked = here.folder / "public" / "papers" / "2509.00001.html"
    blocked.mkdir(parents=True)
    drop(here, "first.json", *FIRST)
    assert here.run("once").returncode == 1
    looked = blocked.parent.stat()
    blocked.rmdir()
    os.utime(blocked.parent, ns=(looked.st_atime_ns, looked.st_mtime_ns))
    here.round()
    assert "Streaming video" in blocked.read_text()


def test_papers_come_to_an_older_sheet_as_if_they_were_made_there(here: World) -> None:
    """From the feed's own page, whose papers they were, with what its query found in them marked."""
    here.configure(INBOX, feed("streaming", "streaming"))
    some = [item(f"2509.{n:05}", f"Streaming {n}", "A stream.", date(2025, 9, 12)) for n in range(1, 81)]
    drop(here, "first.json", *some[:79])
    here.round()
    assert "feeds/streaming/1.html" not in here.files()
    drop(here, "second.json", some[79])
    here.round()
    found = pages(here)
    assert found["feeds/streaming/1.html"].count("<mark>Streaming</mark>") == 40
    shutil.rmtree(here.folder / "public")
    here.round()
    assert pages(here) == found


def test_an_edited_title_shows_on_every_page(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"))
    drop(here, "first.json", item("2509.00001", "Streaming", "A stream.", date(2025, 9, 12)))
    here.round()
    drop(here, "second.json", item("2509.00001", "Streaming, revised", "A longer stream.", date(2025, 9, 12)))
    here.round()
    for name in ("feeds/streaming.html", "papers/2509.00001.html"):
        assert "Streaming, revised" in html.fromstring(pages(here)[name].encode()).text_content()


def test_an_empty_archive_has_a_site_too(here: World) -> None:
    here.configure(INBOX, feed("all", "*"))
    here.round()
    assert "No paper matches yet" in pages(here)["feeds/all.html"]
    assert "0 papers" in pages(here)["index.html"]


def test_a_dry_run_names_the_pages_and_writes_none(here: World) -> None:
    here.configure(INBOX, feed("all", "*"))
    drop(here, "first.json", *FIRST)
    told = here.run("once", "--dry-run")
    assert "  feeds/all.html" in told.stdout
    assert "  papers/2509.00001.html" in told.stdout
    assert not (here.folder / "public").exists()


def test_pages_hold_no_secret_and_no_path_of_the_machine(here: World) -> None:
    here.configure(INBOX, feed("all", "*"))
    drop(here, "first.json", *FIRST)
    here.round()
    for content in pages(here).values():
        for secret in (TELEGRAM_TOKEN, SLACK_TOKEN, str(here.folder)):
            assert secret not in content


def test_a_backfill_counts_in_every_plot(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), feed("all", "*"))
    drop(here, "first.json", *(about(number) for number in range(3, 6)))
    assert is_as_from_scratch(here)
    assert "7 a week on average over 3 days" in pages(here)["feeds/streaming.html"]
    drop(here, "earlier.json", item("2508.00001", "Sums", "Of sums.", date(2025, 8, 30)))
    assert is_as_from_scratch(here)
    assert "2.6 a week on average over 8 days" in pages(here)["feeds/streaming.html"]


def test_citations_stand_beside_a_papers_page_and_go_with_it(here: World) -> None:
    here.configure(INBOX, feed("all", "*"))
    by_id = about(1, title="Streaming one")
    drop(here, "first.json", by_id, about(2, title="Streaming two"))
    here.round()
    papers = here.folder / "public" / "papers"
    assert b"Streaming} one" in (papers / "2509.00001.bib").read_bytes()
    assert b"TI  - Streaming one" in (papers / "2509.00001.ris").read_bytes()
    store = Store(here.config.database)
    store.call(_gone, "2509.00001")
    store.close()
    here.round()
    assert sorted(path.name for path in papers.iterdir()) == ["2509.00002.bib", "2509.00002.html", "2509.00002.ris"]


def _gone(connection: Connection, key: str) -> None:
    raw = driver(connection)
    ((number,),) = raw.execute("select id from paper where key = ?", (key,)).fetchall()
    for table in ("sighting", "paper_key", "feed_paper", "due", "news"):
        raw.execute(f"delete from {table} where paper_id = ?", (number,))
    published.forsake(connection, key)
    raw.execute("delete from paper where id = ?", (number,))
