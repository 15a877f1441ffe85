"""`backfill`: the archive filled from the past, whole, once, resumable, and alerting nobody."""

import asyncio
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands import backfill as backfill_module
from bot.commands.backfill import Tally, backfill
from bot.commands.progress import shown
from bot.config.mistakes import ConfigError
from bot.intake import CHUNK
from bot.process.clock import Clock
from bot.store.archive import codec, paper_rows, sources
from bot.store.engine import Store, driver
from tests.fakes.arxiv import FakeArxiv, batch
from tests.fakes.source import Item, items
from tests.world import DAILY, INBOX, World, alert, feed

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 16)
LATER = datetime(2026, 3, 1, 12, tzinfo=UTC)


class StoppedClock(Clock):
    """A moment that stays; waiting takes no time, and is noted."""

    def __init__(self, moment: datetime = LATER) -> None:
        self.moment = moment
        self.waited: list[float] = []

    def now(self) -> datetime:
        return self.moment

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        self.waited.append(seconds)


@contextmanager
def opened(here: World) -> Iterator[Store]:
    store = Store(here.config.database)
    try:
        yield store
    finally:
        store.close()


def fill(
    here: World, since: date = FIRST, until: date = LAST, name: str = "daily", clock: Clock | None = None
) -> Tally:
    """A backfill in this process, with a clock that waits for nothing."""
    with opened(here) as store:
        work = backfill(here.config, store, clock or StoppedClock(), name, (since, until), lambda *_: None)
        return asyncio.run(work)


def archive(here: World) -> dict[str, tuple[str, int | None]]:
    """Every paper with its day and its votes."""
    with opened(here) as store:
        found = store.call(
            lambda connection: [(row.id, codec.from_row(row)) for row in paper_rows.every(driver(connection))]
        )
    return {one.key: (str(one.announced), one.votes) for _, one in found}


def wanted(days: dict[str, list[Item]]) -> dict[str, tuple[str, int | None]]:
    """The same of what a source holds; a paper on two days counts from the first."""
    found: dict[str, tuple[str, int | None]] = {}
    for day, listed in sorted(days.items()):
        for one in listed:
            key = one["paper"]["id"]
            found[key] = (found.get(key, (day, 0))[0], one["paper"]["upvotes"])
    return found


def two_weeks(here: World) -> None:
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        if day.weekday() < 5:
            here.source.days[day.isoformat()] = items(4, day, first=100 * n + 1)


def test_every_day_of_the_span_comes_and_no_other(here: World) -> None:
    two_weeks(here)
    here.configure(DAILY)
    tally = fill(here, date(2026, 1, 7), date(2026, 1, 14))
    span = {day: listed for day, listed in here.source.days.items() if "2026-01-07" <= day <= "2026-01-14"}
    assert archive(here) == wanted(span)
    assert (tally.days, tally.papers, tally.new, tally.well()) == (8, 24, 24, True)


def test_nothing_is_alerted_then_or_later(here: World) -> None:
    two_weeks(here)
    today = datetime.now(UTC).date()
    recent = today - timedelta(days=1)
    here.source.days[recent.isoformat()] = items(3, recent, first=900)
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers", head_start="900d"))
    clock = StoppedClock(datetime.now(UTC))
    fill(here, clock=clock)
    fill(here, today - timedelta(days=30), today - timedelta(days=10), clock=clock)
    assert here.round().well()
    assert len(here.telegram.messages) == 3
    assert len(archive(here)) == 43


def test_what_the_rounds_read_alerts_though_a_backfill_came_first(here: World) -> None:
    today = datetime.now(UTC).date()
    here.source.days[today.isoformat()] = items(3, today)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    fill(here, today, today, clock=StoppedClock(datetime.now(UTC)))
    assert here.telegram.messages == []
    assert here.round().well()
    assert len(here.telegram.messages) == 3


def test_votes_that_a_backfill_brings_alert_nobody_for_an_old_paper_and_in_time_for_a_new_one(here: World) -> None:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=n) for n in (5, 0)]
    for n, day in enumerate(days):
        here.source.days[day.isoformat()] = items(1, day, first=n + 1)
    liked = alert("liked", "votes>=50", "telegram:@papers", head_start="30d")
    here.configure(DAILY, liked)
    assert here.round().well()
    for listed in here.source.days.values():
        listed[0]["paper"]["upvotes"] = 60
    here.configure(DAILY + 'lookback = "2d"\n', liked)
    fill(here, days[0], days[1], clock=StoppedClock(datetime.now(UTC)))
    assert here.round().well()
    assert [message.text.split("\n")[0] for message in here.telegram.messages] == ["Paper number 2"]


