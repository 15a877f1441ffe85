"""Recorded answers, pages and mails: as many papers come out as a plain count of the raw bytes finds."""

import ast
import gzip
import json
import re
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path
from time import thread_time

import pytest

from feeds.digests import parse_digest, sniff
from feeds.text import clean_title

DATA = Path(__file__).resolve().parents[3] / ".." / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the recorded data is not on this machine")
DAYS = sorted((DATA / "hf_api" / "days").glob("*.json"))
CAPTURES = sorted((DATA / "hf_api" / "versions").glob("*/*.json"))
ENTRY = re.compile(rb"<(?:item|entry)[ >]")
ARXIV_RECORD = re.compile(rb"^(?:arXiv|Paper)[^:\n]*: ?[a-z-]*/?\d{4}", re.MULTILINE)


@pytest.mark.parametrize("path", [*DAYS, *CAPTURES], ids=lambda path: path.stem)
def test_every_entry_of_an_api_answer_is_a_paper(path: Path) -> None:
    data = path.read_bytes()
    digest = parse_digest(data)
    items = [ast.literal_eval(item) if isinstance(item, str) else item for item in json.loads(data)]

    assert [paper.id for paper in digest.papers] == [item["paper"]["id"] for item in items]
    assert digest.skipped == ()
    assert [paper.votes for paper in digest.papers] == [item["paper"]["upvotes"] for item in items]


@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
def test_an_api_answer_is_of_the_day_it_was_asked_for(path: Path) -> None:
    asked = date.fromisoformat(path.stem)
    known_late = path.stem == "2025-03-13"  # neither the old meaning of publishedAt nor submittedOnDailyAt

    assert parse_digest(path.read_bytes()).day == (None if known_late else asked)


def test_the_streaming_page_gives_all_its_titles_and_abstracts_whole() -> None:
    data = next((DATA / "page_text").glob("000_*.txt")).read_bytes()
    paragraphs = data.decode().split("\n\n")[5:]
    digest = parse_digest(data)

    assert len(digest.papers) == 52
    assert [paper.title for paper in digest.papers] == paragraphs[::2]
    for paper, raw in zip(digest.papers, paragraphs[1::2], strict=True):
        assert paper.abstract[:20] == raw[:20]
        assert paper.abstract.split()[-1] == raw.split()[-1]
        assert len(paper.abstract.split()) >= 0.9 * len(raw.split())
    assert digest.skipped == ()


def test_a_plain_page_of_any_papers_gives_them_all_in_order() -> None:
    with gzip.open(DATA / "corpus" / "hf_daily_papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, 12_000, 12)]
    pairs = [(" ".join(row["title"].split()), " ".join(row["abstract"].split())) for row in rows]
    page = "Daily Papers\n\nby AK and the research community\n\n" + "\n\n".join(map("\n\n".join, pairs))

    assert [paper.title for paper in parse_digest(page.encode()).papers] == [clean_title(title) for title, _ in pairs]


@pytest.mark.parametrize(
    ("name", "count"),
    [("html2text", 3), ("markdown", 2), ("notebook", 4), ("trending", 2)],
    ids=str,
)
def test_every_style_of_copying_gives_its_papers(name: str, count: int) -> None:
    digest = parse_digest(next((DATA / "page_text").glob(f"*{name}*")).read_bytes())

    assert len(digest.papers) == count
    assert digest.skipped == ()
    assert not [paper for paper in digest.papers if "authors" in paper.abstract[-12:] or "[" in paper.title]


@pytest.mark.parametrize(
    "path",
    sorted(
        [
            *DATA.glob("arxiv_rss/*.xml"),
            *DATA.glob("arxiv_api/*.xml"),
            *DATA.glob("feeds/*.xml"),
            *DATA.glob("feeds/labs/*.xml"),
        ]
    ),
    ids=str,
)
def test_every_entry_of_a_feed_is_a_paper_or_named(path: Path) -> None:
    data = path.read_bytes()
    digest = parse_digest(data)
    whole = len(re.findall(rb"</(?:item|entry)>", data))

    assert len(digest.papers) == whole
    assert len(digest.papers) + len(digest.skipped) == len(ENTRY.findall(data))


@pytest.mark.parametrize("path", sorted([*DATA.glob("mail/*"), *DATA.glob("arxiv_listings/*.txt")]), ids=str)
def test_every_record_of_an_arxiv_listing_is_a_paper(path: Path) -> None:
    data = path.read_bytes()
    digest = parse_digest(data)

    assert sniff(data) == "arxiv-mail"
    assert len(digest.papers) == len(ARXIV_RECORD.findall(data))
    assert sum(paper.replaced for paper in digest.papers) == data.count(b"replaced with revised version")


def test_the_real_mail_has_its_date_and_only_replacements_lack_an_abstract() -> None:
    digest = parse_digest((DATA / "mail" / "arxiv_cs_2019-07-09.eml").read_bytes())

    assert digest.day == date(2019, 7, 9)
    kinds = Counter("replaced" if paper.replaced else "crossed" if paper.crossed else "new" for paper in digest.papers)
    assert kinds == {"new": 105, "crossed": 45, "replaced": 70}
    assert [paper.id for paper in digest.papers if not paper.abstract and not paper.replaced] == []


@pytest.mark.parametrize(("name", "count"), [("papers_list_2024-08-01", 13), ("paper_page_2509.24002", 1)])
def test_pages_give_the_papers_in_their_properties(name: str, count: int) -> None:
    digest = parse_digest((DATA / "hf_html" / f"{name}.html").read_bytes())

    assert len(digest.papers) == count
    assert digest.skipped == ()


def test_a_cut_off_page_gives_a_beginning_of_what_the_whole_gives() -> None:
    data = (DATA / "mail" / "cs_digest_2026-02-12_excerpt.txt").read_bytes()
    whole = parse_digest(data).papers
    start = data.index(b"\narXiv:") + 30

    for end in range(start, len(data), 97):
        cut = parse_digest(data[:end])
        papers = [paper for paper in cut.papers if paper.title]
        assert [paper.id for paper in papers] == [paper.id for paper in whole[: len(papers)]]
        assert [paper.abstract for paper in papers] == [paper.abstract for paper in whole[: len(papers)]]


def test_a_year_of_lists_is_read_in_seconds() -> None:
    answers = [path.read_bytes() for path in DAYS]
    started = thread_time()
    papers = sum(len(parse_digest(answer).papers) for answer in answers)

    assert papers / (thread_time() - started) > 500  # 5,000 on a quiet machine; this only catches a collapse
