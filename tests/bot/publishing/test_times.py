"""Pages of days, weeks and months as files: whole, and written only where something changed."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from bot.process.clock import Clock
from bot.publishing.files import stamp_of
from bot.publishing.plan import Plan
from bot.publishing.site import _standing
from bot.publishing.standing import Standing
from bot.publishing.time_desk import TimeDesk
from bot.store.archive import codec, published
from bot.store.archive.paper_rows import PaperRow
from bot.store.engine import Store
from feeds import trending
from feeds.paper import Paper
from tests.bot.publishing.test_site import changed, drop, is_as_from_scratch, pages
from tests.fakes.source import item
from tests.world import INBOX, World, feed

DAY = date(2025, 9, 12)


def about(number: int, day: date = DAY, **more: Any) -> dict[str, Any]:
    return item(f"2509.{number:05}", f"Paper {number}", "We ask. We answer.", day, **({"votes": number} | more))


@pytest.fixture
def site(here: World) -> World:
    """Three days of two months."""
    here.configure(INBOX, feed("all", "*"))
    drop(here, "first.json", *(about(n, DAY - n % 3 * timedelta(days=8)) for n in range(1, 10)))
    here.round()
    return here


def walk(found: dict[str, str], path: str) -> Iterator[list[str]]:
    """The titles of a list's sheets, by the way that they name."""
    while path:
        page: Any = html.fromstring(found[path].encode())
        yield [one.text_content() for one in page.xpath("//article/h3")]
        onward = page.xpath("//nav[@class='onward']/a[@rel='next']/@href")
        path = urljoin(f"/{path}", onward[0]).lstrip("/") if onward else ""


def test_every_day_week_and_month_with_papers_has_a_file(site: World) -> None:
    assert {name for name in pages(site) if name.startswith(("day/", "week/", "month/"))} == {
        *(f"day/{day}.html" for day in ("2025-09-12", "2025-09-04", "2025-08-27")),
        *(f"week/2025-W{week}.html" for week in (35, 36, 37)),
        *(f"month/2025-0{month}.html" for month in (8, 9)),
    }
    assert list(walk(pages(site), "index.html")) == [["Paper 9", "Paper 6", "Paper 3"]]
    assert is_as_from_scratch(site)


def test_a_new_paper_changes_its_own_times_and_a_new_day_those_beside_it(site: World) -> None:
    drop(site, "second.json", about(20, DAY - timedelta(days=8)))
    times = {name for name in changed(site) if name.startswith(("day/", "week/", "month/"))}
    assert times == {"day/2025-09-04.html", "week/2025-W36.html", "month/2025-09.html"}
    drop(site, "third.json", about(21, DAY + timedelta(days=3)))
    times = {name for name in changed(site) if name.startswith(("day/", "week/", "month/"))}
    own = {"day/2025-09-15.html", "week/2025-W38.html", "month/2025-09.html"}
    assert times == own | {"day/2025-09-12.html", "week/2025-W37.html"}
    assert is_as_from_scratch(site)


