"""Feed files: only what changed is written, what is damaged comes back, and nothing of anyone else's is removed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import feedparser  # type: ignore[import-untyped]  # it ships no types
import pytest

from tests.fakes.hub import FakeHub
from tests.fakes.source import items
from tests.world import DAILY, World, feed

TODAY = datetime.now(UTC).date()
FORMATS = ("rss", "atom", "json")
DAY = timedelta(days=1)


def _configure(here: World, *tables: str, **publish: str) -> None:
    here.configure(DAILY, *tables)
    path = here.folder / "config.toml"
    more = "".join(f"\n{key} = {value}" for key, value in publish.items())
    path.write_text(path.read_text().replace("[publish]", f"[publish]{more}"))


def _feeds(here: World) -> dict[str, tuple[bytes, int]]:
    return {
        name: file for name, file in here.files().items() if name.startswith("feeds/") and not name.endswith(".html")
    }


@pytest.fixture
def filled(here: World) -> World:
    """Three days with 8 papers each."""
    for back in range(3):
        day = TODAY - back * DAY
        here.source.days[day.isoformat()] = items(8, day, first=1000 + 100 * back)
    return here


def test_a_second_round_writes_nothing(filled: World) -> None:
    _configure(filled, feed("all", "*"), feed("none", "zebra"))
    assert set(filled.round().report.files) > {f"feeds/{slug}.{form}" for slug in ("all", "none") for form in FORMATS}
    before = filled.files()
    assert filled.round().report.files == []
    assert filled.files() == before


def test_votes_leave_feeds_alone_and_a_new_title_changes_the_feeds_that_hold_it(filled: World) -> None:
    _configure(filled, feed("all", "*"), feed("none", "zebra"))
    filled.round()
    before = _feeds(filled)
    day = filled.source.days[TODAY.isoformat()]
    day[0]["paper"]["upvotes"] += 100
    filled.round()
    assert _feeds(filled) == before
    day[0]["title"] = day[0]["paper"]["title"] = "Another title"
    written = filled.round().report.files
    assert {name for name in written if name.startswith("feeds/") and not name.endswith(".html")} == {
        f"feeds/all.{form}" for form in FORMATS
    }
    assert b"Another title" in _feeds(filled)["feeds/all.rss"][0]


def test_a_paper_that_no_longer_matches_leaves_its_feed(filled: World) -> None:
    _configure(filled, feed("loved", "votes>=1000"))
    day = filled.source.days[TODAY.isoformat()]
    day[0]["paper"]["upvotes"] = 1000
    filled.round()
    assert len(json.loads(_feeds(filled)["feeds/loved.json"][0])["items"]) == 1
    day[0]["paper"]["upvotes"] = 999
    filled.round()
    assert json.loads(_feeds(filled)["feeds/loved.json"][0])["items"] == []


@pytest.mark.parametrize("damage", ["deleted", "cut", "replaced by a link"])
def test_a_damaged_file_comes_back(filled: World, damage: str) -> None:
    _configure(filled, feed("all", "*"))
    filled.round()
    right = {name: content for name, (content, _) in _feeds(filled).items()}
    path = filled.folder / "public" / "feeds" / "all.atom"
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:100])
    else:
        path.unlink()
    outside = filled.folder / "outside"
    if damage == "replaced by a link":
        outside.write_text("mine")
        path.symlink_to(outside)
    assert filled.round().report.files == ["feeds/all.atom"]
    assert {name: content for name, (content, _) in _feeds(filled).items()} == right
    assert not path.is_symlink()
    assert not outside.exists() or outside.read_text() == "mine"


def test_files_of_a_feed_that_is_gone_are_removed_but_not_what_someone_else_wrote(filled: World) -> None:
    _configure(filled, feed("all", "*"), feed("old", "*"))
    filled.round()
    folder = filled.folder / "public" / "feeds"
    (folder / "old.rss").write_text("edited by hand")
    (folder / "own.rss").write_text("never ours")
    _configure(filled, feed("all", "*"), formats='["rss", "json"]')
    filled.round()
    assert set(_feeds(filled)) == {"feeds/all.rss", "feeds/all.json", "feeds/old.rss", "feeds/own.rss"}
    _configure(filled, feed("all", "*"), feed("old", "*"))
    filled.round()
    assert len(feedparser.parse(_feeds(filled)["feeds/old.rss"][0]).entries) == 24


def test_an_edited_query_title_or_address_is_in_the_files_after_the_next_round(filled: World) -> None:
    _configure(filled, feed("some", "*"))
    filled.round()
    _configure(filled, feed("some", "zebra"))
    filled.round()
    assert feedparser.parse(_feeds(filled)["feeds/some.rss"][0]).entries == []
    _configure(filled, feed("some", "*") + 'title = "A new title"\n')
    filled.round()
    parsed = feedparser.parse(_feeds(filled)["feeds/some.rss"][0])
    assert (parsed.feed.title, len(parsed.entries)) == ("A new title", 24)


def _walk(here: World, form: str) -> list[list[str]]:
    """The ids of a feed and of each page of its archive, by the way that they name."""
    url, pages = f"https://papers.example.org/feeds/all.{form}", []
    while url:
        content = here.files()[urlsplit(url).path.lstrip("/")][0]
        if form == "json":
            parsed = json.loads(content)
            pages.append([item["id"] for item in parsed["items"]])
            url = parsed.get("next_url", "")
        else:
            parsed = feedparser.parse(content)
            assert parsed.bozo is False
            pages.append([entry.id for entry in parsed.entries])
            url = next((link.href for link in parsed.feed.links if link.rel == "prev-archive"), "")
    return pages


@pytest.mark.parametrize("form", FORMATS)
def test_the_archive_holds_every_paper_that_the_feed_has_dropped(filled: World, form: str) -> None:
    _configure(filled, feed("all", "*"), entries="5")
    filled.round()
    filled.round(ahead=3 * DAY)  # until then all are news, and stand in the feed
    pages = _walk(filled, form)
    assert [len(page) for page in pages] == [5] * 5
    assert len({one for page in pages for one in page}) == 24  # the feed's oldest stands in the archive too
    assert pages[0] == sorted(pages[0], key=pages[0].index)


def test_new_papers_leave_the_pages_of_the_archive_as_they_are(filled: World) -> None:
    _configure(filled, feed("all", "*"), entries="5")
    filled.round()
    before = {name: file for name, file in _feeds(filled).items() if name.count("/") == 2}
    assert len(before) == 4 * len(FORMATS)
    filled.source.days[TODAY.isoformat()] += items(4, TODAY, first=3000)
    filled.round()
    after = {name: file for name, file in _feeds(filled).items() if name.count("/") == 2}
    assert len(after) == 5 * len(FORMATS)
    assert {name: after[name] for name in before} == before
    (filled.folder / "public" / "feeds" / "all" / "2.atom").unlink()
    assert filled.round().report.files == ["feeds/all/2.atom"]


def test_a_page_of_the_archive_says_what_it_is(filled: World) -> None:
    _configure(filled, feed("all", "*"), entries="5")
    filled.round()
    page = _feeds(filled)["feeds/all/2.atom"][0]
    assert b'<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>' in page or b"<fh:archive/>" in page
    links = {link.rel: link.href for link in feedparser.parse(page).feed.links}
    assert links["current"] == "https://papers.example.org/feeds/all.atom"
    assert links["self"] == "https://papers.example.org/feeds/all/2.atom"
    assert links["prev-archive"] == "https://papers.example.org/feeds/all/1.atom"


def test_a_dry_run_names_the_files_and_writes_none(filled: World) -> None:
    _configure(filled, feed("all", "*"))
    shown = filled.run("once", "--dry-run", "--json")
    assert f"feeds/all.{FORMATS[0]}" in shown.stdout
    assert filled.files() == {}


@pytest.fixture
def hub(filled: World) -> Iterator[FakeHub]:
    with FakeHub() as hub:
        _configure(filled, feed("all", "*"), feed("none", "zebra"), hub=f'"{hub.url}/hub?key=k3y"')
        yield hub


def test_a_hub_is_told_of_the_feeds_that_changed_and_named_in_them(filled: World, hub: FakeHub) -> None:
    filled.round()
    (told,) = hub.told
    assert told["hub.mode"] == ["publish"]
    assert len(told["hub.url"]) == 6
    filled.round()
    filled.source.days[TODAY.isoformat()] += items(1, TODAY, first=3000)
    filled.round()
    _, again = hub.told
    assert sorted(again["hub.url"]) == sorted(f"https://papers.example.org/feeds/all.{form}" for form in FORMATS)
    for form in ("rss", "atom"):
        links = {link.rel: link.href for link in feedparser.parse(_feeds(filled)[f"feeds/all.{form}"][0]).feed.links}
        assert links["hub"] == f"{hub.url}/hub?key=k3y"
        assert links["self"] in again["hub.url"]
    assert json.loads(_feeds(filled)["feeds/all.json"][0])["hubs"] == [
        {"type": "WebSub", "url": f"{hub.url}/hub?key=k3y"}
    ]


@pytest.mark.parametrize("fault", ["500", "429", "reset", "garbage"])
def test_a_hub_that_fails_costs_a_line_in_the_log(
    filled: World, hub: FakeHub, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    hub.fail_next(1, fault, "hub")
    assert filled.round().well()
    said = [record.getMessage() for record in caplog.records if record.name == "bot.publishing.hub"]
    assert len(said) == (fault != "garbage")  # any answer of status 200 will do
    assert all("subscribers will poll" in line and "k3y" not in line for line in said)


def test_a_hub_that_never_answers_is_not_waited_for_long(
    filled: World, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.publishing.hub.PATIENCE", 0.2)
    hub.fail_next(1, "hang", "hub")
    assert filled.round().well()
    assert len(hub.told) == 1


def test_an_old_database_is_taken_along(filled: World) -> None:
    """Files that an earlier version wrote are compared and left alone where they are the same."""
    _configure(filled, feed("all", "*"))
    filled.round()
    before = _feeds(filled)
    filled.tell("delete from published")
    assert filled.round().report.files == []
    assert _feeds(filled) == before
