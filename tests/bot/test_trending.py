"""The best of a day, week or month for a query is the same papers as feed, page, chat word and mail."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html

from bot import intake
from bot.chat.commands import Top
from bot.chat.seeking import sought
from bot.store.database import Database
from bot.web.app import web_app
from bot.web.server import context_of
from feeds.paper import Paper
from feeds.query import parse_query
from feeds.site import Period, Span
from tests.bot.channels.email.test_mail import mails
from tests.desk import outside
from tests.newsroom import TO, Newsroom
from tests.world import alert, feed

VOTES = (7, None, 90, 7, 7, 7, 7, 0, 41, 7, 7, 7, 7)
"""Of papers of the newest day: the tenth place is one of several with as many."""
TOLD = {"day": "daily 09:00", "week": "weekly tue 09:00", "month": ""}
EARLIER = {"day": 0, "week": 1, "month": 2}
"""Papers with more votes than all of these, in the period but before the day."""


@pytest.fixture
def room(tmp_path: Path, database: Database) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path, database)
    yield made
    made.store.close()


def papers() -> list[Paper]:
    newest = [Paper(f"2601.{n:05}", f"P{n}", "x", votes=votes) for n, votes in enumerate(VOTES)]
    days = [(date(2026, 1, 7), one) for one in newest]
    for n, day in enumerate([date(2026, 1, 6), date(2026, 1, 2), date(2025, 12, 30)]):
        days.append((day, Paper(f"2512.{n:05}", f"E{n}", "x", votes=100 + n)))
    return [Paper(one.id, f"{one.title} on graphs", "x", votes=one.votes, announced=day) for day, one in days]


@pytest.mark.parametrize("span", ["day", "week", "month"])
async def test_what_is_trending_is_the_same_everywhere(room: Newsroom, span: Span) -> None:
    its = f'top = 10\nperiod = "{span}"\n'
    told = [alert("graphs", "graph", TO, deliver=TOLD[span], head_start="0d")] if TOLD[span] else []
    await room.configure("[web]", feed("best", "graph") + its, *told)
    await room.read(papers())
    room.clock.at = datetime(2026, 1, 13, 10, tzinfo=UTC)
    await room.deliver()
    room.clock.at = datetime(2026, 2, 3, 10, tzinfo=UTC)
    await intake.decide(room.store, room.config, room.clock.now())
    page = await titles_on_the_page(room, span)
    assert page[: EARLIER[span] + 1] == [*(f"E{n} on graphs" for n in reversed(range(EARLIER[span]))), "P2 on graphs"]
    said = await sought(Top(span, parse_query("graph")), [], room.store.database, room.clock.now())
    assert [one.title for one in said.papers] == page[:10]
    assert set(in_the_feed(room, date(2026, 1, 7), span)) == set(page[:10])
    if told:
        (mail,) = mails(room.issue)
        posted: Any = html.fromstring(mail.part("html"))
        assert [one.text_content() for one in posted.xpath("//h2[@class='title']")] == [
            title for title in page if title[0] == "P"
        ][:10]


async def titles_on_the_page(room: Newsroom, span: Span) -> list[str]:
    async with context_of(room.config, room.store, room.clock) as context:
        transport = httpx.ASGITransport(web_app(context))
        async with httpx.AsyncClient(transport=transport, base_url="http://papers.example.org") as client:
            answers = [await client.get(f"/search?q=graph&period={span}{more}") for more in ("", "&sort=votes")]
    found, same = ([one.text_content() for one in html.fromstring(one.text).xpath("//h3/a")] for one in answers)
    assert found == same
    return found


def in_the_feed(room: Newsroom, day: date, span: Span) -> list[str]:
    """Of the period of a day."""
    rows = outside(room.store, "select data, announced from feed_paper join paper on paper.id = paper_id")
    within = Period.around(day, span)
    return [json.loads(data)["title"] for data, on in rows if within.first <= date.fromisoformat(on) <= within.last]