def test_votes_alone_rewrite_nothing_until_the_next_day_and_then_the_newest_days(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime.fromisoformat("2025-09-13T12:00:00+00:00")
    monkeypatch.setattr(Clock, "now", lambda _self: noon)
    here.configure(INBOX, feed("all", "*"))
    drop(here, "first.json", about(1), about(2), about(3, DAY - timedelta(days=16)))
    here.round()
    drop(here, "votes.json", about(1, votes=300), about(3, DAY - timedelta(days=16), votes=200))
    assert changed(here) == set()
    monkeypatch.setattr(Clock, "now", lambda _self: noon + timedelta(days=1))
    assert changed(here) == {"day/2025-09-12.html", "week/2025-W37.html", "month/2025-09.html", "index.html"}
    assert list(walk(pages(here), "index.html")) == [["Paper 1", "Paper 2"]]
    assert "200 votes" not in pages(here)["month/2025-08.html"]  # long over: as of its last change
    assert changed(here) == set()


def test_a_time_whose_papers_are_gone_has_no_file_and_one_that_was_edited_comes_back(site: World) -> None:
    """The day that its source gives later moves a paper; a file by hand is not ours."""
    public = site.folder / "public"
    (public / "day" / "own.html").write_text("mine")
    (public / "month" / "2025-08.html").write_text("edited")
    (public / "week" / "2025-W36.html").unlink()
    for number in (1, 4, 7):
        drop(site, f"again-{number}.json", about(number, DAY - timedelta(days=9)))
    site.round()
    assert not (public / "day" / "2025-09-04.html").exists()
    assert (public / "day" / "own.html").read_text() == "mine"
    assert is_as_from_scratch(site)


def test_a_long_list_goes_on_in_files_and_a_shorter_one_leaves_none_behind(here: World) -> None:
    here.configure(INBOX, feed("all", "votes<1000"))
    drop(here, "first.json", *(about(number) for number in range(1, 126)))
    here.round()
    found = pages(here)
    newest = list(walk(found, "feeds/all.html"))
    assert list(map(len, newest)) == [45, 40, 40]
    by_votes = [f"Paper {number}" for number in range(125, 0, -1)]
    for path in ("index.html", "day/2025-09-12.html", "week/2025-W37.html", "month/2025-09.html"):
        assert list(chain(*walk(found, path))) == by_votes
    assert sorted(chain(*newest)) == sorted(by_votes)
    drop(here, "more.json", about(200))
    assert not [name for name in changed(here) if name.startswith("feeds/all/") and name.endswith(".html")]
    drop(here, "votes.json", *(about(number, votes=2_000) for number in range(1, 60)))
    here.round()
    assert [name for name in pages(here) if name.startswith("feeds/all/")] == []
    assert is_as_from_scratch(here)


def test_an_older_sheet_that_could_not_be_written_comes_with_the_next_round(here: World) -> None:
    here.configure(INBOX, feed("all", "*"))
    drop(here, "first.json", *(about(number) for number in range(1, 126)))
    blocked = here.folder / "public" / "feeds" / "all" / "2.html"
    blocked.mkdir(parents=True)
    here.round()
    assert "feeds/all.html" in pages(here)
    blocked.rmdir()
    assert changed(here) == {"feeds/all/2.html"}


def test_every_paper_has_a_file_also_one_that_no_feed_shows(here: World) -> None:
    here.configure(INBOX, feed("none", "zebra"))
    drop(here, "first.json", about(1), about(2))
    here.round()
    assert {name for name in pages(here) if name.startswith("papers/")} == {
        "papers/2509.00001.html",
        "papers/2509.00002.html",
    }


TEXTS = st.sampled_from(['"votes":7', "\\", 'a "votes": 900,"x', "b\n", "Ä", ""])
STORED = st.tuples(st.builds(Paper, TEXTS, TEXTS, TEXTS, votes=st.sampled_from([None, 0, 7, 12])), st.integers(1, 3))


@given(st.lists(STORED, max_size=9))
def test_rows_stand_in_the_order_of_papers_whatever_their_texts_hold(some: list[tuple[Paper, int]]) -> None:
    rows = [
        PaperRow(n, str(n), "", f"2025-09-0{day}", n // 4, 0, codec.dump(one), "", 1, "")
        for n, (one, day) in enumerate(some)
    ]
    wanted = trending.by_votes(map(codec.from_row, rows))
    assert [row.key for row in codec.by_votes(rows)] == [one.key for one in wanted]


def as_1_0_0_noted(site: World) -> None:
    """What each page was made from, in its words."""
    store, plan = Store(site.config.database), Plan(site.config)
    known, days = store.call(_standing)
    standing = Standing(site.config.public, known, time.time())
    desk = TimeDesk(plan.sites, standing, days, datetime.now(UTC).date(), plan.configured)
    for period, one in desk._all.items():
        states = [state for day, state in days.items() if period.first <= day <= period.last]
        for path, _ in one.sheets:
            facts = known[path].stamp.rpartition(" ")[2]
            stamp = f"{stamp_of(desk._shared, one.times, states)} {facts}"
            store.call(published.replace, [known[path]._replace(stamp=stamp)], [])
    store.close()


def test_what_1_0_0_wrote_stands_also_where_votes_were_given_since(site: World) -> None:
    as_1_0_0_noted(site)
    drop(site, "votes.json", *(about(n, DAY - n % 3 * timedelta(days=8), votes=90 - n) for n in range(1, 10)))
    assert not [name for name in changed(site) if name.startswith(("day/", "week/", "month/"))]
    drop(site, "more.json", about(20, DAY - timedelta(days=8)))
    assert {name for name in changed(site) if name.startswith("day/")} == {"day/2025-09-04.html"}
