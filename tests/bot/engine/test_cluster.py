"""`run` and two workers on one database, one of them killed: what tests.faults does at length, with shorter waits."""

import random
from functools import partial
from typing import Any

from tests import postgres
from tests.bot.engine.hurried import PROGRAM
from tests.faults.cluster import TO, Cluster, murdered
from tests.faults.stage import Stage, stage
from tests.nursery import born
from tests.world import ENVIRONMENT


def start(here: Stage, command: str) -> Any:
    process = born(("-c", PROGRAM, command), here.folder, ENVIRONMENT)
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
