"""How much memory a process keeps that lives for months."""

import ctypes
from contextlib import suppress

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's mallopt(3)."""


def one_heap() -> None:
    """One heap for all threads, where the C library is glibc's.

    It makes one for every few threads, and what is freed in one is not used by the others: `run` with pages in memory
    grew by 34 MB from the 120th to the 240th day of 15 papers each, with one by a third of that (measured).
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
