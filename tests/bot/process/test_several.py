"""Work on several processors comes in its order, is not read far ahead, and ends with whom it is for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.process import several

GOES_ON = """
import time
from bot.process.several import in_order
from tests.bot.process.test_several import slow
if __name__ == "__main__":
    for pid in in_order(slow, range(100)):
        print(pid, flush=True)
"""


def doubled(number: int) -> tuple[int, int]:
    return 2 * number, os.getpid()


def slow(number: int) -> int:
    time.sleep(0.01 if number < 4 else 60)
    return os.getpid()


def refused(number: int) -> int:
    raise ValueError(f"{number} is none")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "processors", lambda: 2)


def test_many_pieces_come_in_their_order_from_elsewhere() -> None:
    read: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(30):
            read.append(number)
            yield number

    found = []
    for one in several.in_order(doubled, pieces()):
        found.append(one)
        assert len(read) - len(found) <= 2 * 2 + 1
    assert [number for number, _ in found] == list(range(0, 60, 2))
    assert os.getpid() not in {pid for _, pid in found}


def test_few_are_worked_on_here() -> None:
    assert list(several.in_order(doubled, range(3))) == [(0, os.getpid()), (2, os.getpid()), (4, os.getpid())]


def test_where_no_other_process_can_be_asked_all_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: object, **__: object) -> None:
        raise FileNotFoundError("/dev/shm")

    monkeypatch.setattr(several, "ProcessPoolExecutor", lacking)
    assert list(several.in_order(doubled, range(9))) == [(2 * number, os.getpid()) for number in range(9)]


def test_what_a_piece_raises_comes_to_who_asked() -> None:
    with pytest.raises(ValueError, match="0 is none"):
        list(several.in_order(refused, range(9)))


def test_they_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "goes_on.py").write_text(GOES_ON)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, tmp_path / "goes_on.py"], stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.wait()
        until = time.monotonic() + 10
        while _lives(worker):
            assert time.monotonic() < until, "it goes on for nobody"
            time.sleep(0.02)


def _lives(pid: int) -> bool:
    """A process that ended and waits to be asked after lives no more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
