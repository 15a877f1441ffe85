"""How much memory a process keeps: one that lives for months, and one that ends in a second."""

import gc
from contextlib import suppress

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's mallopt(3)."""


def one_heap() -> None:
    """One heap for all threads, where the C library is glibc's.

    It makes one for every few threads, and what is freed in one is not used by the others: `run` with pages in memory
    grew by 34 MB from the 120th to the 240th day of 15 papers each, with one by a third of that (measured).
    """
    import ctypes  # noqa: PLC0415  (every command imports this module)

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def ends_soon() -> None:
    """Modules and papers are many objects and no garbage: looking for it costs a sixth (measured).

    Importing what a round needs makes 110,000 objects.
    """
    gc.set_threshold(200_000)


def lives_long() -> None:
    """Garbage is looked for more often, and not among what was there at the start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def give_back() -> None:
    """What was needed for a while goes back to the system, where the C library is glibc's.

    It keeps what lies below anything that is still used: 6 of 114 MB after a round that drew pages (measured).
    """
    import ctypes  # noqa: PLC0415  (as above)

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
