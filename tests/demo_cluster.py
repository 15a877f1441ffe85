"""PostgreSQL, `run` and two workers, one of them killed before your eyes: python -m tests.demo_cluster.

Everything is on this machine: the database comes from pip, Telegram and Slack are stand-ins on loopback.
"""

import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import pytest

from bot.store import workers
from bot.store.database import Server, StoreError
from bot.store.engine import Store, driver
from tests import postgres
from tests.faults.cluster import Cluster
from tests.faults.stage import LANES, Stage, stage, until

PAPERS = 20
ALL = PAPERS * len(LANES)
NAMES = ("run", "worker 1", "worker 2")
VICTIM = 1
"""Which of the three is killed, and after how many messages:"""
AFTER = 20
LONGEST = 58.0
"""Seconds."""
_IN_HAND = "select count(*) from message join worker on worker.id = owner where state = 'sending' and pid = ?"


def main() -> int:
    """0: all of it arrived; 1: it did not, or there is no PostgreSQL."""
    began = time.monotonic()
    tell("PostgreSQL, `run` and two workers are started, on this machine ...")
    try:
        with postgres.database(empty=True) as server, stage(database=str(server)) as here:
            return Play(here, server, Cluster(here, here.start), began).to_its_end()
    except pytest.skip.Exception as reason:
        tell(str(reason))
        return 1


@dataclass
class Play:
    """From the start of three processes to the end of two."""

    here: Stage
    server: Server
    cluster: Cluster
    began: float

    def to_its_end(self) -> int:
        """An exit code."""
        here = self.here
        here.configure(per_second=4, settle="2s")
        for lane in LANES:
            here.telegram.delays[lane] = here.slack.delays[lane] = 0.2  # something is in hand at every moment
        self.cluster.begin()
        until(lambda: self._alive() == len(NAMES), 30)
        tell(f"{self._alive()} are alive; {PAPERS} papers come, for three Telegram chats and two Slack channels")
        here.day(PAPERS)
        self._watch(lambda: len(here.messages) >= AFTER)
        tell(f"{NAMES[VICTIM]} IS KILLED (SIGKILL) with {self._killed()} in hand, and not started again;")
        tell(f"others take that over when it was silent for {workers.DEAD:.0f} s, and go on with all else at once")
        self._watch(here.complete)
        return self._judged()

    def _watch(self, is_over: Callable[[], object]) -> None:
        """A line every second: how far it is, and by whose hand."""
        while not is_over() and self._seconds() < LONGEST:
            time.sleep(1)
            sent = [out.read_text("utf-8", "replace").count(": sent (") for out in self.here.outputs]
            hands = ", ".join(f"{name} {count:2}" for name, count in zip(NAMES, sent, strict=True))
            tell(f"{self._seconds():4.0f} s  {len(self.here.messages):3} of {ALL} messages: {hands}")

    def _killed(self) -> int:
        """As soon as it has something in hand; how many messages."""
        process = self.cluster.processes[VICTIM][1]
        with closing(Store(self.server, only_looks=True)) as store:
            until(lambda: store.call(_in_hand, process.pid), 5)
            process.kill()
            process.wait(20)
            return store.call(_in_hand, process.pid)

    def _alive(self) -> int:
        try:
            with closing(Store(self.server, only_looks=True)) as store:
                return len(store.call(workers.alive))
        except StoreError:  # its tables are still being made
            return 0

    def _judged(self) -> int:
        """Slack is asked whether what a dead worker had in hand arrived. Telegram cannot be."""
        arrived, verdict = self.here.complete(), self.here.judged()
        others = [process for _, process in self.cluster.processes if process.poll() is None]
        ended = [self.here.stop(process)[0] for process in others]
        twice = sum(verdict.doubled.values()) - verdict.slack()
        held = arrived and ended == [0, 0] and not (verdict.slack() or verdict.disordered) and verdict.telegram() <= 1
        told = f"lost {verdict.lost}, twice on Slack {verdict.slack()}, twice on Telegram {twice} (one a kill may be)"
        tell(f"{'It holds' if held else 'IT DOES NOT HOLD'} after {self._seconds():.0f} s, one of three killed: {told}")
        return 0 if held else 1

    def _seconds(self) -> float:
        return time.monotonic() - self.began


def _in_hand(connection: object, pid: int) -> int:
    found: int = driver(connection).execute(_IN_HAND, (pid,)).fetchall()[0][0]  # type: ignore[arg-type]
    return found


def tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
