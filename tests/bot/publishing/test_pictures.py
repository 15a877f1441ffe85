"""Pictures of papers: fetched once, made small, served from here; a bad one costs nobody else anything."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import html
from PIL import Image

from bot import pipeline
from bot.app import open_sources
from bot.config.load import load
from bot.config.mistakes import ConfigError
from bot.process.clock import Clock
from bot.publishing.pictures import gallery, shrinker
from bot.publishing.pictures.shrinker import Shrinker, UnusableError
from bot.publishing.press import Press
from bot.store.engine import Store
from tests.bot.web.site import served
from tests.fakes.source import FakeSource, item
from tests.offices import office
from tests.world import DAILY, World, feed, until

TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)


def picture(width: int = 640, height: int = 360, kind: str = "PNG", mode: str = "RGB", **saved: Any) -> bytes:
    made = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(made, kind, **saved)
    return made.getvalue()


def blank(width: int, height: int) -> bytes:
    """Many pixels in few bytes."""
    made = BytesIO()
    Image.new("1", (width, height)).save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def shop(here: World) -> World:
    """A source whose papers have pictures."""
    here.configure(DAILY, feed("all", "*"))
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace("[publish]", "[publish]\npictures = true"))
    return here


def offer(here: World, *pictures: bytes | str, first: int = 1) -> None:
    """Papers of today, each with its picture (tests.fakes.source)."""
    for number, one in enumerate(pictures, first):
        here.source.pictures[f"/{number}"] = one
        here.source.days.setdefault(TODAY.isoformat(), []).append(
            item(f"2611.{number:05}", f"Paper {number}", "A text.", TODAY, thumbnail=f"{here.source.url}/{number}")
        )


def asked(here: World) -> list[str]:
    """The pictures that were asked for, since this was last called."""
    found = [request.path for request in here.source.requests if request.path in here.source.pictures]
    here.source.requests.clear()
    return sorted(found)


def images(here: World, name: str) -> list[Any]:
    page: Any = html.document_fromstring(here.files()[name][0])
    return list(page.xpath("//img"))


def hung(here: World) -> set[str]:
    """The papers that have a picture on the feed's page."""
    page: Any = html.document_fromstring(here.files()["feeds/all.html"][0])
    return {one.xpath("string(.//h3)") for one in page.xpath("//article[.//img]")}


def test_pictures_come_with_the_round_small_and_from_here(shop: World) -> None:
    offer(shop, picture(1200, 648), picture(200, 900, "JPEG"))
    written = shop.round().report.files
    files = {name: content for name, (content, _) in shop.files().items() if name.startswith("pictures/")}
    assert len(files) == 2
    assert files.keys() < set(written)
    assert "papers/2611.00001.html" in written
    for page, root in (("feeds/all.html", "../"), ("papers/2611.00001.html", "../")):
        for one in images(shop, page):
            content = files[one.get("src").removeprefix(root)]
            with Image.open(BytesIO(content)) as shown:
                assert (shown.format, *shown.size) == ("WEBP", int(one.get("width")), int(one.get("height")))
            assert (one.get("alt"), one.get("loading")) == ("", "lazy")
    sizes = {(one.get("width"), one.get("height")) for one in images(shop, "feeds/all.html")}
    assert sizes == {("320", "173"), ("107", "480")}
    assert all((shop.folder / "public" / name).stat().st_mode & 0o777 == 0o644 for name in files)


def test_each_is_asked_for_once_and_a_second_round_writes_nothing(shop: World) -> None:
    offer(shop, picture(), picture(kind="GIF"))
    shop.round()
    assert asked(shop) == ["/1", "/2"]
    before = shop.files()
    assert shop.round().report.files == []
    assert (asked(shop), shop.files()) == ([], before)


def test_feeds_stay_as_they_are(shop: World) -> None:
    offer(shop, "status")
    shop.round()
    before = {name: file for name, file in shop.files().items() if re.search(r"\.(rss|atom|json)$", name)}
    shop.source.pictures["/1"] = picture()
    shop.round(ahead=2 * DAY)
    assert hung(shop) == {"Paper 1"}
    assert {name: shop.files()[name] for name in before} == before


def test_without_the_word_none_is_asked_for(here: World) -> None:
    here.configure(DAILY, feed("all", "*"))
    offer(here, picture())
    here.round()
    assert (asked(here), images(here, "feeds/all.html")) == ([], [])
    assert not (here.folder / "public" / "pictures").exists()


