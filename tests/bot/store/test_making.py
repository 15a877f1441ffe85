"""A new database is made by whoever comes first, beside whoever else starts."""

import fcntl
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from threading import Barrier

import pytest

from bot.store.database import Database
from bot.store.engine import Store
from bot.store.outbox import served
from tests import postgres


@pytest.mark.parametrize("only_looks", [True, False])
def test_it_is_made_beside_one_that_has_the_writers_lock_already(tmp_path: Path, only_looks: bool) -> None:
    with (tmp_path / "x.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        store = Store(tmp_path / "x.db", only_looks=only_looks)
    assert store.call(served.last) is None
    store.close()


def test_who_makes_it_keeps_nobody_from_the_writers_lock(tmp_path: Path) -> None:
    Store(tmp_path / "x.db").close()
    assert not (tmp_path / "x.db.lock").exists()


@pytest.mark.parametrize("on_a_server", [False, True])
def test_of_many_at_the_same_moment_one_makes_it_and_all_have_it(tmp_path: Path, on_a_server: bool) -> None:
    with postgres.database(empty=True) if on_a_server else nullcontext(tmp_path / "x.db") as database:
        open_together(database)


def open_together(database: Database) -> None:
    many = 6
    together = Barrier(many)

    def opened(number: int) -> None:
        together.wait()
        store = Store(database, only_looks=number % 2 == 0)
        assert store.call(served.last) is None
        store.close()

    with ThreadPoolExecutor(many) as threads:
        list(threads.map(opened, range(many)))
