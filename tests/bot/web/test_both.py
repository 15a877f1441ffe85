"""One site, as files and served: two recorded months, read both ways, and against the archive."""

import json
import re
from collections.abc import AsyncIterator
from itertools import chain
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.bot.web.reading import links, parsed, read, titles
from tests.bot.web.site import SITE, Web, served
from tests.world import INBOX, World, feed

MONTHS = ("2025-09", "2025-10")
STEP = 2
"""Every second day of them: to publish and read all takes ten seconds."""


@pytest.fixture
async def months(here: World, data: Path) -> AsyncIterator[Web]:
    """What was recorded of two months, published and served."""
    here.configure(INBOX, SITE, feed("streaming", "streaming"), feed("agents", "agent OR tool"))
    config = here.folder / "config.toml"
    config.write_text(config.read_text().replace("[publish]", '[publish]\nformats = ["rss"]'))
    recorded = [path for month in MONTHS for path in (data / "hf_api" / "days").glob(f"{month}-*")]
    for path in sorted(recorded)[::STEP]:
        here.drop(path.name, path.read_bytes())
    async with served(here) as web:
        yield web


_NEAREST = re.compile(b'<section aria-labelledby="near">.*?</section>\n', re.DOTALL)
"""The nearest papers change with each new one: only a server names them, once it has looked."""


def _stored(here: World) -> list[tuple[str, str, str, int]]:
    """Day, key, title and votes of every paper, most votes first."""
    rows = here.rows("select announced, key, data from paper order by announced desc, first_seen desc, key")
    facts = [(day, key, json.loads(data)) for day, key, data in rows]
    some = [(day, key, " ".join(one["title"].split()), one.get("votes") or 0) for day, key, one in facts]
    return sorted(some, key=lambda row: -row[3])


async def test_the_files_of_two_recorded_months_agree_with_the_archive_and_with_what_is_served(months: Web) -> None:
    """One test, since to publish them takes some seconds."""
    public = months.here.folder / "public"
    stored = _stored(months.here)
    assert len(stored) > 200

    def walk(path: str) -> list[str]:
        found = []
        while path:
            page = parsed((public / path).read_bytes())
            found += titles(page)
            onward = page.xpath("//nav[@class='onward']/a[@rel='next']/@href")
            path = urljoin(f"/{path}", onward[0]).lstrip("/") if onward else ""
        return found

    for month in MONTHS:
        wanted = [(title, votes) for day, _, title, votes in stored if day.startswith(month)]
        assert walk(f"month/{month}.html") == [title for title, _ in wanted]
    days = sorted({day for day, *_ in stored})
    for day in days:
        assert walk(f"day/{day}.html") == [title for its, _, title, _ in stored if its == day]
    assert walk("index.html") == walk(f"day/{days[-1]}.html")
    weeks = {one.name: walk(f"week/{one.name}") for one in (public / "week").glob("*.html")}
    assert sorted(chain(*weeks.values())) == sorted(title for _, _, title, _ in stored)

    files = sorted(str(path.relative_to(public)) for path in public.rglob("*.html"))
    papers = [path for path in files if path.startswith("papers/")]
    assert len(papers) == len(stored)
    for path in [*(one for one in files if one not in papers), *papers[::40]]:
        answer = await months.get(f"/{path}")
        served = _NEAREST.sub(b"", answer.content)
        assert read(served, path) == read((public / path).read_bytes(), path), path
        bare = await months.get(f"/{path.removesuffix('.html')}")
        assert _NEAREST.sub(b"", bare.content) == served or path in {"index.html", "feeds.html"}, path
    linked = {link for path in files for link in links(parsed((public / path).read_bytes()), path)}
    assert set(files) <= linked <= {str(one.relative_to(public)) for one in public.rglob("*.*")}