@pytest.mark.parametrize(
    "drawn",
    [
        partial(picture, kind="JPEG"),
        partial(picture, kind="JPEG", mode="CMYK"),
        partial(picture, kind="JPEG", mode="L"),
        partial(picture, mode="P"),
        partial(picture, mode="LA"),
        partial(picture, mode="I;16"),
        partial(picture, mode="1"),
        partial(picture, kind="WEBP", mode="RGBA"),
        partial(picture, kind="GIF", save_all=True, append_images=[Image.new("RGB", (640, 360))] * 3),
        partial(picture, 32, 32),
        partial(picture, kind="JPEG", progressive=True),
    ],
)
async def test_every_usual_kind_is_read(drawn: Callable[[], bytes]) -> None:
    small = Shrinker()
    try:
        made = await small.shrink(drawn())
    finally:
        await small.aclose()
    with Image.open(BytesIO(made.data)) as shown:
        assert (shown.format, shown.size) == ("WEBP", (made.width, made.height))
        assert "exif" not in shown.info
    assert made.width <= 320


async def test_a_picture_is_turned_as_its_camera_held_it_and_its_place_is_not_told() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    small = Shrinker()
    made = await small.shrink(picture(600, 300, "JPEG", exif=exif.tobytes()))
    await small.aclose()
    assert (made.width, made.height) == (240, 480)
    assert b"a camera" not in made.data


