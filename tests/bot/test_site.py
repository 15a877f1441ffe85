"""The site as files: whole, linked, and written only where something changed."""

import json
from datetime import date
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html

from tests.fakes.slack import TOKEN as SLACK_TOKEN
from tests.fakes.source import item
from tests.fakes.telegram import TOKEN as TELEGRAM_TOKEN
from tests.world import INBOX, ROOT, World, feed

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
    pages_of_it = {"index.html", "feeds/streaming.html", "papers/2509.00009.html"}
    assert {name for name in changed(here) if name.endswith(".html")} == pages_of_it
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


def test_what_did_not_change_is_not_even_made(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here.configure(INBOX, feed("streaming", "streaming"))
    drop(here, "first.json", *FIRST)
    here.round()
    for name in ("feed_page", "home_page", "paper_page"):
        monkeypatch.setattr(f"bot.page_desk.{name}", lambda *_: pytest.fail("made again"))
    assert here.round().report.failed == {}


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
