"""A source that breaks, hangs or is slow: the others are stored, published and sent meanwhile, and it is named."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import intake, pipeline
from bot.process.clock import Clock
from bot.publishing.files import Outcome
from bot.rules.parts import Part
from bot.sources.source import Batch, Failed
from bot.store.engine import Store
from feeds.paper import Digest, Paper
from tests.fakes.source import FakeSource, items
from tests.offices import office
from tests.world import World, alert, feed, until

TODAY = datetime.now(UTC).date()


def two(slow: FakeSource) -> str:
    return (
        f'[[sources]]\nname = "slow"\nkind = "huggingface"\nurl = "{slow.url}"\nevery = "1s"\n'
        '[[sources]]\nname = "daily"\nkind = "huggingface"\nurl = "{source}"\nevery = "1s"\n'
    )


BROKEN = (
    "import bot.sources.huggingface.source as module\n"
    "parse = module.parse_digest\n"
    "def broken(body, kind=None):\n"
    "    if b'question 5' in body: {fault}\n"
    "    return parse(body, kind)\n"
    "module.parse_digest = broken\n"
    "from bot.cli import main; import sys; sys.argv = ['paperround', 'once']; main()\n"
)


@pytest.mark.parametrize("fault", ["[][1]", "raise SystemExit(3)", "raise MemoryError"])
def test_a_parser_that_raises_fails_its_source_alone_and_is_told(here: World, fault: str) -> None:
    with FakeSource(today=here.source.today) as other:
        other.days[TODAY.isoformat()] = items(3, TODAY, first=500)
        here.source.days[TODAY.isoformat()] = items(3, TODAY)
        here.configure(two(other), feed("all", "*"), alert("all", "*", "telegram:@papers"))
        done = here.run_python(BROKEN.format(fault=fault))
    assert done.returncode == 1, done.stderr
    assert "FAILED source slow" in done.stdout
    assert "Traceback" in done.stderr, "its trace is in the log"
    assert len(here.telegram.messages) == 3
    assert here.files()["feeds/all.atom"][0].count(b"<entry>") == 3


@pytest.mark.threat(4)
def test_what_is_there_is_sent_and_published_while_another_source_is_slow(here: World) -> None:
    with FakeSource(today=here.source.today) as slow:
        slow.days[TODAY.isoformat()] = items(2, TODAY, first=500)
        slow.fault("hang")
        here.source.days[TODAY.isoformat()] = items(3, TODAY)
        here.configure(two(slow), feed("all", "*"), alert("all", "*", "telegram:@papers", together=8))
        process = here.start("once")
        until(lambda: len(here.telegram.messages) == 3 and "feeds/all.atom" in here.files())
        assert process.poll() is None, "it still waits for the slow one"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 1


def test_run_goes_on_reading_the_others(here: World) -> None:
    with FakeSource(today=here.source.today) as slow:
        slow.fault("hang")
        here.source.days[TODAY.isoformat()] = items(1, TODAY)
        here.configure(two(slow), alert("all", "*", "telegram:@papers"))
        process = here.start("run")
        until(lambda: len(here.telegram.messages) == 1)
        here.source.days[TODAY.isoformat()] = items(2, TODAY)
        until(lambda: len(here.telegram.messages) == 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


class Scripted:
    """A source that does as it is told."""

    kind = "feed"

    def __init__(self, name: str, *outcomes: Any) -> None:
        self.name = name
        self._outcomes = outcomes

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        for one in self._outcomes:
            if isinstance(one, BaseException):
                raise one
            if isinstance(one, float):
                await asyncio.sleep(one)
            else:
                yield one

    async def aclose(self) -> None:
        pass


def batch(number: int) -> Batch:
    return Batch("feed", Digest((Paper(f"2601.{number:05}", f"Paper {number}", "x"),)))


async def collected(here: World, *sources: Scripted) -> intake.Report:
    here.configure(feed("all", "*"))
    store = Store(here.config.database)
    try:
        return await pipeline.round(office(here.config, store, Clock()), sources)
    finally:
        store.close()


async def test_what_a_source_gave_before_it_broke_stays(here: World) -> None:
    report = await collected(here, Scripted("a", batch(1), KeyError("x"), batch(2)), Scripted("b", batch(3)))
    assert (report.new, list(report.failed)) == ({"a": 1, "b": 1}, ["a"])
    assert "KeyError" in report.failed["a"][0]


class Prompt:
    """Hears that there is something to publish."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def soon(self) -> None:
        self.heard.set()

    async def changed(self) -> Outcome:
        return Outcome()


