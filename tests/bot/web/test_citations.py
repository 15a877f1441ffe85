"""Papers taken home from the server and from the files: by address, and by what Zotero finds on a page."""

import json
from datetime import date

import pytest

from tests.bot.web.site import PAPERS, Web
from tests.fakes.source import item
from tests.feeds.citation.reading import embedded, from_bibtex, from_csl, from_ris, spans

READERS = {"bib": from_bibtex, "ris": from_ris, "csl.json": from_csl}
TYPES = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl.json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}


@pytest.mark.parametrize("suffix", READERS)
async def test_all_that_a_query_matches_newest_first(web: Web, suffix: str) -> None:
    answer = await web.get(f"/search.{suffix}?q=streaming")
    assert answer.headers["content-type"] == TYPES[suffix]
    assert [one.title for one in READERS[suffix](answer.text)] == ["Streaming video agents", "The Dragon Hatchling"]
    again = await web.get(f"/search.{suffix}?q=streaming", If_None_Match=answer.headers["etag"])
    assert again.status_code == 304
    bad = await web.get(f"/search.{suffix}?q=(")
    assert (bad.status_code, bad.headers["content-type"]) == (400, "text/html; charset=utf-8")


@pytest.mark.parametrize("suffix", READERS)
async def test_a_papers_own(web: Web, suffix: str) -> None:
    answer = await web.get(f"/papers/2509.26507.{suffix}")
    assert answer.headers["content-type"] == TYPES[suffix]
    (found,) = READERS[suffix](answer.text)
    assert (found.title, found.arxiv) == ("The Dragon Hatchling", "2509.26507")
    assert (await web.get(f"/papers/nothing.{suffix}")).status_code == 404
    moved = await web.get(f"/papers/arxiv:2509.26507v2.{suffix}")
    assert (moved.status_code, moved.headers["location"]) == (301, f"../papers/2509.26507.{suffix}")


async def test_files_hold_what_the_server_answers_and_go_with_their_page(web: Web) -> None:
    for suffix in ("bib", "ris"):
        path = f"papers/2509.26507.{suffix}"
        written = (web.here.folder / "public" / path).read_bytes()
        assert written == (await web.get(f"/{path}")).content
    page = (await web.get("/papers/2509.26507.html")).text
    assert 'href="../papers/2509.26507.bib"' in page
    assert 'href="../papers/2509.26507.ris"' in page


async def test_zotero_takes_a_papers_page(web: Web) -> None:
    for path in ("/papers/2503.02130", "/papers/2503.02130.html"):
        page = (await web.get(path)).content
        found = embedded(page)
        assert found is not None
        assert found.title == "Forgetting Transformer"
        assert found.authors == ("Ada Lovelace", "Alan Turing")
        assert found.url == "https://arxiv.org/abs/2503.02130"
        assert found.pdf == "https://arxiv.org/pdf/2503.02130"
        assert spans(page) == []  # else it would be taken twice


@pytest.mark.parametrize("path", ["/search?q=*", "/feeds/all.html", "/month/2025-09"])
async def test_zotero_takes_a_whole_list(web: Web, path: str) -> None:
    page = (await web.get(path)).content
    assert embedded(page) is None
    found = spans(page)
    wanted = {one["title"] for one in PAPERS}
    assert {one.title for one in found} == wanted
    assert {one.kind for one in found} == {"preprint"}
    assert all(one.authors == ("Ada Lovelace", "Alan Turing") for one in found)
    assert all(one.url.startswith("https://arxiv.org/abs/") for one in found)


async def test_titles_of_any_kind_reach_zotero_as_they_are(web: Web) -> None:
    title = "A \"quoted\" & <b>100%</b> = a;b 'c' \\d {e}"
    web.put(item("2509.77777", title, "Text.", date(2025, 9, 9)))
    (stored,) = from_csl((await web.get("/search.csl.json?q=id:2509.77777")).text)
    (listed,) = spans((await web.get("/search?q=id:2509.77777")).content)
    own = embedded((await web.get("/papers/2509.77777")).content)
    assert own is not None
    assert listed.title == own.title == stored.title


async def test_a_list_leads_to_its_citations(web: Web) -> None:
    page = (await web.get("/search?q=streaming")).text
    for suffix in READERS:
        assert f'href="search.{suffix}?q=streaming"' in page
    assert json.loads((await web.get("/search.csl.json?q=nothingness")).text) == []