def test_a_source_gave_nothing_new_by_being_asked_for_its_past(here: World) -> None:
    two_weeks(here)
    here.configure(DAILY)
    fill(here)
    with opened(here) as store:
        (row,) = store.call(sources.every)
    assert (row.new_at, row.read_at) == (None, None)


def test_it_goes_on_where_it_stopped_and_asks_for_no_day_twice(here: World) -> None:
    two_weeks(here)
    here.configure(DAILY)
    fill(here, FIRST, date(2026, 1, 9))
    asked = len(here.source.requests)
    tally = fill(here)
    assert (tally.before, tally.days) == (5, 7)
    assert {day for day, _ in here.source.asked[asked:]} == {f"2026-01-{n}" for n in range(10, 17)}
    assert fill(here).days == 0
    assert archive(here) == wanted(here.source.days)


def test_a_day_that_may_still_change_is_read_again(here: World) -> None:
    two_weeks(here)
    here.configure(DAILY)
    fill(here, clock=StoppedClock(datetime(2026, 1, 16, 12, tzinfo=UTC)))
    here.source.days["2026-01-16"] += items(5, LAST, first=7000)
    assert fill(here).days == 7
    assert archive(here) == wanted(here.source.days)


@pytest.mark.parametrize("fault", ["partial", "status", "html"])
def test_broken_answers_are_asked_for_again(here: World, fault: str) -> None:
    two_weeks(here)
    here.configure(DAILY)
    for n in range(0, 12, 2):
        here.source.fault(fault, day=str(FIRST + timedelta(days=n)), times=2)
    assert fill(here).well()
    assert archive(here) == wanted(here.source.days)


def test_a_day_that_stays_broken_is_named_and_left_for_the_next_time(here: World) -> None:
    two_weeks(here)
    here.configure(DAILY)
    here.source.fault("status", day="2026-01-08", times=3)
    tally = fill(here)
    assert list(tally.failed) == ["2026-01-08"]
    assert not tally.well()
    again = fill(here)
    assert (again.days, again.well()) == (1, True)
    assert archive(here) == wanted(here.source.days)


def test_a_server_that_asks_for_a_while_gets_it(here: World) -> None:
    two_weeks(here)
    here.configure(DAILY)
    here.source.fault("status", day="2026-01-08", times=1, status=429, headers={"Retry-After": "40"})
    clock = StoppedClock()
    assert fill(here, clock=clock).well()
    assert clock.waited == [40]
    assert archive(here) == wanted(here.source.days)


@pytest.mark.parametrize(("wait", "waited"), [("1", [1, 5]), ("4000", [])])
def test_a_server_that_does_not_want_us_is_left_alone(here: World, wait: str, waited: list[float]) -> None:
    two_weeks(here)
    here.configure(DAILY)
    here.source.fault("status", day="2026-01-08", status=429, headers={"Retry-After": wait})
    clock = StoppedClock()
    tally = fill(here, clock=clock)
    assert clock.waited == waited
    assert "2026-01-08" in tally.stopped
    assert (tally.days, tally.well()) == (3, False)
    assert "2026-01-09" not in {day for day, _ in here.source.asked}