class Slow(Scripted):
    """Gives what it has once something is to be published."""

    def __init__(self, name: str, press: Prompt, one: Batch) -> None:
        super().__init__(name, one)
        self._press = press

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        await self._press.heard.wait()
        async for one in super().collect(parts, now):
            yield one


async def test_what_is_there_is_published_before_a_slow_source_ends(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "patience_of", lambda kind: 5.0)
    here.configure(feed("all", "*"))
    store, press = Store(here.config.database), Prompt()
    desk = replace(office(here.config, store, Clock()), press=press)
    report = await pipeline.round(desk, [Slow("slow", press, batch(1)), Scripted("a", batch(2))])
    store.close()
    assert (report.failed, report.new) == ({}, {"slow": 1, "a": 1})


async def test_a_source_that_hangs_is_given_up(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "patience_of", lambda kind: 0.3)
    began = time.monotonic()
    report = await collected(here, Scripted("a", batch(1), 3600.0), Scripted("b", batch(3)))
    assert time.monotonic() - began < 30
    assert report.failed == {"a": ["gave nothing for 0.3 seconds"]}
    assert report.new == {"a": 1, "b": 1}


def test_a_large_batch_is_stored_in_short_transactions_and_read_with_the_last() -> None:
    """A thousand papers in one held the database for 1.3 s; a chunk of ten takes some 30 ms (measured)."""
    papers = tuple(Paper(f"2601.{n:05}", f"Paper {n}", "x") for n in range(1_000))
    chunks = list(intake.pieces(Batch("feed", Digest(papers), "stamp")))
    assert max(len(one.digest.papers) for one in chunks) <= 10
    assert tuple(paper for one in chunks for paper in one.digest.papers) == papers
    assert [one.whole for one in chunks] == [False] * (len(chunks) - 1) + [True]


async def test_a_paper_that_cannot_be_stored_is_skipped_and_named(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add = intake.papers.add_kept

    def picky(connection: Any, seen: Any, *more: Any) -> Any:
        if seen.paper.id == "2601.00002":
            raise OverflowError
        return add(connection, seen, *more)

    monkeypatch.setattr(intake.papers, "add_kept", picky)
    three = Batch("feed", Digest(tuple(Paper(f"2601.{n:05}", f"Paper {n}", "x") for n in (1, 2, 3))))
    report = await collected(here, Scripted("a", three))
    assert report.new == {"a": 2}
    assert report.skipped == {"a": ["2601.00002: it cannot be stored (OverflowError)"]}


async def test_papers_stored_one_by_one_leave_the_parts_stamp_until_the_last(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in between, a mailbox would begin anew with its last week, and a mail that waits would be forgotten."""
    add, read_part, stamps = intake.papers.add, intake.sources.read_part, []

    def picky(connection: Any, seen: Any, *more: Any) -> Any:
        if seen.paper.id == "2601.00002":
            raise OverflowError
        return add(connection, seen, *more)

    def noted(connection: Any, name: str, part: Part, *counts: int) -> None:
        stamps.append((part.stamp, part.trouble))
        read_part(connection, name, part, *counts)

    monkeypatch.setattr(intake.papers, "add", picky)
    monkeypatch.setattr(intake.sources, "read_part", noted)
    three = Digest(tuple(Paper(f"2601.{n:05}", f"Paper {n}", "x") for n in (1, 2, 3)))
    await collected(here, Scripted("a", Batch("feed", Digest(()), "old", trouble="x"), Batch("feed", three, "new")))
    assert stamps == [("old", "x"), ("new", "")]
