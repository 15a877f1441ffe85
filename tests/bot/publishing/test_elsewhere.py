"""Where the papers of a feed are read beside feeds: the public channels of alerts of the same query (found: 9)."""

import json
from typing import Any

import pytest
from lxml import html

from bot.channels.registry import CHANNELS, parse_destination
from feeds.site.start import start_link
from tests.bot.web.site import PAPERS, served
from tests.world import INBOX, World, alert, feed

BOT = '[web]\ntelegram_bot = "round_bot"\n'


@pytest.mark.parametrize(
    ("destination", "page"),
    [
        ("telegram:@papers", "https://t.me/papers"),
        ("telegram:@Diffusion_Papers", "https://t.me/diffusion_papers"),
        ("telegram:@papers/42", "https://t.me/papers/42"),
        ("telegram:-1001234567890", ""),
        ("telegram:-1001234567890/42", ""),
        ("telegram:777000", ""),
        ("slack:#papers", ""),
        ("slack:C0123456789", ""),
        ("slack-webhook:lab", ""),
        ("webhook:mine", ""),
        ("console:", ""),
    ],
)
def test_what_anybody_can_read_along_has_a_page(destination: str, page: str) -> None:
    found = parse_destination(destination)
    assert CHANNELS[found.scheme].page(found) == page


def links(content: bytes) -> list[str]:
    page: Any = html.document_fromstring(content)
    return [one.get("href") for one in page.xpath("//a") if "Open in Telegram" in one.text_content()]


CASES = [
    pytest.param([alert("a", "streaming", "telegram:@papers")], ["https://t.me/papers"], id="a channel by its name"),
    pytest.param([alert("a", "Streaming  ", "telegram:@papers")], [], id="another spelling and case is another query"),
    pytest.param([alert("a", "(streaming)", "telegram:@papers")], ["https://t.me/papers"], id="the same in brackets"),
    pytest.param([alert("a", "streaming video", "telegram:@papers")], [], id="another query"),
    pytest.param([alert("a", "streaming", "telegram:-1001234567890")], [], id="a channel by its number"),
    pytest.param([alert("a", "streaming", "slack:#papers", "console:")], [], id="other platforms"),
    pytest.param([], [], id="no alert"),
    pytest.param(
        [
            alert("a", "streaming", "slack:#papers", "telegram:@first", "telegram:@second"),
            alert("b", "streaming", "telegram:@first"),
        ],
        ["https://t.me/first", "https://t.me/second"],
        id="several, each once",
    ),
]


@pytest.mark.parametrize(("alerts", "wanted"), CASES)
async def test_a_page_leads_to_what_answers_alone(here: World, alerts: list[str], wanted: list[str]) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), BOT, *alerts)
    here.drop("first.json", json.dumps(PAPERS).encode())
    async with served(here) as web:
        assert links((await web.get("/feeds/streaming.html")).content) == wanted
        assert links((await web.get("/search?q=streaming")).content) == wanted
        assert links((here.folder / "public" / "feeds" / "streaming.html").read_bytes()) == wanted
        for path in ("/", "/search", "/search?q=video", "/papers/2503.02130"):
            assert b"t.me" not in (await web.get(path)).content


def test_a_channel_that_an_alert_gains_or_loses_changes_the_page_of_its_query_alone(here: World) -> None:
    tables = [INBOX, feed("streaming", "streaming"), feed("all", "*")]
    here.configure(*tables)
    here.drop("first.json", json.dumps(PAPERS).encode())
    here.round()
    for more in ([alert("a", "streaming", "telegram:@papers", head_start="0s")], []):
        before = here.files()
        here.configure(*tables, *more)
        here.round()
        changed = {name for name, file in here.files().items() if before.get(name) != file}
        assert "feeds/streaming.html" in changed
        assert "feeds/all.html" not in changed


async def test_pages_lead_to_the_bot_where_it_answers(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), BOT, "[chat]\n")
    here.drop("first.json", json.dumps(PAPERS).encode())
    wanted = f'href="{start_link("round_bot", "streaming", named=False)}"'.encode()
    async with served(here) as web:
        assert wanted in (await web.get("/feeds/streaming.html")).content
        assert wanted in (await web.get("/search?q=streaming")).content
        assert wanted in (here.folder / "public" / "feeds" / "streaming.html").read_bytes()
