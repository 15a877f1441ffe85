"""What a query would have sent, and how that is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.rules.backtest import Backtest, backtest, brought, in_words
from bot.rules.facts import facts_of
from feeds.paper import Paper
from feeds.query import parse_query

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def paper(number: int, ago: int, title: str = "Streaming flow models") -> Paper:
    day = NOW.date() - timedelta(days=ago)
    return Paper(f"2611.{number:05}", title, "A\nflow of models.", announced=day, key=str(number), votes=number)


@dataclass
class Papers:
    """An archive."""

    papers: Sequence[Paper]

    def announced_since(self, day: date) -> Sequence[Paper]:
        return [one for one in self.papers if one.announced and one.announced >= day]

    def ends(self) -> tuple[date, date] | None:
        days = [one.announced for one in self.papers if one.announced]
        return (min(days), max(days)) if days else None


def told(papers: Sequence[Paper], query: str = "flow", lacks: tuple[str, ...] = ()) -> Backtest:
    return backtest(Papers(papers), parse_query(query), NOW, 30, None, lacks)


def test_papers_come_newest_first_with_the_words_that_matched_each_once() -> None:
    found = told([paper(1, 20), paper(2, 1), paper(3, 40), paper(4, 1, "Speech")], "flow OR stream* OR votes>1")
    assert [(one.paper.key, one.words) for one in found.found] == [
        ("4", ("flow",)),
        ("2", ("Streaming", "flow")),
        ("1", ("Streaming", "flow")),
    ]
    assert found.found[1].line() == "2026-11-27  2  Streaming flow models  [Streaming, flow]"
    assert told([paper(1, 1)], "flow category:cs").found == []
    assert told([replace(paper(1, 1), org="A Lab")], "org:lab").found[0].words == ("org:lab",)
    assert told([paper(1, 1)], "votes>0").found[0].line() == "2026-11-27  1  Streaming flow models"
    shown = found.as_json()
    assert shown["papers"][0] == {
        "key": "4", "title": "Speech", "announced": "2026-11-27", "votes": 4, "url": "", "words": ["flow"],
    }  # fmt: skip
    assert shown["covered"] == {"since": "2026-10-29", "until": "2026-11-28", "days": 30}
    assert shown["weeks"][-1] == {"week": "2026-11-23", "papers": 2}
    assert (shown["a_week"], shown["note"]) == (0.7, "")


def test_other_spellings_are_counted_beside_it() -> None:
    found = told([paper(1, 1, "Streaming"), paper(2, 2, "Streamers")], "streaming")
    assert ("broader: every word that begins so", "stream*", 2) in found.others


@pytest.mark.parametrize(
    ("papers", "days", "note"),
    [
        ([], 0, "the archive is empty: run once, or backfill SOURCE --since DATE"),
        ([paper(1, 60), paper(2, 40)], 0, "the newest paper of the archive is of 2026-10-19"),
        ([paper(1, 8), paper(2, 2)], 9, "the archive covers 9 days of them: 2026-11-20 to 2026-11-28"),
        ([paper(1, 90), paper(2, 1)], 30, ""),
    ],
)
def test_the_rate_is_of_the_days_that_the_archive_covers(papers: list[Paper], days: int, note: str) -> None:
    found = told(papers)
    assert (found.counted_days, found.note) == (days, note)
    assert found.weekly == pytest.approx(len(found.found) * 7 / days if days else 0)
    assert (found.weeks != ()) is bool(days)


def test_it_is_told_in_a_sentence() -> None:
    whole, empty = told([paper(1, 90), paper(2, 1)]), told([])
    assert brought(whole) == "In 30 days it would have brought 1 paper, 0.2 a week."
    assert in_words(whole) == "1 paper in 30 days, 0.2 a week, matches flow"
    assert brought(empty) == "In 30 days it would have brought 0 papers (the archive is empty)."
    assert in_words(empty) == f"0 papers in 30 days match flow ({empty.note})"
    lacking = told([paper(2, 1)], lacks=("no library mine yet",))
    assert lacking.note == "no library mine yet: until then it matches nothing"


def test_the_facts_of_a_paper_are_what_is_known() -> None:
    one = Paper("2611.00001", "A", "", ("Ann Lee",), announced=date(2026, 11, 27), votes=0, key="k", withdrawn=True)
    assert facts_of(one) == {
        "key": "k", "id": "2611.00001", "title": "A", "authors": ("Ann Lee",), "announced": "2026-11-27", "votes": 0,
        "withdrawn": True,
    }  # fmt: skip
    published = datetime(2026, 11, 26, 4, tzinfo=UTC)
    assert facts_of(Paper("1", "A", "", published=published)) == {
        "id": "1", "title": "A", "published": published.isoformat(),
    }  # fmt: skip
