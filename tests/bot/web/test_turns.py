"""What a query costs, and that a short one waits for no long ones (found: 40). Time is what the work says it took."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from bot.web.limits import MOST, Limits, cost_of
from bot.web.live import Crowded
from bot.web.turns import SLICE, Steps, Turns
from feeds.query import parse_query
from tests.bot.web.site import Web

REGEXES = " OR ".join(f"/kv[- ]?cache{number}/" for number in range(30))
BATCHES = 14
"""Fourteen thousand papers."""


class Work:
    """Steps that take as long as they say, by a clock that only they move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done: list[str] = []

    def steady(self) -> float:
        return self.now

    def steps(self, name: str, number: int, seconds: float) -> Steps[str]:
        for _ in range(number):
            self.now += seconds
            yield
        self.done.append(name)
        return name


async def until(true: Callable[[], bool]) -> None:
    """Let the others run."""
    while not true():  # noqa: ASYNC110  (of work that tells nobody how far it is)
        await asyncio.sleep(0)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def turns(work: Work) -> AsyncIterator[Turns]:
    with ThreadPoolExecutor(1) as thread:
        made = Turns(thread, work.steady)
        yield made
        made.close()


async def test_a_short_question_passes_sixty_long_ones(turns: Turns, work: Work) -> None:
    """Sixty visitors, thirty regular expressions each, 420 steps of 10 ms; another asks one word in between."""
    long = [asyncio.create_task(turns.take(work.steps(f"long {n}", 420, 0.01), 211.0)) for n in range(60)]
    waits = []
    for number in range(50):
        await until(lambda: work.now >= number * 2)  # noqa: B023  (asked at once)
        began = work.now
        await turns.take(work.steps("short", 14, 0.0001), 1.0)
        waits.append(work.now - began)
    assert max(waits) < 0.1  # a slice or two of 20 ms
    assert await asyncio.gather(*long) == [f"long {n}" for n in range(60)]


async def test_of_those_who_wait_at_first_the_cheaper_one_goes_first(turns: Turns, work: Work) -> None:
    costs = {"a": 50.0, "b": 1.0, "c": 211.0, "d": 2.0}
    await asyncio.gather(*(turns.take(work.steps(name, 1, SLICE / 2), cost) for name, cost in costs.items()))
    assert work.done == ["b", "d", "a", "c"]


async def test_long_ones_share_the_thread_and_none_is_left_waiting(turns: Turns, work: Work) -> None:
    await asyncio.gather(*(turns.take(work.steps(name, 10, SLICE), 100.0) for name in "ab"))
    assert work.now == pytest.approx(20 * SLICE)
    later = asyncio.create_task(turns.take(work.steps("c", 10, SLICE), 211.0))
    for _ in range(30):
        await turns.take(work.steps("short", 1, SLICE / 10), 1.0)
    assert await later == "c"


async def test_who_comes_late_has_no_more_than_the_others_from_then_on(turns: Turns, work: Work) -> None:
    first = asyncio.create_task(turns.take(work.steps("first", 40, SLICE), 100.0))
    await until(lambda: work.now >= 20 * SLICE)
    second = asyncio.create_task(turns.take(work.steps("second", 40, SLICE), 100.0))
    await asyncio.gather(first, second)
    assert work.done == ["first", "second"]


async def test_what_breaks_is_its_askers_alone(turns: Turns, work: Work) -> None:
    def broken() -> Steps[str]:
        yield
        raise RuntimeError("planted")

    well = asyncio.create_task(turns.take(work.steps("well", 5, SLICE), 2.0))
    with pytest.raises(RuntimeError, match="planted"):
        await turns.take(broken(), 1.0)
    assert await well == "well"


async def test_who_has_gone_is_not_worked_for(turns: Turns, work: Work) -> None:
    gone = asyncio.create_task(turns.take(work.steps("gone", 10_000, SLICE), 100.0))
    await asyncio.sleep(0)
    gone.cancel()
    assert await turns.take(work.steps("here", 3, SLICE), 100.0) == "here"
    await asyncio.sleep(0)
    assert work.now < 100 * SLICE
    assert "gone" not in work.done


