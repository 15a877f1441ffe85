"""A feed's address is opened by programs, and now and then by a person."""

from typing import Any

import pytest
from lxml import html
from starlette.datastructures import Headers

from bot.web.accepting import is_person
from tests.bot.web.site import Web

BROWSERS = [
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,x/y;v=b3;q=0.7",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/png,image/svg+xml,*/*;q=0.8",
    "text/html, text/plain, text/css, application/xhtml+xml, */*;q=0.01",
]
READERS = [
    "",
    "*/*",
    "application/atom+xml,application/rdf+xml,application/rss+xml,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1",
    "application/rss+xml, application/rdf+xml;q=0.8, application/atom+xml;q=0.6, application/xml;q=0.4, text/xml;q=0.4",
    "application/xml, application/atom+xml, application/rss+xml, application/feed+json, text/html, */*;q=0.9",
    "text/html,application/xhtml+xml,application/rss+xml;q=0.5",
    "application/xhtml+xml,text/html,application/xml,*/*;q=0.5",
    "application/json",
    "text/html",
    "text/html;q=0.9,application/xhtml+xml;q=0.9,*/*",
    "text/html;q=x,application/xhtml+xml",
    "image/*",
]
ADDRESSES = ["/feeds/streaming.rss", "/feeds/streaming.atom", "/feeds/streaming.json", "/search.rss?q=streaming"]


@pytest.mark.parametrize(("accept", "person"), [*((one, True) for one in BROWSERS), *((one, False) for one in READERS)])
def test_a_browser_is_told_from_a_reader(accept: str, person: bool) -> None:
    assert is_person(Headers({"Accept": accept} if accept else {})) is person


@pytest.mark.parametrize("path", ADDRESSES)
async def test_a_person_is_told_what_a_feed_is_and_a_reader_gets_it(web: Web, path: str) -> None:
    feed = await web.get(path)
    for accept in READERS:
        answer = await web.get(path, Accept=accept)
        assert (answer.content, answer.headers) == (feed.content, feed.headers)
    assert feed.headers["vary"] == "Accept-Encoding, Accept"
    told = await web.get(path, Accept=BROWSERS[0])
    assert (told.status_code, told.headers["vary"]) == (200, "Accept-Encoding, Accept")
    page: Any = html.document_fromstring(told.content)
    assert page.xpath("string(//h1)") == "This is a feed"
    assert page.xpath("//input[@readonly]/@value") == [f"https://papers.example.org{path}"]
    as_page, as_file = page.xpath("//main/p/a/@href")
    assert "Streaming video agents" in (await web.get(web.leads(path, as_page), Accept=BROWSERS[0])).text
    assert (await web.get(web.leads(path, as_file), Accept=BROWSERS[0])).content == feed.content


async def test_who_has_the_feed_already_is_a_reader_whatever_it_takes(web: Web) -> None:
    tag = (await web.get(ADDRESSES[0])).headers["etag"]
    assert (await web.get(ADDRESSES[0], Accept=BROWSERS[1], If_None_Match=tag)).status_code == 304


async def test_what_is_no_feed_is_given_to_anybody(web: Web) -> None:
    for path in ("/feeds.opml", "/style.css"):
        assert (await web.get(path, Accept=BROWSERS[0])).headers["vary"] == "Accept-Encoding"
    assert (await web.get("/feeds/none.rss", Accept=BROWSERS[0])).status_code == 404
    assert (await web.get("/search.rss?q=(", Accept=BROWSERS[0])).status_code == 400
