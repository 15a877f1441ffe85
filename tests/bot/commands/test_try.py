"""`try` and `search`: numbers that are true of a young, an empty and an old archive (found: 3)."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import html

from bot.commands.try_ import text_of
from bot.rules.backtest import Backtest, backtest
from feeds.paper import Paper
from feeds.query import parse_query
from tests.fakes.source import item
from tests.world import INBOX, World, feed

NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
"""A Sunday."""


class Shelf:
    """An archive of papers about diffusion, one for each day given as days before now, and what `look` tells of it."""

    def __init__(self, ages: Sequence[int], others: Sequence[int] = ()) -> None:
        ages_of_all = [(age, "Diffusion") for age in ages] + [(age, "Sums") for age in others]
        self._papers = [
            Paper(f"2601.{number:05}", title, "Of it.", announced=NOW.date() - timedelta(days=age))
            for number, (age, title) in enumerate(sorted(ages_of_all, reverse=True))
        ]

    def announced_since(self, day: date) -> list[Paper]:
        return [one for one in self._papers if one.announced and one.announced >= day]

    def ends(self) -> tuple[date, date] | None:
        days = [one.announced for one in self._papers if one.announced]
        return (min(days), max(days)) if days else None


def tried(shelf: Shelf, days: int = 30) -> Backtest:
    return backtest(shelf, parse_query("diffusion"), NOW, days)  # type: ignore[arg-type]  # as far as it is asked


@pytest.mark.parametrize(
    ("shelf", "days", "weekly", "bars"),
    [
        pytest.param(Shelf([13] * 30 + [2] * 19), 30, 24.5, [30, 19], id="two weeks"),
        pytest.param(Shelf([13] * 30 + [2] * 19), 365, 24.5, [30, 19], id="two weeks, a year asked for"),
        pytest.param(Shelf([2] * 7, [13]), 30, 3.5, [0, 7], id="the first paper found is not the archive's first"),
        pytest.param(Shelf([2] * 7, [13]), 7, 7.0, [0, 7], id="less asked for than there is"),
        pytest.param(Shelf([0, 5, 20, 29], [100]), 28, 0.75, [0, 0, 1, 0, 2], id="an old archive"),
        pytest.param(Shelf([0]), 30, 7.0, [1], id="one day"),
        pytest.param(Shelf([], [13]), 30, 0.0, None, id="nothing found"),
        pytest.param(Shelf([40, 46]), 60, 2 * 7 / 7, [1, 1], id="nothing collected for six weeks"),
        pytest.param(Shelf([30] * 2), 30, 14.0, [2], id="all of the first day asked for"),
    ],
)
def test_a_rate_is_of_the_days_that_the_archive_covers(
    shelf: Shelf, days: int, weekly: float, bars: list[int] | None
) -> None:
    told = tried(shelf, days)
    assert told.weekly == pytest.approx(weekly)
    assert told.as_json()["a_week"] == pytest.approx(weekly, abs=0.01)
    if bars is not None:
        assert [week["papers"] for week in told.as_json()["weeks"]] == bars
    assert f" {weekly:.1f} a week" in text_of(told).splitlines()[-1]


@pytest.mark.parametrize(
    ("shelf", "said"),
    [
        (Shelf([]), "0 papers in 30 days match diffusion (the archive is empty: run once, or backfill"),
        (Shelf([60]), "(the newest paper of the archive is of 2026-09-16)"),
        (Shelf([13], [0]), "1 paper in 30 days, 0.5 a week, matches diffusion (the archive covers 14 days of them"),
        (Shelf([29], [50, 0]), "1 paper in 30 days, 0.2 a week, matches diffusion"),
    ],
)
def test_the_sentence_says_what_the_numbers_stand_on(shelf: Shelf, said: str) -> None:
    last = text_of(tried(shelf)).splitlines()[-1]
    assert said in last


def test_an_empty_archive_is_told_with_what_to_do(here: World) -> None:
    here.configure(INBOX, feed("all", "*"))
    hint = "the archive is empty: run once, or backfill SOURCE --since DATE"
    assert hint in here.run("try", "diffusion").stdout
    assert json.loads(here.run("try", "diffusion", "--json").stdout)["note"] == hint
    assert hint in here.run("search", "diffusion").stdout


def test_try_and_the_site_say_the_same_of_an_archive_of_two_weeks(here: World) -> None:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=13)] * 4 + [today] * 3
    papers = [item(f"2611.{n:05}", f"Diffusion {n}", "Of it.", day) for n, day in enumerate(days)]
    here.configure(INBOX, feed("diffusion", "diffusion"))
    here.drop("first.json", json.dumps(papers).encode())
    assert here.run("once").returncode == 0
    assert "7 papers in 30 days, 3.5 a week, match diffusion" in here.run("try", "diffusion").stdout
    files = here.files()
    for name in ("index.html", "feeds/diffusion.html"):
        page = html.fromstring(files[name][0].decode())
        assert re.search(r"\b3\.5 a week", page.text_content()), name
    assert "1 paper\n" in here.run("search", '"diffusion 2"').stdout


def test_the_demo_counts_the_days_that_it_has(here: World) -> None:
    assert here.run("demo").returncode == 0
    page = (here.folder / "paperround-demo" / "public" / "index.html").read_text()
    weeks = set(re.findall(r"Papers a week over (\d+) week", page))
    assert weeks
    assert all(int(number) <= 2 for number in weeks)
    assert "less than 0.1 a week" not in page
