"""One process at a time collects and sends on a file of SQLite: a lock beside it, freed by the system when it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.store.database import LockedError

_HELD: set[Path] = set()
"""The locks of this process: it may not take one twice."""


@contextmanager
def only_writer(database: Path) -> Iterator[None]:
    """Hold the lock. Raises LockedError at once if another process has it."""
    path = _beside(database)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LockedError(f"{path} cannot be opened: {error.strerror}") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise LockedError(
                f"process {holder} is already collecting and sending on {database}; stop it, or leave this to it"
            ) from None
        with suppress(OSError):  # a full disk: the lock holds all the same, only without a name
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        _HELD.add(path)
        yield
    finally:
        _HELD.discard(path)
        os.close(handle)


def is_held_here(database: Path) -> bool:
    """Whether this very process has the lock."""
    return _beside(database) in _HELD


def _beside(database: Path) -> Path:
    """The lock's place: beside the file itself, whatever links name it, as SQLite's own files are."""
    there = os.path.realpath(database)
    return Path(f"{there}.lock")
