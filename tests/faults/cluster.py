"""Several processes on one PostgreSQL: one of them is killed again and again, or sleeps a minute and wakes."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests import postgres
from tests.faults.losses import Line, leaks
from tests.faults.stage import CHAT, DIFFUSION, GROUP, PAPERS, PERSON, Stage, Verdict, stage, until

PRIVATE = "G0000000003"
OTHERS = ("778", "779", "-501", "-502")
LANES = (CHAT, PERSON, GROUP, *OTHERS, PAPERS, DIFFUSION, PRIVATE)
TO = (
    "telegram:@papers",
    *(f"telegram:{chat}" for chat in (PERSON, GROUP, *OTHERS)),
    *(f"slack:{channel}" for channel in (PAPERS, DIFFUSION, PRIVATE)),
)
STANDS = 60
"""Seconds for which a lane may stand still."""


@dataclass
class Cluster:
    """`run` and two workers; one that is killed is started anew."""

    here: Stage
    start: Callable[[str], Any]
    processes: list[tuple[str, Any]] = field(default_factory=list)

    def begin(self) -> None:
        self.processes = [(command, self.start(command)) for command in ("run", "work", "work")]

    def kill(self, number: int) -> None:
        command, process = self.processes[number]
        process.kill()
        process.wait(20)
        self.processes[number] = command, self.start(command)

    def stop(self) -> list[int]:
        """By SIGTERM; their exit codes."""
        for _, process in self.processes:
            process.send_signal(signal.SIGTERM)
        return [process.wait(30) for _, process in self.processes]


def murdered(cluster: Cluster, kills: int, papers: int, pause: Callable[[], float], chance: random.Random) -> Verdict:
    """Papers keep coming while one after another is killed; all of it arrives."""
    here = cluster.here
    cluster.begin()
    here.day(papers)
    until(lambda: len(here.messages) > 5, 60)
    for _ in range(kills):
        cluster.kill(chance.randrange(len(cluster.processes)))
        here.day(papers)
        time.sleep(pause())
    until(lambda: here.complete(*LANES), 150)
    assert cluster.stop() == [0, 0, 0]
    return here.judged(*LANES)


def kills(*, quick: bool) -> Iterator[Line]:
    count, chance = 3 if quick else 10, random.Random(11)
    with postgres.database(empty=True) as server, stage(database=str(server)) as here:
        here.configure(*TO, per_second=1.5, settle="2s")
        cluster = Cluster(here, here.start)
        verdict = murdered(cluster, count, 50 // (count + 1) + 1, lambda: chance.uniform(1.0, 7.0), chance)
        stood = longest_gap(here)
        held = not (verdict.lost or verdict.disordered or verdict.slack()) and verdict.telegram() <= count
        figures = f"{len(here.messages)} messages, a lane stood for {stood:.0f} s at most; {verdict}"
        yield f"11 run and 2 workers, one of them killed, {count} times", held and stood <= STANDS, figures
        yield from leaks(here)


def sleep(*, quick: bool) -> Iterator[Line]:
    """SIGSTOP while it sends, and on after a minute: it was taken for dead, and must not go on as if nothing were."""
    seconds = 25 if quick else 60
    with postgres.database(empty=True) as server, stage(database=str(server)) as here:
        here.configure(*TO, per_second=1.5, settle="2s", timeout="20s")
        for lane in LANES:
            here.telegram.delays[lane] = here.slack.delays[lane] = 0.4  # something is in hand at every moment
        cluster = Cluster(here, here.start)
        cluster.begin()
        here.day(50)
        until(lambda: len(here.messages) > 50, 60)
        _, process = cluster.processes[1]
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)
        until(lambda: here.complete(*LANES), 150)
        codes, verdict, stood = cluster.stop(), here.judged(*LANES), longest_gap(here)
        held = not (verdict.lost or verdict.disordered or verdict.slack() or any(codes)) and verdict.telegram() <= 1
        figures = f"a lane stood for {stood:.0f} s at most; exits {codes}; {verdict}"
        yield f"11 a worker that was stopped for {seconds} s and wakes", held and stood <= STANDS, figures
        yield from leaks(here)


def longest_gap(here: Stage) -> float:
    """Seconds between two messages of a lane that has all of it."""
    times = [[one.time for one in here.messages if one.chat == lane] for lane in LANES]
    return max((later - earlier for some in times for earlier, later in pairwise(some)), default=0.0)