@pytest.mark.parametrize(
    ("query", "least", "most"),
    [
        ("streaming", 1, 1),
        ("a b c d e f", 1, 1),
        ('"kv cache" -survey votes>=10', 1, 1),
        ("*", 1, 1),
        (" OR ".join(f"w{n}" for n in range(60)), 1, 3),
        ("category:cs.CL", 1, 1),
        ("=RAG", 1, 3),
        ("/kv[- ]?cache/", 5, 10),
        ('"kv cache"~5', 10, 20),
        ('"deep learn*"', 5, 10),
        ("title:/kv[- ]?cache/", 5, 10),
        ("/kv[- ]?cache/ /kv[- ]?cache/", 5, 10),  # asked once
        (REGEXES, 150, 300),
        (f"x -({REGEXES})", 150, 300),
    ],
)
def test_a_query_costs_what_it_takes(query: str, least: float, most: float) -> None:
    assert least <= cost_of(parse_query(query), BATCHES) <= most


def test_a_small_archive_is_asked_for_little() -> None:
    assert cost_of(parse_query("/kv[- ]?cache/"), 1) == 1
    assert cost_of(parse_query(REGEXES), 0) == 1


def test_a_client_pays_for_what_its_queries_cost() -> None:
    limits = Limits(per_second=10, burst=1200)
    costly = cost_of(parse_query(REGEXES), BATCHES)
    taken = [limits.wait("192.0.2.1", 0.0, costly) for _ in range(30)]
    assert taken[:5] == [0] * 5
    assert all(taken[6:])
    assert 0 < taken[-1] <= costly / 10
    assert limits.wait("192.0.2.1", 60.0, costly) == 0
    assert [limits.wait("192.0.2.2", 0.0) for _ in range(1_201)] == [0] * 1_200 + [1]


def test_what_costs_more_than_a_full_share_can_be_had_by_who_asks_nothing_else() -> None:
    limits = Limits(per_second=1, burst=10)
    assert limits.wait("192.0.2.1", 0.0, 100.0) == 0
    assert limits.wait("192.0.2.1", 0.0, 100.0) == 10
    assert limits.wait("192.0.2.1", 10.0, 100.0) == 0


async def test_limits_do_not_go_by_the_time_of_day(web: Web) -> None:
    """A clock that is set back an hour would refuse everybody for an hour."""
    ticks = count(100, 0)
    web.context.steady = lambda: float(next(ticks))
    web.context.limits = Limits(per_second=1, burst=1)
    assert (await web.get("/search?q=one")).status_code == 200
    assert (await web.get("/search?q=two")).headers["retry-after"] == "1"
    web.context.steady = lambda: 101.0
    assert (await web.get("/search?q=three")).status_code == 200
    web.context.steady = lambda: 50.0  # no clock of ours does this; it costs nobody more than it took
    assert (await web.get("/search?q=four")).headers["retry-after"] == "1"


@pytest.mark.parametrize("path", ["/search", "/search.rss", "/search.atom", "/search.json"])
async def test_a_query_that_costs_too_much_is_refused_with_words(
    web: Web, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.search.MOST", 10.0)
    answer = await web.client.get(path, params={"q": REGEXES})
    assert answer.status_code == 400
    assert "Use fewer regular expressions" in answer.text
    assert "Too much for one query" in answer.text
    assert (await web.client.get(path, params={"q": "/gate/"})).status_code == 200


def test_all_that_the_language_allows_of_words_can_be_asked() -> None:
    many = " OR ".join(f"w{n}" for n in range(60))
    assert cost_of(parse_query(many), 200) < MOST
    assert cost_of(parse_query("/kv[- ]?cache/"), 200) < MOST
    assert cost_of(parse_query(REGEXES), BATCHES) < MOST
    assert cost_of(parse_query(REGEXES), 200) > MOST


async def test_a_slow_query_finds_what_it_would_at_once(web: Web) -> None:
    archive = await web.context.live.now()
    for text in (REGEXES + " OR /stream.*/ OR =Transformer", "/stream.*/ -/neuron/", "/gate/"):
        query = parse_query(text)
        wanted = [paper for paper in archive.matching(parse_query("*")) if paper in archive.matching(query)]
        assert await web.context.live.ask(archive.matched(query), 100.0) == wanted
        assert wanted


async def test_a_crowd_of_costly_questions_sends_no_short_one_away(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.live.QUEUE", 3)
    held = asyncio.Event()

    def long() -> Steps[None]:
        while not held.is_set():
            yield

    crowd = [asyncio.create_task(web.context.live.ask(long(), 211.0)) for _ in range(3)]
    await asyncio.sleep(0)
    try:
        with pytest.raises(Crowded):
            await web.context.live.ask(long(), 211.0)
        assert (await web.get("/search?q=streaming")).status_code == 200
    finally:
        held.set()
    await asyncio.gather(*crowd)