def test_a_long_day_counts_as_read_only_when_all_of_it_is_stored(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here.source.days["2026-01-08"] = items(170, date(2026, 1, 8))
    here.configure(DAILY)
    take_in, taken = backfill_module.take_in, []

    def killed(*args: Any) -> None:
        taken.append(len(args[3].digest.papers))
        if [count for count in taken if count] == [CHUNK] * 3:
            raise KeyboardInterrupt
        take_in(*args)

    monkeypatch.setattr(backfill_module, "take_in", killed)
    with pytest.raises(KeyboardInterrupt):
        fill(here)
    monkeypatch.undo()
    assert len(archive(here)) == 2 * CHUNK
    fill(here)
    assert archive(here) == wanted(here.source.days)


@contextmanager
def arxiv_of_two_weeks() -> Iterator[FakeArxiv]:
    with FakeArxiv(LAST) as arxiv:
        days = [FIRST + timedelta(days=n) for n in range(12)]
        arxiv.papers = [one for day in days if day.weekday() < 5 for one in batch(day, 3)]
        yield arxiv


def arxiv_table(arxiv: FakeArxiv) -> str:
    return (
        f'[[sources]]\nname = "arxiv"\nkind = "arxiv"\nurl = "{arxiv.url}"\napi_url = "{arxiv.api_url}"\n'
        'categories = ["cs.CL"]\n'
    )


def test_arxivs_past_comes_from_its_api_dated_by_its_own_rule(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sources.arxiv.SECONDS", 0.0)
    with arxiv_of_two_weeks() as arxiv:
        here.configure(arxiv_table(arxiv), alert("all", "*", "telegram:@papers", head_start="900d"))
        arxiv.fail_next(2, "hollow", "api")
        tally = fill(here, date(2026, 1, 8), date(2026, 1, 13), "arxiv")
        assert (tally.days, tally.papers, tally.well()) == (4, 12, True)
        expected = {one.id: (str(one.day), None) for one in arxiv.papers if 8 <= one.day.day <= 13}
        assert archive(here) == expected
        assert set(arxiv.asked) == {"api"}


@pytest.mark.parametrize(
    ("name", "since", "until", "told"),
    [
        ("dayly", FIRST, LAST, "no source"),
        ("inbox", FIRST, LAST, "has no past"),
        ("daily", LAST, FIRST, "is after"),
        ("daily", FIRST, date(2027, 1, 1), "yet to come"),
    ],
)
def test_a_wrong_name_or_span_is_told(here: World, name: str, since: date, until: date, told: str) -> None:
    here.configure(DAILY, INBOX)
    with pytest.raises(ConfigError, match=told):
        fill(here, since, until, name)


def test_the_command_says_what_it_did_and_exits_by_it(here: World) -> None:
    two_weeks(here)
    here.configure(DAILY)
    here.source.fault("status", day="2026-01-08", times=3)
    arguments = ("backfill", "daily", "--since", str(FIRST), "--until", str(LAST))
    done = here.run(*arguments, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["failed"].keys() == {"2026-01-08"}
    again = here.run(*arguments)
    assert again.returncode == 0
    assert "1 day read, 4 papers" in again.stdout
    assert "12/12" not in again.stderr
    assert "1/1 days" in again.stderr
    assert here.run("backfill", "nobody", "--since", "2026-01-05").returncode == 2
    assert here.run("backfill", "daily", "--since", "last week").returncode == 2


def test_it_works_beside_a_process_that_collects(here: World) -> None:
    two_weeks(here)
    here.configure(DAILY)
    running = here.start("run")
    done = here.run("backfill", "daily", "--since", str(FIRST), "--until", str(LAST))
    assert done.returncode == 0, done.stderr
    assert any("reading now" in line for line in running.stderr or ())
    running.terminate()
    assert running.wait(20) == 0
    assert set(wanted(here.source.days)) <= set(archive(here))


def test_recorded_days_come_whole_though_every_second_answer_fails_at_first(here: World, data: Path) -> None:
    recorded = sorted((data / "hf_api" / "days").glob("2025-0[7-9]-*.json"))
    assert len(recorded) > 25
    here.source.days = {path.stem: json.loads(path.read_bytes()) for path in recorded}
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers", head_start="3650d"))
    for n, day in enumerate(here.source.days):
        for page in (0, 1):
            here.source.fault("partial" if n % 2 else "status", day=day, page=page, times=1)
    first, last = (date.fromisoformat(recorded[n].stem) for n in (0, -1))
    tally = fill(here, first, last, clock=StoppedClock(datetime(2026, 9, 30, tzinfo=UTC)))
    assert tally.well(), tally.failed
    assert archive(here) == wanted(here.source.days)
    assert here.telegram.messages == []


def test_a_bar_is_drawn_with_the_first_word_of_how_far_it_is() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    before, begun = Terminal(), Terminal()
    with pytest.raises(ConfigError), shown("daily", before):
        raise ConfigError("--since", "wrong")
    assert before.getvalue() == ""
    with shown("daily", begun) as progress:
        progress(Tally(days=1), 2)
    assert "1/2" in begun.getvalue()
