"""Work among very many papers, during which nobody looks for garbage."""

import gc
from threading import Lock


class _Unswept:
    """While some are inside, nobody looks for garbage: among this many papers it holds all threads up for 90 ms."""

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            gc.disable()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                gc.enable()


unswept = _Unswept()
