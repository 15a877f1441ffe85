"""Whether another connection wrote to the database: asked for each request, so it must cost next to nothing."""

import sqlite3
from pathlib import Path


class Watch:
    """A number that changes with every commit of others (sqlite.org/pragma.html#pragma_data_version): 4 us."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)

    def version(self) -> int:
        """The number; it says nothing but that it differs."""
        return int(self._connection.execute("pragma data_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
