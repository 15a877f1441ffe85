"""What the server may read: published files, and nothing else, whatever the address says."""

import os
from pathlib import Path

import httpx
import pytest

from bot.web.files import PublicFiles, content_type
from bot.web.kept import KeptBodies
from tests.bot.web.site import Web
from tests.fakes.telegram import TOKEN

SECRET = b"never to be seen"
WAYS_OUT = [
    "/../secret.txt",
    "/feeds/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/feeds/%2e%2e/%2E%2E/secret.txt",
    "/feeds/..%2f..%2fsecret.txt",
    "/feeds/%2e%2e%2f%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/%252e%252e/secret.txt",
    "//secret.txt",
    "/%2e/secret.txt",
    "/feeds//streaming.rss",
    "/feeds/%2e/streaming.rss",
    "/feeds/streaming.rss/",
    "/feeds/streaming.rss%00.html",
    "/%00",
    "/feeds",
    "/feeds/",
    "/.hidden",
    "/feeds/.hidden",
    "/link.txt",
    "/folder/secret.txt",
    "/loop/feeds/streaming.rss",
    "/pipe",
    "/feeds/..%2f..%2fconfig.html",
    "/papers/..%2f..%2fsecret.txt",
    "/papers/%2e%2e/secret.txt",
    "/papers/%00",
    "/papers/",
]


@pytest.fixture
def tempted(web: Web) -> Web:
    """Files that must not be served, and links to them from inside."""
    folder = web.here.folder
    (folder / "secret.txt").write_bytes(SECRET)
    (folder / "public" / ".hidden").write_bytes(SECRET)
    (folder / "public" / "feeds" / ".hidden").write_bytes(SECRET)
    (folder / "public" / "link.txt").symlink_to(folder / "secret.txt")
    (folder / "public" / "folder").symlink_to(folder)
    (folder / "public" / "loop").symlink_to(folder / "public")
    os.mkfifo(folder / "public" / "pipe")
    return web


async def _raw(web: Web, target: str) -> httpx.Response:
    """An address as it is: a client of HTTP would tidy it up first."""
    path = target.encode()
    url = httpx.URL("http://papers.example.org/")
    request = httpx.Request("GET", url.copy_with(raw_path=path))
    return await web.client.send(request)


@pytest.mark.threat(16)
@pytest.mark.parametrize("target", WAYS_OUT)
async def test_no_address_leads_out_of_the_folder(tempted: Web, target: str) -> None:
    answer = await _raw(tempted, target)
    assert answer.status_code == 404
    assert SECRET not in answer.content
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.threat(18)
@pytest.mark.parametrize("path", ["/", "/telegram", "/telegram/webhook", f"/bot{TOKEN}", "/webhook", "/feeds/all.rss"])
async def test_nobody_can_pretend_to_be_telegram_as_updates_are_asked_for_and_never_taken(web: Web, path: str) -> None:
    message = {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}, "text": "/subscribe diffusion"}
    headers = {"X-Telegram-Bot-Api-Secret-Token": "guessed"}
    answer = await web.client.post(path, json={"update_id": 1, "message": message}, headers=headers)
    assert answer.status_code == 405
    assert web.here.rows("select count(*) from inbox") == [(0,)]


async def test_what_is_published_beside_our_files_is_served(web: Web) -> None:
    (web.here.folder / "public" / "robots.txt").write_text("User-agent: *\n")
    (web.here.folder / "public" / "own.html").write_text("<p>mine</p>")
    assert (await web.get("/robots.txt")).text == "User-agent: *\n"
    page = await web.get("/own.html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_a_file_that_changed_is_read_again(web: Web) -> None:
    path = web.here.folder / "public" / "robots.txt"
    path.write_text("one")
    first = await web.get("/robots.txt")
    path.write_text("another")
    second = await web.get("/robots.txt", If_None_Match=first.headers["etag"])
    assert (second.status_code, second.text) == (200, "another")
    path.unlink()
    assert (await web.get("/robots.txt")).status_code == 404


def test_a_folder_swapped_for_a_link_after_a_look_is_not_followed(tmp_path: Path) -> None:
    public, outside = tmp_path / "public", tmp_path / "outside"
    (public / "feeds").mkdir(parents=True)
    outside.mkdir()
    for folder in (public / "feeds", outside):
        (folder / "a.rss").write_bytes(SECRET)
    files = PublicFiles(public)
    (public / "feeds").rename(public / "was")
    (public / "feeds").symlink_to(outside)
    assert files.get("feeds/a.rss") is None
    with pytest.raises(OSError, match="feeds"):
        files._open("feeds/a.rss")


def test_memory_for_files_is_bounded(tmp_path: Path) -> None:
    kept = KeptBodies(most=10_000)
    files = PublicFiles(tmp_path, kept)
    for number in range(20):
        (tmp_path / f"{number}.bin").write_bytes(os.urandom(1_000))
        assert files.get(f"{number}.bin")
    assert sum(body.size for _, body in kept._bodies.values()) == kept._size <= 10_000


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("feeds/a.rss", "application/rss+xml; charset=utf-8"),
        ("feeds/a/3.atom", "application/atom+xml; charset=utf-8"),
        ("feeds/a.json", "application/feed+json; charset=utf-8"),
        ("data.json", "application/json"),
        ("feeds.opml", "text/x-opml; charset=utf-8"),
        ("x", "application/octet-stream"),
    ],
)
def test_a_file_has_the_type_of_its_format(path: str, kind: str) -> None:
    assert content_type(path) == kind


async def test_feeds_may_be_read_by_readers_in_a_browser(web: Web) -> None:
    for path in ("/feeds/streaming.rss", "/search.json?q=*", "/feeds.opml"):
        assert (await web.get(path)).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in (await web.get("/")).headers
