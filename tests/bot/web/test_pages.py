"""The served pages: what they show, what they link, and what is answered when something is wrong."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from bot.store.engine import StoreError
from bot.web import app
from bot.web.archive import Archive
from tests.bot.web.site import SITE, Web, served
from tests.fakes.source import item
from tests.fakes.telegram import TOKEN
from tests.world import INBOX, World, feed

PAGES = [
    "/",
    "/feeds/streaming.html",
    "/papers/2503.02130",
    "/search?q=streaming",
    "/search",
    "/search?q=(",
    "/none/at/all",
]
HOSTILE = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}${7*7}",
    "]]><![CDATA[<svg onload=alert(1)>",
    "</textarea></pre></code><iframe src=javascript:alert(1)>",
    "\u202egpj.exe \u2028\u2029 \ud800 \x00 end",
    "A" * 5_000,
]


async def _page(web: Web, path: str) -> Any:
    return html.document_fromstring((await web.get(path)).content)


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_says_what_a_browser_may_do_and_names_no_other_host(web: Web, path: str) -> None:
    answer = await web.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    page: Any = html.document_fromstring(answer.content)
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == len(page.xpath("//main")) == len(page.xpath("//header")) == 1
    loaded = page.xpath("//script/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
    assert len(loaded) == 3
    for address in loaded:
        asset = await web.get(urljoin(path, address))
        assert asset.status_code == 200
        assert "max-age=31536000" in asset.headers["cache-control"]


@pytest.mark.parametrize("path", PAGES[:5])
async def test_every_link_of_a_page_leads_somewhere(web: Web, path: str) -> None:
    page = await _page(web, path)
    addresses = {urljoin(path, one) for one in page.xpath("//a/@href | //link/@href | //form/@action")}
    own = {one for one in addresses if not urlsplit(one).netloc}
    assert own
    for address in own:
        assert (await web.get(address)).status_code == 200, address


async def test_feeds_are_found_from_each_page(web: Web) -> None:
    async def announced(path: str) -> list[str]:
        found = (await _page(web, path)).xpath("//link[@rel='alternate']")
        assert {one.get("type") for one in found} <= {
            "application/rss+xml",
            "application/atom+xml",
            "application/feed+json",
        }
        return [urljoin(path, one.get("href")) for one in found]

    formats = ("rss", "atom", "json")
    every = [f"/feeds/{slug}.{form}" for slug in ("streaming", "all") for form in formats]
    assert await announced("/") == await announced("/search") == every
    assert await announced("/no/such/page") == every
    assert await announced("/feeds/streaming.html") == [f"/feeds/streaming.{form}" for form in formats]
    assert await announced("/papers/2503.02130") == [f"/feeds/all.{form}" for form in formats]
    assert await announced("/search?q=a") == [f"/search.{form}?q=a" for form in formats]


async def test_a_feed_names_its_hub_in_a_header_too(here: World) -> None:
    here.configure(INBOX, SITE, feed("all", "*"))
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace("[publish]", '[publish]\nhub = "https://hub.example.org/?a&b"'))
    async with served(here) as web:
        for form in ("rss", "atom", "json"):
            header = (await web.get(f"/feeds/all.{form}")).headers["Link"]
            own = f"https://papers.example.org/feeds/all.{form}"
            assert header == f'<https://hub.example.org/?a&b>; rel="hub", <{own}>; rel="self"'
        assert "Link" not in (await web.get("/feeds.opml")).headers


async def test_a_browser_that_opens_a_feed_finds_an_icon_too(web: Web) -> None:
    answer = await web.get("/favicon.ico")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


async def test_a_feed_leads_to_its_page_and_the_page_to_the_feed(web: Web) -> None:
    feed = json.loads((await web.get("/feeds/streaming.json")).content)
    assert feed["home_page_url"] == "https://papers.example.org/feeds/streaming.html"
    search = json.loads((await web.get("/search.json?q=a+b")).content)
    assert search["home_page_url"] == "https://papers.example.org/search?q=a%20b"


async def test_the_start_page_counts_each_feed_and_draws_its_weeks(web: Web) -> None:
    page = await _page(web, "/")
    lines = [one.text_content() for one in page.xpath("//ul[@class='feeds']/li")]
    assert "2 papers" in lines[0]
    assert "3 papers" in lines[1]
    assert page.xpath("string(//ul[@class='feeds']/li[2]//svg/path/@d)").count("M") == 2  # two weeks have papers
    assert page.xpath("//form[@role='search']/@action") == ["search"]


async def test_a_feeds_page_shows_its_papers_and_how_to_subscribe(web: Web) -> None:
    page = await _page(web, "/feeds/streaming.html")
    assert [one.text_content() for one in page.xpath("//h3")] == ["Streaming video agents", "The Dragon Hatchling"]
    assert page.xpath("//mark/text()") == ["Streaming", "Streaming"]
    shown = page.xpath("//input[@readonly]/@value")
    assert shown == ["https://papers.example.org/feeds/streaming.rss"]
    ways = page.xpath("//section[@aria-labelledby='subscribe']//a/@href")
    assert ways == [f"../feeds/streaming.{form}" for form in ("rss", "atom", "json")]
    assert not [one for one in page.xpath("//a/@href") if "t.me" in one]  # the bot answers nobody yet (found: 9)
    assert "12 votes" in page.text_content()
    assert page.xpath("//img") == []  # nothing is loaded from elsewhere
    assert len(page.xpath("//a[@class='picture']/@href")) == 2


async def test_a_paper_is_found_by_its_key_its_page_and_its_other_names(web: Web) -> None:
    for path in ("/papers/2503.02130", "/papers/2503.02130.html"):
        page = await _page(web, path)
        assert page.xpath("string(//h1)") == "Forgetting Transformer"
        assert [one.text for one in page.xpath("//dd/a")] == ["all"]
    for name in (
        "2503.02130v2",
        "arXiv:2503.02130",
        "https:%2F%2Farxiv.org%2Fabs%2F2503.02130",
        "Forgetting%20Transformer",
    ):
        answer = await web.get(f"/papers/{name}")
        assert answer.status_code == 301, name
        assert urljoin(f"/papers/{name}", answer.headers["location"]) == "/papers/2503.02130.html"
    assert (await web.get("/papers/2503.99999")).status_code == 404


async def test_a_paper_with_slashes_in_its_key_has_a_page_at_any_spelling_of_it(web: Web) -> None:
    web.here.drop("old.json", json.dumps([item("math/0309136", "An old one", "Of sums.", date(2025, 9, 2))]).encode())
    await web.round()
    listed = (await _page(web, "/feeds/all.html")).xpath("//h3/a/@href")[-2]
    for path in ("/papers/math/0309136", "/papers/math%2F0309136", urljoin("/feeds/all.html", listed)):
        page = await _page(web, path)
        assert page.xpath("string(//h1)") == "An old one"
        sheet = urljoin(path, page.xpath("//link[@rel='stylesheet']/@href")[0])
        assert (await web.get(sheet)).status_code == 200


async def test_hostile_texts_stay_texts_on_every_page(web: Web, data: Path) -> None:
    recorded = [one["title"] for one in json.loads((data / "hostile.json").read_text())]
    titles = [*HOSTILE, *(one for one in recorded if one.strip())]
    authors = HOSTILE[:6]
    many = [
        item(
            f"2512.{n:05}",
            text,
            f"{text} streaming {text}",
            date(2025, 9, 12),
            authors=authors,
            org=text,
            keywords=[text],
        )
        for n, text in enumerate(titles)
    ]
    for one in many:
        one["thumbnail"] = 'https://a.example/x.png" onload="alert(1)'
        one["paper"]["githubRepo"] = "javascript:alert(1)"
    web.here.drop("hostile.json", json.dumps(many).encode())
    await web.round()
    paths = ["/", "/feeds/streaming.html", "/search?q=*", *(f"/papers/2512.{n:05}" for n in range(len(many)))]
    for path in paths:
        await _is_harmless(web, path)
    for text in HOSTILE:
        _assert_harmless(
            (await web.client.get("/search", params={"q": text.encode("utf-8", "replace").decode()})).content
        )


async def _is_harmless(web: Web, path: str) -> None:
    answer = await web.get(path)
    assert answer.status_code == 200, path
    _assert_harmless(answer.content)


def _assert_harmless(content: bytes) -> None:
    page: Any = html.document_fromstring(content)
    assert page.xpath("//script/text()") == []
    assert len(page.xpath("//script")) == 1
    assert page.xpath("//iframe | //object | //embed | //base | //svg//script | //style") == []
    assert [name for one in page.iter() for name in one.attrib if name.startswith("on")] == []
    assert not [
        one for one in page.xpath("//@href | //@src | //@action") if "javascript:" in one.partition("?")[0].lower()
    ]
    assert b"\x00" not in content


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing.rss", 404),
        ("GET", "/feeds/none.atom", 404),
        ("POST", "/", 405),
        ("DELETE", "/feeds/all.rss", 405),
    ],
)
async def test_an_error_is_a_page_with_the_right_status_and_never_a_feed(
    web: Web, method: str, path: str, status: int
) -> None:
    answer = await web.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    page: Any = html.document_fromstring(answer.content)
    assert page.xpath("//main//a/text()") == ["Go to all feeds"]


async def test_a_fault_of_ours_is_a_page_without_the_error_in_it(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[object]:
        raise RuntimeError(f"bot{TOKEN} leaked")

    monkeypatch.setattr(Archive, "matched", broken)
    answer = await web.get("/search.rss?q=streaming")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert TOKEN not in answer.text
    assert "leaked" not in answer.text


async def test_a_database_that_cannot_be_read_is_told_and_files_are_served_all_the_same(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError("database /somewhere: disk I/O error")

    monkeypatch.setattr("bot.web.live.load", broken)
    web.drop("later.json", item("2511.00009", "Later", "Later.", date(2025, 9, 11)))
    await web.round()
    for path in ("/search.rss?q=streaming", "/healthz", "/"):
        answer = await web.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        assert "/somewhere" not in answer.text
    assert (await web.get("/feeds/streaming.rss")).status_code == 200


async def test_health_is_told_while_the_database_does_not_answer(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_HEALTHY", 0.05)
    monkeypatch.setattr(web.context.live, "now", asyncio.Event().wait)
    answer = await web.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "the database does not answer\n")


async def test_health_and_numbers_are_told_without_secrets(web: Web) -> None:
    assert (await web.get("/healthz")).text == "ok\n"
    await web.get("/nothing")
    numbers = (await web.get("/metrics")).text
    assert "paperround_papers 3.0" in numbers
    assert 'paperround_source_state{source="inbox",state="ok"} 1.0' in numbers
    assert 'paperround_requests_total{status="404"} 1.0' in numbers
    assert TOKEN not in numbers
