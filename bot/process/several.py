"""One piece of work after another, on as many processors as there are: for minutes of work, not for a moment's."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

FEW = 4
"""Pieces that are sooner done here than a process starts."""


def in_order(work: Callable[[T], R], pieces: Iterable[T]) -> Iterator[R]:
    """What `work` makes of each, in their order; few are read ahead of what is taken. `work` is a module's own."""
    rest = iter(pieces)
    first = list(islice(rest, FEW))
    most = processors()
    pool = _pool(most) if len(first) == FEW and most > 1 else None
    if pool is None:
        yield from map(work, chain(first, rest))
        return
    with pool:
        done: deque[Future[R]] = deque()
        for piece in chain(first, rest):
            done.append(pool.submit(work, piece))
            if len(done) > 2 * most:
                yield done.popleft().result()
        while done:
            yield done.popleft().result()


def _pool(most: int) -> ProcessPoolExecutor | None:
    """None where the system lacks what processes speak to each other by, such as /dev/shm."""
    # Spawned: a process that has threads is not to be forked.
    try:
        return ProcessPoolExecutor(most, multiprocessing.get_context("spawn"), initializer=_begin)
    except (ImportError, NotImplementedError, OSError):
        return None


def processors() -> int:
    """Of this machine."""
    return os.cpu_count() or 1


def _begin() -> None:
    """It ends with the process that it works for, whatever ended that; Ctrl-C is that one's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(0)
