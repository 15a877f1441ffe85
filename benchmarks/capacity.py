"""How many readers it carries: what docs/scale.md reckons, simulated, and tried at a size that runs here: a minute.

`python -m benchmarks.capacity`. First, from real abstracts: who of 10,000 subscribers has something to read on a day of
100 papers. Then all of those, up to ten million, get a digest at the same moment: each message takes a place in a
worker, the one lock of those who write, the platform's turn, and its answer's time. Last the same with real workers,
a real PostgreSQL and a stand-in that enforces Telegram's rates: the simulation must be right within a quarter.
"""

import heapq
import random
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from benchmarks.rounds import both
from benchmarks.sending import enqueue
from benchmarks.subscriptions import papers, subscriptions
from benchmarks.workers import until_alive, work
from bot.delivery.gate import SHARED_MARGIN
from bot.rules.destinations import Destination
from bot.store.engine import Store
from feeds.match import Batch
from tests import postgres
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram

SUBSCRIBERS, PAPERS = 10_000, 100
TELEGRAM = 30.0
"""Messages a second that a bot may send."""
LOCK = 0.0045
"""Seconds for which a message holds the lock of those who write, its claim and its end together (measured)."""
ANSWER = 0.1
"""Seconds until a platform answers."""
CONCURRENCY = 32
OFF = 0.25
"""Share by which what is tried may differ from what is simulated."""
CHATS = 600
"""So many are tried."""


@dataclass(frozen=True)
class House:
    """So many workers, and as many messages a second as the platforms take; 0: any number."""

    workers: int
    per_second: float
    lock: float = LOCK
    answer: float = ANSWER

    def reckoned(self, messages: int) -> float:
        """Seconds: what is slowest of the platform, the lock and the workers' places holds up all else."""
        turn = SHARED_MARGIN / self.per_second if self.per_second else 0.0
        return messages * max(turn, self.lock, (self.answer + self.lock) / (self.workers * CONCURRENCY))

    def simulated(self, messages: int) -> float:
        """Seconds until the last of so many lanes, due at once, has its message."""
        turn = SHARED_MARGIN / self.per_second if self.per_second else 0.0
        places, chance = [0.0] * (self.workers * CONCURRENCY), random.Random(7)
        lock = next_turn = last = 0.0
        for _ in range(messages):
            lock = max(places[0], lock) + self.lock  # the claim; the end of an earlier one is written along
            sent = max(lock, next_turn)
            next_turn = sent + turn
            last = sent + chance.expovariate(1 / self.answer)
            heapq.heapreplace(places, last)
        return max(last, *places)


def main() -> None:
    """The script."""
    share = _readers()
    right = True
    print("\n  subscribers  workers    Telegram  webhooks: all of them have it after so long (reckoned, simulated)")
    for subscribers, workers in ((10_000, 1), (100_000, 2), (1_000_000, 4), (10_000_000, 8)):
        messages = round(subscribers * share)
        told = []
        for per_second in (TELEGRAM, 0.0):
            house = House(workers, per_second)
            reckoned, simulated = house.reckoned(messages), house.simulated(messages)
            right &= abs(simulated / reckoned - 1) < OFF
            told.append(f"{_long(reckoned)}, {_long(simulated)}")
        print(f"  {subscribers:>11,}  {workers:>7}  {told[0]:>16}  {told[1]:>16}", flush=True)
    raise SystemExit(0 if _tried() and right else 1)


def _readers() -> float:
    """The share of subscribers with something to read."""
    corpus = papers()
    pairs = zip(subscriptions(SUBSCRIBERS, corpus), subscriptions(SUBSCRIBERS, corpus, seed=2), strict=True)
    codes = [(both(one, other) if count % 4 else one).compiled for count, (one, other) in enumerate(pairs)]
    began = time.process_time()
    found = [bits.bit_count() for bits in Batch(corpus[-PAPERS:]).stream(codes)]
    seconds, some = time.process_time() - began, [count for count in found if count]
    print(f"{SUBSCRIBERS:,} subscribers, {PAPERS} papers: {sum(found):,} papers due, asked in {seconds:.2f} s CPU;")
    print(f"{len(some) / SUBSCRIBERS:.0%} get a digest, of {sum(some) / len(some):.1f} papers")
    return len(some) / SUBSCRIBERS


def _tried() -> bool:
    """Real workers, at Telegram's real pace."""
    with (
        FakeTelegram(enforce_rates=True) as telegram,
        FakeSlack() as slack,
        postgres.database() as server,
        closing(Store(server)) as store,
        work(server, {"telegram": telegram.url, "slack": slack.api_url, "rate": ""}, 2, CONCURRENCY) as run,
    ):
        until_alive(store, 2, run)
        store.call(enqueue, [Destination("telegram", str(1000 + n)) for n in range(CHATS)], 1)
        began = time.monotonic()
        while len(telegram.messages) < CHATS:
            assert time.monotonic() - began < 120, f"{len(telegram.messages)} messages in two minutes"
            time.sleep(0.1)
        took = _span([one.time for one in telegram.messages])
    simulated = House(2, TELEGRAM, answer=0.01).simulated(CHATS)
    print(
        f"\ntried: {CHATS} chats, 2 workers: {took:.1f} s, simulated {simulated:.1f}; {telegram.rate_limited} refused"
    )
    return abs(took / simulated - 1) < OFF


def _span(times: Sequence[float]) -> float:
    return max(times) - min(times)


def _long(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.1f} min"


if __name__ == "__main__":
    main()
