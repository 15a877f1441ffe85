"""`run` and two workers on one database, one of them killed: what tests.faults does at length, with shorter waits."""

import random
from functools import partial
from typing import Any

from tests import postgres
from tests.faults.cluster import TO, Cluster, murdered
from tests.faults.stage import Stage, stage
from tests.nursery import born
from tests.world import ENVIRONMENT

QUICK = """
import sys
from bot.delivery import at_work
from bot.engine import queue
from bot.store import workers
workers.BEAT, workers.SURE, workers.DEAD = 0.3, 0.9, 1.5
queue.BEAT, queue.DEAD, queue._EVERY_TEN_SECONDS, queue._SWEEP_POLL = 0.3, 1.5, "* * * * * *", 0.2
at_work.SWEEP = 0.5
from bot.cli import main
sys.argv = ["paperround", {!r}]
main()
"""


def start(here: Stage, command: str) -> Any:
    process = born(("-c", QUICK.format(command)), here.folder, ENVIRONMENT)
    here.running.append(process)
    return process


def test_one_of_three_is_killed_again_and_again() -> None:
    kills, chance = 2, random.Random(23)  # a worker, then `run`
    with postgres.database(empty=True) as server, stage(database=str(server)) as here:
        here.configure(*TO, per_second=8, settle="1s")
        cluster = Cluster(here, partial(start, here))
        verdict = murdered(cluster, kills, 5, lambda: chance.uniform(0.5, 1.0), chance)
        for process in here.running:
            process.communicate()
    assert (verdict.lost, verdict.disordered, verdict.slack()) == (0, 0, 0)
    assert verdict.telegram() <= kills
