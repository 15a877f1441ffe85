"""The start page, and pages of days, weeks and months, as the server has them."""

from datetime import date, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.bot.web.reading import links, parsed, titles
from tests.bot.web.site import Web
from tests.fakes.source import item

FRIDAY = date(2025, 9, 12)


def about(number: int, day: date = FRIDAY, **more: Any) -> dict[str, Any]:
    return item(f"2509.{number:05}", f"Paper {number}", "We ask. We answer.", day, votes=number, **more)


async def walk(web: Web, path: str) -> list[list[str]]:
    """The titles of a list's sheets, by the way that they name."""
    found = []
    while path:
        page = parsed((await web.get(path)).content)
        found.append(titles(page))
        onward = page.xpath("//nav[@class='onward']/a[@rel='next']/@href")
        path = urljoin(path, onward[0]) if onward else ""
    return found


async def test_the_start_page_shows_the_newest_day_by_votes(web: Web) -> None:
    web.put(*(about(number) for number in (3, 9, 5)), about(7, FRIDAY - timedelta(days=1)))
    page = parsed((await web.get("/")).content)
    assert page.xpath("string(//h1)") == "Friday, 12 September 2025"
    assert titles(page) == ["Paper 9", "Paper 5", "Paper 3"]
    assert links(page, "")[4:7] == ["day/2025-09-11.html", "week/2025-W37.html", "month/2025-09.html"]
    assert page.xpath("count(//aside//ul[@class='feeds']/li)") == 2


@pytest.mark.parametrize(
    ("path", "heading", "count", "previous", "after"),
    [
        ("day/2025-09-09", "Tuesday, 9 September 2025", 1, "day/2025-09-01", "day/2025-09-10"),
        ("day/2025-09-01", "Monday, 1 September 2025", 1, None, "day/2025-09-09"),
        ("week/2025-W37", "Week 37, 8 to 14 September 2025", 2, "week/2025-W36", None),
        ("month/2025-09", "September 2025", 3, None, None),
    ],
)
@pytest.mark.parametrize("ending", ["", ".html"])
async def test_a_time_has_a_page_with_and_without_its_ending_and_ways_to_those_beside_it(
    web: Web, path: str, ending: str, heading: str, count: int, previous: str | None, after: str | None
) -> None:
    page = parsed((await web.get(f"/{path}{ending}")).content)
    assert page.xpath("string(//h1)") == heading
    assert len(titles(page)) == count
    for rel, wanted in (("prev", previous), ("next", after)):
        found = [urljoin(f"/{path}", one) for one in page.xpath(f"//nav[@class='times']/a[@rel='{rel}']/@href")]
        assert found == ([f"/{wanted}.html"] if wanted else [])


@pytest.mark.parametrize(
    "path",
    ["day/2025-09-02", "day/2025-09-31", "day/20250909", "week/2025-W54", "month/2025-08", "day", "day/", "year/2025",
     "month/2025-09/2", "month/2025-09/0", "month/2025-09/1", "month/2025-09/x", "feeds/all/1", "feeds/all/0.html"],
)  # fmt: skip
async def test_what_has_no_papers_has_no_page(web: Web, path: str) -> None:
    assert (await web.get(f"/{path}")).status_code == 404


async def test_a_long_month_goes_on_by_votes_and_newest_first(web: Web) -> None:
    web.put(*(about(number, FRIDAY - timedelta(days=number % 9)) for number in range(1, 241)))
    by_votes = await walk(web, "/month/2025-09")
    assert list(map(len, by_votes)) == [100, 100, 43]
    assert list(chain(*by_votes))[:2] == ["Paper 240", "Paper 239"]
    newest = await walk(web, "/month/2025-09?sort=new")
    assert list(map(len, newest)) == [43, 40, 40, 40, 40, 40]
    assert sorted(chain(*newest)) == sorted(chain(*by_votes))
    days = parsed((await web.get("/month/2025-09?sort=new")).content).xpath("//section[@class='day']/h2//@datetime")
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("ending", ["", ".html"])
async def test_a_feeds_older_sheets_never_change_when_new_papers_come(web: Web, ending: str) -> None:
    web.put(*(about(number, FRIDAY - timedelta(days=number % 9)) for number in range(1, 121)))
    before = await walk(web, f"/feeds/all{ending}")
    assert list(map(len, before)) == [43, 40, 40]
    older = {number: await web.get(f"/feeds/all/{number}{ending}") for number in (1, 2)}
    searched = await web.get("/search?q=paper&page=1")
    web.put(*(about(500 + number, FRIDAY + timedelta(days=1)) for number in range(50)))
    for number, answer in older.items():
        again = await web.get(f"/feeds/all/{number}{ending}", If_None_Match=answer.headers["etag"])
        assert again.status_code == 304
    assert (await web.get("/search?q=paper&page=1")).content == searched.content
    assert sorted(chain(*await walk(web, f"/feeds/all{ending}"))) == sorted(
        [*chain(*before), *(f"Paper {500 + number}" for number in range(50))]
    )


@pytest.mark.parametrize(
    "path", ["/feeds/all.html", "/search?q=*", "/day/2025-09-12", "/search?q=paper&day=2025-09-12"]
)
async def test_a_served_list_is_sorted_as_it_is_asked_for(web: Web, path: str) -> None:
    web.put(about(4), about(8), about(2))
    join = "&" if "?" in path else "?"
    votes = titles(parsed((await web.get(f"{path}{join}sort=votes")).content))
    some = [one for one in votes if one.startswith("Paper")]
    assert some == ["Paper 8", "Paper 4", "Paper 2"]
    newest = titles(parsed((await web.get(f"{path}{join}sort=new")).content))
    assert sorted(newest) == sorted(votes)
    wrong = await web.get(f"{path}{join}sort=best")
    assert wrong.status_code == 400
    assert "sorted by new or by votes" in wrong.text


async def test_a_list_by_votes_goes_on_and_back(web: Web) -> None:
    web.put(*(about(number) for number in range(1, 151)))
    for path in ("/feeds/all.html?sort=votes", "/search?q=paper&sort=votes"):
        assert len((await walk(web, path))[0]) == 100
        page = parsed((await web.get(f"{path}&page=2")).content)
        back = urljoin(path, page.xpath("//nav[@class='onward']/a[@rel='prev']/@href")[0])
        assert titles(parsed((await web.get(back)).content))[0] == titles(parsed((await web.get(path)).content))[0]
        assert (await web.get(f"{path}&page=3")).status_code == 404
        assert (await web.get(f"{path}&page=-1")).status_code == 404


async def test_every_paper_of_the_archive_is_reached_from_the_start_page(web: Web) -> None:
    web.put(*(about(number, FRIDAY - timedelta(days=number % 40)) for number in range(1, 130)))
    seen, todo = set[str](), [""]
    while todo:
        path = todo.pop()
        page = parsed((await web.get(f"/{path}")).content)
        new = {one for one in links(page, path) if one.endswith(".html")} - seen
        seen |= new
        todo += [one for one in new if not one.startswith("papers/")]
    assert len([one for one in seen if one.startswith("papers/")]) == 132
