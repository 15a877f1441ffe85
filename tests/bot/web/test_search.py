"""Any query as a page and as a feed."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import feedparser
import pytest
from lxml import html

from bot.web.limits import Limits
from bot.web.search import _affordable
from feeds.query import parse_query
from feeds.query.spellings import spellings
from feeds.render import Feed, render
from tests.bot.web.site import Web
from tests.fakes.source import item

BAD = ["a -a", "-survey", "(", "", " ", "a*", "x" * 4001, "votes<0", "/(/", '"', "\x00"]


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
async def test_a_query_is_a_feed_of_what_it_matches(web: Web, form: str) -> None:
    answer = await web.get(f"/search.{form}?q=streaming")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == (await web.get(f"/feeds/streaming.{form}")).headers["content-type"]
    if form == "json":
        found = json.loads(answer.content)
        assert [one["title"] for one in found["items"]] == ["Streaming video agents", "The Dragon Hatchling"]
        assert found["feed_url"] == "https://papers.example.org/search.json?q=streaming"
    else:
        titles = [one.title for one in feedparser.parse(answer.content).entries]
        assert titles == ["Streaming video agents", "The Dragon Hatchling"]


async def test_a_paper_is_the_same_entry_in_a_querys_feed_as_in_a_file(web: Web) -> None:
    entry = (await web.get("/search.rss?q=id:2509.26507")).text.partition("<item>")[2].partition("</item>")[0]
    assert entry
    assert entry in (await web.get("/feeds/streaming.rss")).text


@pytest.mark.parametrize(
    "spelled",
    ["q=video+agents", "q=video%20agents", "q=video+AND+agents", "x=1&q=video+agents", "q=video+agents&utm_source=a"],
)
async def test_one_query_is_one_feed_however_its_address_is_written(web: Web, spelled: str) -> None:
    wanted = await web.get("/search.atom?q=video%20agents")
    found = await web.get(f"/search.atom?{spelled}")
    assert found.content == wanted.content
    assert found.headers["etag"] == wanted.headers["etag"]
    assert feedparser.parse(found.content).feed.id.startswith("tag:papers.example.org,")


@pytest.mark.parametrize("form", [".rss", ".atom", ".json", ""])
@pytest.mark.parametrize("text", BAD)
async def test_a_bad_query_is_a_page_with_status_400(web: Web, form: str, text: str) -> None:
    answer = await web.client.get(f"/search{form}", params={"q": text})
    if not text.strip() and not form:
        assert answer.status_code == 200  # the page with the form
        return
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_bad_query_is_shown_with_a_caret_under_the_fault_and_can_be_mended(web: Web) -> None:
    page: Any = html.fromstring((await web.client.get("/search", params={"q": "robot AND (<b>"})).text)
    line, caret = page.xpath("string(//pre)").splitlines()
    assert line.strip() == "robot AND (<b>"
    assert line[caret.index("^")] == "("
    assert page.xpath("string(//input[@name='q']/@value)") == "robot AND (<b>"
    assert page.xpath("//input[@name='q']/@aria-describedby") == ["fault"]


async def test_other_formats_and_other_ways_of_asking_are_not_answered(web: Web) -> None:
    assert (await web.get("/search.xml?q=a")).status_code == 404
    posted = await web.client.post("/search.rss?q=a")
    assert posted.status_code == 405
    assert "GET" in posted.headers["allow"]


async def test_a_page_shows_what_a_query_matches_with_the_words_marked(web: Web) -> None:
    page: Any = html.fromstring((await web.get("/search?q=streaming+OR+%3DAgents")).text)
    assert page.xpath("string(//h1)") == "2 papers"
    assert page.xpath("//mark/text()") == ["Streaming", "Agents", "Streaming"]
    assert [a.text_content() for a in page.xpath("//h3/a")] == ["Streaming video agents", "The Dragon Hatchling"]
    assert page.xpath("//input[@readonly]/@value")[0].startswith("https://papers.example.org/search.rss?q=streaming")


async def test_the_plot_counts_each_week_and_stands_as_a_table_too(web: Web) -> None:
    page: Any = html.fromstring((await web.get("/search?q=*")).text)
    counts = [int(cell.text) for cell in page.xpath("//table//td")]
    mondays = [date.fromisoformat(one) for one in page.xpath("//table//time/@datetime")]
    assert len(counts) == len(page.xpath("//details[@class='plot']//svg/g")) == 2  # none before the archive began
    assert counts == [2, 1]  # newest first
    assert mondays[0] == date(2025, 9, 8)
    assert all(one - two == timedelta(weeks=1) for one, two in pairwise(mondays))
    assert page.xpath("//details[@class='plot']//svg/g/title/text()")[-1] == "Week of 8 September 2025: 2 papers"


async def test_new_papers_and_new_votes_show_at_once(web: Web) -> None:
    assert "3 papers" in (await web.get("/search?q=*")).text
    assert "1 paper<" in (await web.get("/search?q=votes>=50")).text
    web.drop("later.json", item("2503.02130", "Forgetting Transformer", "A gate.", date(2025, 9, 1), votes=70))
    web.drop("new.json", item("2511.00001", "Graphs", "Of graphs.", date(2025, 9, 11)))
    await web.round()
    assert "4 papers" in (await web.get("/search?q=*")).text
    assert "2 papers" in (await web.get("/search?q=votes>=50")).text
    assert "70 votes" in (await web.get("/papers/2503.02130")).text


async def test_many_papers_go_on_to_older_sheets_and_all_are_reached(web: Web) -> None:
    web.put(*(item(f"2512.{n:05}", f"Many {n}", "Of many.", date(2025, 9, 12)) for n in range(120)))
    found, path = [], "/search?q=many"
    while path:
        page: Any = html.fromstring((await web.get(path)).text)
        found.append(page.xpath("//h3/a/@href"))
        path = next(iter(page.xpath("//nav[@class='onward']/a[@rel='next']/@href")), "")
        path = path and f"/{path}"
    assert list(map(len, found)) == [40, 40, 40]
    assert len({one for some in found for one in some}) == 120
    assert len(json.loads((await web.get("/search.json?q=many")).content)["items"]) == 120  # all are news


def test_a_client_gets_a_burst_then_so_many_a_second_and_others_are_not_held_up() -> None:
    limits = Limits(per_second=2, burst=3)
    assert [limits.wait("192.0.2.1", 100.0) for _ in range(4)] == [0, 0, 0, 1]
    assert limits.wait("192.0.2.2", 100.0) == 0
    assert limits.wait("192.0.2.1", 100.5) == 0
    assert limits.wait("192.0.2.1", 100.5) == 1
    assert [limits.wait(f"2001:db8:0:1::{n}", 0.0) for n in range(4)] == [0, 0, 0, 1]
    assert [limits.wait("192.0.2.1", 1_000.0) for _ in range(4)] == [0, 0, 0, 1]


async def test_too_many_searches_are_told_when_to_come_back_and_what_is_kept_costs_nothing(web: Web) -> None:
    web.context.limits = Limits(per_second=0.1, burst=2)
    assert (await web.get("/search.rss?q=one")).status_code == 200
    assert (await web.get("/search?q=two")).status_code == 200
    refused = await web.get("/search.rss?q=three")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 10
    assert refused.headers["content-type"] == "text/html; charset=utf-8"
    assert (await web.get("/search.rss?q=one")).status_code == 200
    assert (await web.get("/search.rss?q=(one)&x=another+spelling")).status_code == 200
    assert (await web.get("/feeds/streaming.rss")).status_code == 200


async def test_a_crowd_is_sent_away_for_a_minute(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    await web.get("/search.rss?q=kept")
    monkeypatch.setattr("bot.web.live.QUEUE", 0)
    refused = await web.get("/search.rss?q=new")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
    assert (await web.get("/search.rss?q=kept")).status_code == 200


async def test_the_feed_of_a_query_is_what_the_library_renders(web: Web) -> None:
    archive = await web.context.live.now()
    query = parse_query("streaming OR attention")
    made = (await web.get("/search.atom?q=streaming+OR+attention")).content
    path = "search.{kind}?q=streaming%20OR%20attention"
    page = "search?q=streaming%20OR%20attention"
    feed = Feed(f"search/{query}", str(query), str(query), "https://papers.example.org/", path=path, page=page)
    assert made == render(feed, archive.matching(query), "atom")


def _offers(page: Any) -> dict[str, str]:
    """What other spellings a page leads to, with their counts."""
    items = page.xpath("//ul[starts-with(@class, 'spellings')]/li")
    return {one.xpath("string(.//code)"): one.text_content().split()[0] for one in items}


async def test_a_search_offers_the_spelling_that_finds_more_and_less_with_its_count(web: Web) -> None:
    web.put(*(item(f"2512.{n:05}", f"Qwen2.{n} again", "Of it.", date(2025, 9, 12)) for n in range(5, 9)))
    web.put(
        item("2512.00001", "Qwen", "It is.", date(2025, 9, 12)), item("2512.00002", "B", "As Qwen.", date(2025, 9, 12))
    )
    page: Any = html.fromstring((await web.get("/search?q=qwen")).text)
    assert _offers(page) == {"qwen*": "6", "title:qwen": "1"}
    for href in page.xpath("//ul[@class='spellings']//a/@href"):
        found: Any = html.fromstring((await web.get(f"/{href}")).text)
        assert found.xpath("string(//h1)").split()[0] in {"6", "1"}


async def test_an_empty_result_offers_what_finds_something_and_the_feed_all_the_same(web: Web) -> None:
    page: Any = html.fromstring((await web.get('/search?q="video streaming"')).text)
    assert page.xpath("string(//h1)") == "0 papers"
    assert _offers(page) == {"video streaming": "1"}
    assert page.xpath("//input[@readonly]/@value") == [
        "https://papers.example.org/search.rss?q=%22video%20streaming%22"
    ]
    nothing: Any = html.fromstring((await web.get("/search?q=xyzzy")).text)
    assert _offers(nothing) == {}
    assert "No other spelling" in nothing.text_content()


async def test_a_search_of_one_day_finds_what_was_announced_on_it(web: Web) -> None:
    page: Any = html.fromstring((await web.get("/search?q=streaming&day=2025-09-09")).text)
    assert [one.text for one in page.xpath("//h3/a")] == ["The Dragon Hatchling"]
    assert "day/2025-09-09.html" in page.xpath("//p[@class='lead asked']/a/@href")
    assert page.xpath("//input[@name='day']/@value") == ["2025-09-09"]  # a search from here keeps to the day
    none: Any = html.fromstring((await web.get("/search?q=streaming&day=2025-09-01")).text)
    assert none.xpath("string(//h1)") == "0 papers"
    every: Any = html.fromstring((await web.get(f"/{page.xpath('//p[@class=$c]/a/@href', c='lead asked')[1]}")).text)
    assert every.xpath("string(//h1)") == "2 papers"
    for day in ("2025-9-9", "x", "2025-02-30"):
        assert (await web.get(f"/search?q=streaming&day={day}")).status_code == 400


@pytest.mark.parametrize("asked", ["week=2025-W37", "month=2025-09", "period=week", "period=month"])
async def test_a_search_of_a_week_or_month_stands_by_votes(web: Web, asked: str) -> None:
    page: Any = html.fromstring((await web.get(f"/search?q=streaming&{asked}")).text)
    assert [one.text_content() for one in page.xpath("//h3/a")] == ["The Dragon Hatchling", "Streaming video agents"]
    first: Any = html.fromstring((await web.get(f"/search?q=streaming&{asked}&sort=new")).text)
    assert first.xpath("//h3/a")[0].text_content() == "Streaming video agents"
    span = "week" if "week" in asked else "month"
    (before,) = page.xpath(f"//a[text()='the {span} before']/@href")
    assert (await web.get(f"/{before}")).status_code == 200


async def test_the_newest_day_is_that_of_the_newest_paper(web: Web) -> None:
    page: Any = html.fromstring((await web.get("/search?q=*&period=day")).text)
    assert [one.text_content() for one in page.xpath("//h3/a")] == ["Streaming video agents"]
    every: Any = html.fromstring((await web.get("/search?q=streaming")).text)
    assert "search?q=streaming&period=week" in every.xpath("//main//a/@href")


@pytest.mark.parametrize("asked", ["week=2025-37", "week=2025-W60", "month=2025-13", "period=year", "period=x"])
async def test_what_is_no_period_is_told(web: Web, asked: str) -> None:
    assert (await web.get(f"/search?q=streaming&{asked}")).status_code == 400


async def test_other_spellings_cost_little_beside_the_query(web: Web) -> None:
    archive = await web.context.live.now()
    many = replace(archive, batches=dict.fromkeys(range(100), archive.batches[0]))
    query = parse_query("RAG OR Agent")
    assert len(_affordable(query, archive)) == len(spellings(query)) > 1
    assert {str(one) for one in _affordable(query, many)} < {str(one) for _, one in spellings(query)}


async def test_who_and_what_a_paper_is_of_leads_to_more_of_it(web: Web) -> None:
    web.put(item("2512.00001", "A", "B.", date(2025, 9, 12), authors=["Zoë Q"], org="Lab 1", keywords=["kv cache"]))
    page: Any = html.fromstring((await web.get("/papers/2512.00001")).text)
    found = {}
    for name in ("Zoë Q", "Lab 1", "kv cache"):
        answer = await web.get(f"/{page.xpath('//main//a[text()=$n]/@href', n=name)[0].removeprefix('../')}")
        found[name] = html.fromstring(answer.text).xpath("string(//h1)")
    assert found == dict.fromkeys(found, "1 paper")
