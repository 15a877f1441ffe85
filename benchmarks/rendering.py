"""How long feeds take to render and to publish with their pages, beside plain feedgen in one run.

`python -m benchmarks.rendering [feeds, from 1,000] [formats] [full]`, by default 10,000 of 100 entries as RSS (8 GB,
minutes). Of `full`, from 1,000, only so many are full, those that change among them; the others hold one paper.
Real papers; medians of CPU seconds. Every query finds words to mark in most papers. Plain feedgen renders every feed
whole; it is measured on a few of them and multiplied.
"""

import asyncio
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.fill_archive import CORPUS, corpus, fill
from bot.config.load import Config, load
from bot.process.heap import lives_long
from bot.publishing import edition, files, site
from bot.publishing.kept_entries import KeptEntries
from bot.publishing.plan import Plan
from bot.publishing.press import renew
from bot.store.archive import feeds, papers
from bot.store.engine import Store
from bot.store.schema_feeds import feed, feed_paper
from feeds.paper import Paper
from feeds.query import parse_query
from feeds.render import Feed, Kind, join_entries, xml_feed
from feeds.render.entry import entry_of

__all__ = ["CORPUS", "stored"]
BASE = "https://papers.example.org/"
NOW = datetime.now(UTC)
ENTRIES, CHANGED, NEW = 100, 100, 10
OLDER = 40
"""Up to so many papers more than entries: feeds begin an older sheet of their page at different times."""
WORDS = ("learning", "model", "data", "language", "method", "performance", "training", "paper", "results", "novel")
ROUNDS = 5
SAMPLE = 20
"""Feeds that plain feedgen is measured on."""


def stored(count: int) -> list[Paper]:
    """The newest recorded papers as a store gives them, newest first."""
    found = [replace(_linked(paper), announced=day, key=paper.id) for paper, day in corpus()[-count:]]
    ids = {one.id: f"tag:papers.example.org,{one.announced:%Y}:paper/{one.id}" for one in found}
    return [replace(one, entry_id=ids[one.id], first_seen=NOW, updated=NOW) for one in reversed(found)]


def _linked(paper: Paper) -> Paper:
    links = {
        "abstract": f"https://arxiv.org/abs/{paper.id}",
        "pdf": f"https://arxiv.org/pdf/{paper.id}",
        "page": f"https://huggingface.co/papers/{paper.id}",
        "thumbnail": f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper.id}.png",
    }
    return replace(paper, links=links)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    formats = sys.argv[2].split(",") if len(sys.argv) > 2 else ["rss"]
    full = int(sys.argv[3]) if len(sys.argv) > 3 else number
    _rendering()
    lives_long()  # as run does
    with tempfile.TemporaryDirectory(prefix="paperround-bench-") as folder:
        asyncio.run(_publishing(Path(folder), number, formats, full))


def _rendering() -> None:
    some = stored(1_300)
    one = Feed("all", "All", base_url=BASE)
    print(f"1,000 entries, {NEW} of them new; ms, and times plain feedgen of the same facts")
    for kind in ("rss", "atom", "json"):
        kept = KeptEntries()
        rounds = [_round(kept, one, some, n, kind) for n in range(30)][1:]
        ours = statistics.median(rounds)
        plain = "" if kind == "json" else f"{_plain(one, some[:1_000], kind, 5) / ours:7.0f} x"
        print(f"{kind:>6} {ours * 1e3:7.2f}, best {min(rounds) * 1e3:.2f} {plain}")


def _round(kept: KeptEntries, one: Feed, some: Sequence[Paper], n: int, kind: Kind) -> float:
    """A thousand papers, moved on by ten."""
    last = len(some) - NEW * n
    members = [(row, some[row].id) for row in range(last - 1_000, last)]
    known = dict(enumerate(some))
    start = time.process_time()
    held = kept.hold(members, BASE, [kind])
    missing = held.missing
    join_entries(one, held.take(members, known, kind), kind)
    took = time.process_time() - start
    assert len(missing) == (NEW if n else 1_000)
    return took


def _plain(one: Feed, some: Sequence[Paper], kind: Any, times: int) -> float:
    """Seconds that feedgen takes to write a feed whole."""

    def render() -> None:
        generator = xml_feed._generator(one, NOW, kind)  # noqa: SLF001  (feedgen as we set it up, without our keeping)
        for paper in some:
            xml_feed._fill(generator.add_entry(order="append"), entry_of(paper, BASE), kind)  # noqa: SLF001
        xml_feed._serialised(generator, kind)  # noqa: SLF001

    return _median(render, times)


