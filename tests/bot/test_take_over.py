"""Two `run` on a server's database: one stands by and takes over; the one that was replaced ends."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.store.engine import Store, driver
from tests import postgres
from tests.desk import outside
from tests.fakes.source import items
from tests.world import DAILY, World, alert, until, world

TODAY = datetime.now(UTC).date()
SOMEBODY = "update lease set number = number + 1, holder = 'process 1 on elsewhere', until = until + 1000"

HURRIED = """
import sys
from bot.store import leases
leases.RENEWED = 0.5
from bot.cli import main
sys.argv = ["paperround", "run"]
main()
"""
"""`run`, whose lease is looked at more often."""

STANDS_BY = """
    select count(*) > 0 from pg_stat_activity
    where application_name like 'process {} on%' and query like '%insert into lease%'
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with postgres.database() as server, world(tmp_path, server) as made:
        yield made


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_the_second_serves_its_pages_and_takes_over_and_one_that_was_replaced_ends(here: World) -> None:
    assert here.server is not None
    runs = []
    for _ in range(2):
        port = free_port()
        here.configure(DAILY, alert("all", "*", "slack:#papers"), f'[web]\nlisten = "127.0.0.1:{port}"\n')
        here.source.days[TODAY.isoformat()] = items(3, TODAY)
        runs.append(here.start("-c", HURRIED))
        until(lambda: len(here.slack.messages) == 3)
    until(lambda: answers(port))
    with urlopen(f"http://127.0.0.1:{port}/search?q=paper", timeout=10) as answer:
        assert answer.status == 200
    first, second = runs
    store = Store(here.server)
    until(lambda: outside(store, STANDS_BY.format(second.pid)) == [(True,)])
    first.terminate()
    assert first.wait(20) == 0
    here.source.days[TODAY.isoformat()] = items(5, TODAY)
    until(lambda: len(here.slack.messages) == 5)
    assert outside(store, "select number from lease") == [(2,)]
    store.call(lambda connection: driver(connection).execute(SOMEBODY))
    store.close()
    assert second.wait(20) == 1
    said = second.communicate()[1]
    assert f"process {first.pid} on {socket.gethostname()} collects and publishes" in said
    assert said.splitlines()[-1].endswith(
        "elsewhere collects and publishes on " + here.server.url + " now, and this one ends"
    )
    assert len(here.slack.messages) == 5


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
