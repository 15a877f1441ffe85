"""`make demo-cluster`, hurried."""

import re
import time

import pytest

from tests import demo_cluster, postgres
from tests.bot.engine.hurried import PROGRAM
from tests.demo_cluster import Play
from tests.faults.cluster import Cluster
from tests.faults.stage import stage


def test_one_of_three_is_killed_and_it_holds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some ten seconds: three processes start, and a dead one is found out."""
    for name, value in {"PAPERS": 6, "ALL": 30, "AFTER": 6}.items():
        monkeypatch.setattr(demo_cluster, name, value)
    with postgres.database(empty=True) as server, stage(database=str(server)) as here:
        here.program = ("-c", PROGRAM)
        ended = Play(here, server, Cluster(here, here.start), time.monotonic()).to_its_end()
    said = capsys.readouterr().out
    assert ended == 0, said
    assert re.search(r"worker 1 IS KILLED \(SIGKILL\) with [1-9]", said), said
    assert said.splitlines()[-1].startswith("It holds after"), said
    assert re.search(r"3[01] of 30 messages: run ", said), said  # one may come twice