def _median(work: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


async def _publishing(folder: Path, number: int, formats: list[str], full: int) -> None:
    began = time.process_time()
    config = _configured(folder, number, formats)
    store, plan = Store(config.database), Plan(config)
    fill(store, [(_linked(paper), day) for paper, day in corpus()])
    await store.run(_fill_feeds, number, full)
    listed = sum(ENTRIES + n % OLDER for n in range(full))
    print(
        f"\n{number:,} feeds, {full:,} of {ENTRIES} entries, {', '.join(formats)}, then the list of feeds and the site"
    )
    spent = time.process_time() - began
    print(f"{spent:7.2f} s of CPU to set up; the first time draws {listed:,} papers in lists", flush=True)
    await _timed("published for the first time", plan, store)
    await _timed("nothing changed", plan, store)
    took = []
    for n in range(ROUNDS):
        await store.run(_change, n)
        before = _looks(config)
        took.append(await _timed(f"{CHANGED} feeds changed", plan, store))
        changed = [path for path, look in _looks(config).items() if before.get(path) != look]
        own = [path for path in changed if Path(path).parent.name == "feeds"]  # and older sheets of their pages
        assert len(own) == CHANGED * (len(formats) + 1), own[:9]
    await store.run(_vote)
    await _timed("the votes of all papers have risen", plan, store)
    await store.run(_change, ROUNDS)
    await _timed(f"{CHANGED} feeds changed after that", plan, store)
    edition.ENTRIES = KeptEntries()  # type: ignore[misc]  # as in a new process
    plan = Plan(config)
    await store.run(_change, ROUNDS + 1)
    await _timed(f"{CHANGED} feeds changed, nothing in memory", plan, store)
    some, one = stored(ENTRIES), Feed("all", "All", base_url=BASE)
    plain = sum(_plain(one, some, kind, SAMPLE) for kind in formats if kind != "json") * number
    feeds_alone, whole = (statistics.median(column) for column in zip(*took, strict=True))
    print(
        f"plain feedgen renders all in {plain:.0f} s: {plain / feeds_alone:.0f} x the feeds, {plain / whole:.0f} x all"
    )
    print(f"median CPU: feeds {feeds_alone:.2f} s, all {whole:.2f} s; 1.5 s asked for")
    store.close()


def _configured(folder: Path, number: int, formats: list[str]) -> Config:
    tables = "".join(f'[[feeds]]\nslug = "feed-{n}"\nquery = "{_query(n)}"\n' for n in range(number))
    listed = ", ".join(f'"{form}"' for form in formats)
    (folder / "config.toml").write_text(f'[publish]\nbase_url = "{BASE}"\nformats = [{listed}]\n{tables}')
    return load(folder / "config.toml")


def _query(n: int) -> str:
    return f"{WORDS[n % len(WORDS)]} OR word{n}"


def _fill_feeds(connection: Connection, number: int, full: int) -> None:
    dice = random.Random(20260105)
    rows = connection.exec_driver_sql("select id from paper order by announced").scalars().all()
    connection.execute(insert(feed), [{"slug": f"feed-{n}", "query": _query(n), "version": 1} for n in range(number)])
    for n in range(number):
        count = ENTRIES + n % OLDER if n < full else 1
        members = [{"slug": f"feed-{n}", "paper_id": row} for row in dice.sample(rows, count)]
        connection.execute(insert(feed_paper), members)


def _vote(connection: Connection) -> None:
    connection.exec_driver_sql("update paper set data = json_set(data, '$.votes', 1 + coalesce(data ->> 'votes', 0))")


def _change(connection: Connection, n: int) -> None:
    """Ten new papers, in the same hundred feeds each."""
    new = {}
    for m in range(NEW):
        one = _linked(
            Paper(f"2701.{n}{m:04}", f"A new paper {n} {m}", f"{', '.join(WORDS)}. " * 12, ("Ann Author",) * 8)
        )
        seen = papers.Sighting("daily", "huggingface", one, NOW.date(), past=True)
        made = papers.add(connection, seen, NOW + timedelta(seconds=n), lambda day, key: f"tag:a,{day}:{key}")
        new[made.id] = made.paper
    wanted = {f"feed-{n + 7 * m}": parse_query("*") for m in range(CHANGED)}
    feeds.follow(connection, feeds.belong(wanted, new, NOW), new)


async def _timed(what: str, plan: Plan, store: Store) -> tuple[float, float]:
    """CPU seconds for the feeds, and for all of a round's publishing."""
    start, began = time.process_time(), time.perf_counter()
    config, outlines = plan.config, edition.Outlines()
    outcome = await renew(config, store, edition.changes(plan, store, NOW, outlines))
    feeds_alone = time.process_time() - start
    outcome.add(await renew(config, store, site.changes(plan, store, NOW, outlines)))
    took, passed = time.process_time() - start, time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{feeds_alone:7.2f} s, all {took:7.2f} s of CPU, {passed:7.2f} s in all, {peak:4.0f} MB at most, "
        f"{len(outcome.written):6,} files written: {what}",
        flush=True,
    )
    return feeds_alone, took


def _looks(config: Config) -> dict[str, tuple[int, int]]:
    every = (config.public / "feeds").rglob("*.*")
    return {str(path): files.look(path) or (0, 0) for path in every}


if __name__ == "__main__":
    main()
