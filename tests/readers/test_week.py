"""A week of polling: while papers come, gain votes and are edited, no reader sees one twice and none is missed."""

import random
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser  # type: ignore[import-untyped]  # it ships no types
import feedparser_sgmllib

from bot.config.load import Config, load
from bot.publishing import edition
from bot.publishing.plan import Plan
from bot.publishing.press import renew
from bot.rules.parts import Part
from bot.sources.source import Batch
from bot.store.engine import Store
from feeds.paper import Digest, Paper
from tests.offices import collect

# reader 3.26 brings a feedparser that wants this module by its old name, and does not require it.
sys.modules.setdefault("sgmllib", feedparser_sgmllib)

from reader import Reader, make_reader  # noqa: E402  # needs the line above

BEGINNING = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
HALF_AN_HOUR = timedelta(minutes=30)
ENTRIES = 10
CONFIG = f"""
[publish]
base_url = "https://papers.example.org/"
entries = {ENTRIES}

[[sources]]
name = "lists"
kind = "files"
path = "unused"

[[feeds]]
slug = "all"
query = "*"

[[feeds]]
slug = "some"
query = "question -nothing"
"""


@dataclass
class Lists:
    """A source whose papers come in bursts, some of them late, and change from then on."""

    name: str = "lists"
    kind: str = "huggingface"
    papers: dict[str, Paper] = field(default_factory=dict)
    changed: dict[str, Paper] = field(default_factory=dict)
    edits: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(20260105))

    def go_on(self, now: datetime) -> None:
        """What happens in half an hour."""
        if now.weekday() < 5 and self.dice.random() < 0.1:
            for _ in range(self.dice.choice((1, 3, 12))):
                self._announce(now - timedelta(days=self.dice.choice((0, 0, 0, 1, 3))))
        rising = 4 if self.dice.random() < 0.2 else 0
        known = sorted(self.papers)
        for one in self.dice.sample(known, min(rising, len(known))):
            self._put(replace(self.papers[one], votes=(self.papers[one].votes or 0) + 1))
        if known and self.dice.random() < 0.05:
            paper = self.papers[self.dice.choice(known)]
            self.edits += 1
            self._put(replace(paper, abstract=f"We ask question {self.edits} anew."))

    def _announce(self, when: datetime) -> None:
        number = len(self.papers)
        self._put(Paper(f"2601.{number:05}", f"Paper {number}", f"A question {number}.", announced=when.date()))

    def _put(self, paper: Paper) -> None:
        self.papers[paper.id] = self.changed[paper.id] = paper

    async def collect(self, known: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch]:
        papers, self.changed = tuple(self.changed.values()), {}
        yield Batch("week", Digest(papers))

    async def aclose(self) -> None:
        pass


@dataclass
class ForgetfulReader:
    """Knows only what stood in the feed when it last looked, as readers do that purge old items."""

    path: Path
    known: frozenset[str] = frozenset()
    seen: list[str] = field(default_factory=list)

    def poll(self) -> None:
        parsed = feedparser.parse(self.path.read_bytes())
        assert parsed.bozo is False
        ids = [entry.id for entry in parsed.entries]
        assert len(ids) == len(set(ids))
        self.seen += [one for one in ids if one not in self.known]
        self.known = frozenset(ids)


async def _round(config: Config, store: Store, source: Lists, now: datetime) -> list[str]:
    await collect(config, store, [source], now)
    return (await renew(config, store, edition.changes(Plan(config), store, now))).written


async def test_a_week_of_polling_shows_each_paper_once_and_misses_none(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    config, source = load(tmp_path / "config.toml"), Lists()
    store = Store(config.database)
    forgetful = {name: ForgetfulReader(config.public / name) for name in ("feeds/all.rss", "feeds/some.atom")}
    kept = ("feeds/all.json", "feeds/some.rss")
    with make_reader(":memory:", feed_root=str(config.public)) as keeping:
        for n in range(7 * 48):
            now = BEGINNING + n * HALF_AN_HOUR
            source.go_on(now)
            if not source.changed and n % 8:
                continue  # a round without news changes nothing but what leaves by its age
            for name in await _round(config, store, source, now):  # for the others there is a 304
                if name in forgetful:
                    forgetful[name].poll()
                if name in kept:
                    _poll(keeping, name)
        expected = sorted(_entry_ids(source))
        for one in forgetful.values():
            assert sorted(one.seen) == expected
        for name in kept:
            assert sorted(entry.id for entry in keeping.get_entries(feed=name)) == expected
    store.close()
    assert len(source.papers) > 5 * ENTRIES
    assert source.edits > 5


def _entry_ids(source: Lists) -> list[str]:
    years = {one.id: one.announced.year for one in source.papers.values() if one.announced}
    return [f"tag:papers.example.org,{year}:paper/{one}" for one, year in years.items()]


def _poll(keeping: Reader, name: str) -> None:
    if not keeping.get_feed(name, None):
        keeping.add_feed(name)
    keeping.update_feed(name)
