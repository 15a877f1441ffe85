"""Served lists are sorted by what is nearest to a library, and link to that where one is configured."""

import json
from collections.abc import AsyncIterator
from datetime import date
from urllib.parse import urljoin

import pytest

from tests.bot.web.reading import parsed, titles
from tests.bot.web.site import PAPERS, SITE, Web, served
from tests.fakes.source import item
from tests.world import INBOX, World, feed

LIBRARIES = '[[libraries]]\nname = "mine"\npath = "mine.bib"\n[[libraries]]\nname = "lost"\npath = "lost.bib"\n'
BIB = "@article{flow, title={Flow matching for video tokenizers}, abstract={A video tokenizer}, year={2025}}\n"
DAY = date(2025, 9, 12)
NEAR = ["Flow matching and a video tokenizer", "A tokenizer for speech", "Protein folding"]
LISTS = ["/feeds/all.html", "/search?q=*", "/day/2025-09-12", "/week/2025-W37", "/search?q=-streaming+*&day=2025-09-12"]


@pytest.fixture
async def mine(here: World) -> AsyncIterator[Web]:
    here.configure(INBOX, feed("all", "*"), SITE, LIBRARIES)
    (here.folder / "mine.bib").write_text(BIB)
    some = [item(f"2509.0000{n}", title, "We ask.", DAY, votes=n) for n, title in enumerate(reversed(NEAR), 1)]
    here.drop("first.json", json.dumps([*PAPERS, *some]).encode())
    async with served(here) as made:
        yield made


@pytest.mark.parametrize("path", LISTS)
async def test_what_is_nearest_comes_first_by_a_link_of_the_list(mine: Web, path: str) -> None:
    page = parsed((await mine.get(path)).content)
    (way,) = page.xpath("//p[@class='orders']/a[text()='nearest to mine first']/@href")
    assert "sort=library:mine" in way
    answer = await mine.get(urljoin(path, way))
    assert answer.status_code == 200
    assert [one for one in titles(parsed(answer.content)) if one in NEAR] == NEAR
    assert parsed(answer.content).xpath("string(//p[@class='orders']/b)") == "nearest to mine first"


async def test_a_library_that_is_not_there_is_told(mine: Web) -> None:
    unknown = await mine.get("/day/2025-09-12?sort=library:yours")
    assert unknown.status_code == 400
    assert "library:mine" in unknown.text
    empty = await mine.get("/day/2025-09-12?sort=library:lost")
    assert empty.status_code == 404
    assert "No paper of the library lost could be read." in empty.text


async def test_files_name_no_library(mine: Web) -> None:
    pages = [path.read_text() for path in mine.here.config.public.rglob("*.html")]
    assert pages
    assert not [page for page in pages if "library" in page]