BAD: dict[str, bytes | str] = {
    "a page": b"<!doctype html><title>No</title>",
    "nothing": b"",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>',
    "bmp": picture(64, 64, "BMP"),
    "tiff": picture(64, 64, "TIFF"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\n(x) run\n",
    "cut": picture()[:1000],
    "spacer": picture(1, 1, "GIF"),
    "bomb": blank(7000, 7000),
    "500": "status",
    "huge": "huge",
    "gzip bomb": "gzip bomb",
    "reset": "reset",
}


@pytest.mark.threat(3)
def test_a_bad_one_costs_no_other_and_is_asked_for_again_another_day(shop: World) -> None:
    offer(shop, *BAD.values(), picture())
    every = sorted(shop.source.pictures)
    assert shop.round().well()
    assert hung(shop) == {f"Paper {len(BAD) + 1}"}
    assert asked(shop) == every
    shop.round(ahead=DAY / 2)
    assert asked(shop) == []
    shop.source.pictures = dict.fromkeys(shop.source.pictures, picture())
    shop.round(ahead=1.1 * DAY)
    assert asked(shop) == sorted(f"/{number}" for number in range(1, len(BAD) + 1))
    assert len(hung(shop)) == len(BAD) + 1


@pytest.mark.threat(4)
def test_one_that_never_comes_holds_up_no_other(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "ONE", 1.5)
    offer(shop, "hang", "drip", picture())
    assert shop.round().well()
    assert hung(shop) == {"Paper 3"}
    asked(shop)
    shop.round()
    assert asked(shop) == []


def test_another_address_is_another_picture(shop: World) -> None:
    offer(shop, "status")
    shop.round()
    shop.source.days[TODAY.isoformat()][0]["thumbnail"] = f"{shop.source.url}/2"
    shop.source.pictures["/2"] = picture()
    shop.round()
    assert hung(shop) == {"Paper 1"}


async def test_served_pages_show_them_and_a_browser_keeps_them(shop: World) -> None:
    offer(shop, picture(), "status")
    async with served(shop) as web:
        for address in ("/feeds/all.html", "/papers/2611.00001", "/search?q=text"):
            page: Any = html.document_fromstring((await web.get(address)).content)
            (one,) = page.xpath("//img")
            answer = await web.get(urljoin(address, one.get("src")))
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
            assert answer.headers["Cache-Control"] == "public, max-age=31536000"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        shop.source.pictures["/1"] = shop.source.pictures["/2"] = picture(300, 300)
        for file in (shop.folder / "public" / "pictures").iterdir():
            file.unlink()
        await web.round()
        page = html.document_fromstring((await web.get("/feeds/all.html")).content)
        assert page.xpath("//img/@height") == ["300"]


@pytest.mark.threat(1)
def test_nobody_leads_us_to_a_private_address(shop: World) -> None:
    with FakeSource() as inner:
        inner.pictures["/x"] = picture()
        offer(shop, b"", b"", f"{inner.url}/x")
        day = shop.source.days[TODAY.isoformat()]
        day[0]["thumbnail"] = f"{inner.url}/x"
        day[1]["thumbnail"] = inner.url.replace("127.0.0.1", "localhost") + "/x"
        shop.round()
        assert asked(shop) == ["/3"]
        assert inner.requests == []
        assert hung(shop) == set()


def test_a_file_that_is_gone_comes_back_and_what_was_begun_goes(shop: World) -> None:
    offer(shop, picture())
    shop.round()
    (file,) = (shop.folder / "public" / "pictures").iterdir()
    content = file.read_bytes()
    begun = file.with_name(f".{file.name}.999999999.new")
    begun.write_bytes(b"half")
    file.unlink()
    asked(shop)
    shop.round()
    assert asked(shop) == ["/1"]
    assert file.read_bytes() == content
    assert not begun.exists()
    assert hung(shop) == {"Paper 1"}
    file.unlink()
    shop.source.pictures["/1"] = "status"
    shop.round()
    assert hung(shop) == set()


def test_taken_out_of_the_file_they_go_and_come_back_with_it(shop: World) -> None:
    offer(shop, picture())
    shop.round()
    path = shop.folder / "config.toml"
    path.write_text(path.read_text().replace("pictures = true", "pictures = false"))
    shop.round()
    assert (hung(shop), images(shop, "papers/2611.00001.html")) == (set(), [])
    assert [name for name in shop.files() if name.startswith("pictures/")] == []
    offer(shop, picture(300, 300), first=2)
    shop.round()
    asked(shop)
    path.write_text(path.read_text().replace("pictures = false", "pictures = true"))
    shop.round()
    assert asked(shop) == ["/1", "/2"]
    assert hung(shop) == {"Paper 1", "Paper 2"}


def test_pillow_is_asked_for_where_it_is_needed(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ConfigError, match=r'^publish\.pictures: needs Pillow.*pip install "paperround\[pictures\]"$'):
        load(shop.folder / "config.toml")


@asynccontextmanager
async def published(here: World) -> AsyncIterator[Press]:
    """After a round, whose pictures are still to come."""
    config, store = here.config, Store(here.config.database)
    made = office(config, store, Clock())
    assert isinstance(made.press, Press)
    async with open_sources(config) as sources:
        report = await pipeline.round(made, sources)
    assert report.failed == {}
    assert hung(here) == set()
    yield made.press
    store.close()


async def test_publishing_does_not_wait_for_pictures(shop: World) -> None:
    offer(shop, picture(), picture(300, 300))
    shop.source.holds = True
    async with published(shop) as press:
        shop.source.holds = False
        written = (await press.last()).written
    assert hung(shop) == {"Paper 1", "Paper 2"}
    assert {name.partition("/")[0] for name in written} >= {"pictures", "feeds", "papers"}


async def test_nobody_waits_for_long(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "PATIENCE", 0.1)
    offer(shop, picture())
    shop.source.holds = True
    async with published(shop) as press:
        assert (await press.last()).written == []
    shop.source.holds = False
    monkeypatch.undo()
    async with published(shop) as press:  # it was no fault of the picture's: it is not put off
        await press.last()
    assert hung(shop) == {"Paper 1"}


async def test_a_stop_ends_it_at_once(shop: World) -> None:
    offer(shop, picture(), "hang")
    async with published(shop) as press:
        hanging = press._hanging
        assert hanging
        await asyncio.to_thread(until, lambda: {"/1", "/2"} <= {one.path for one in shop.source.requests})
        hanging.cancel()
        async with asyncio.timeout(10):
            await asyncio.wait([hanging])
        assert hanging.cancelled()


CHILD = """
import os, sys, time
while True:
    size = int.from_bytes(sys.stdin.buffer.read(4), "big")
    data = sys.stdin.buffer.read(size)
    if data == b"hang": time.sleep(60)
    if data == b"crash": os.abort()
    if data == b"talk": sys.stdout.write("no JSON\\n")
    else: sys.stdout.write('{"size": 2, "width": 3, "height": 4}\\nOK')
    sys.stdout.flush()
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "child.py").write_text(CHILD)
    monkeypatch.setattr(shrinker, "_CHILD", tmp_path / "child.py")


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize("how", ["hang", "crash", "talk"])
async def test_what_breaks_or_holds_up_the_reader_is_its_own_fault_alone(how: str) -> None:
    small = Shrinker(limit=0.5)
    for _ in range(2):
        with pytest.raises(UnusableError):
            await small.shrink(how.encode())
        assert (await small.shrink(b"good")).data == b"OK"
    await small.aclose()


async def test_the_reader_of_strangers_pictures_knows_no_secret_and_ends_with_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:SECRET")
    small = Shrinker()
    await small.shrink(picture(64, 64))
    process = small._process
    assert process
    proc = Path(f"/proc/{process.pid}")
    assert b"SECRET" not in (proc / "environ").read_bytes()
    limits = (proc / "limits").read_text()
    assert re.search(r"Max address space +671088640", limits)
    await small.aclose()
    assert process.returncode == -9
