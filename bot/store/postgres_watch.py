"""What tells of a commit in a database of PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from bot.store.postgres_words import Spelling


class ServerWatch:
    """Which transactions a snapshot of now sees: another one with every commit in the server."""

    def __init__(self, connect: Callable[[], Spelling], explained: Callable[[], AbstractContextManager[None]]) -> None:
        self._connect = connect
        self._explained = explained
        self._connection: Spelling | None = None

    def version(self) -> str:
        """What differs after every commit. Raises StoreError."""
        with self._explained():
            if self._connection is not None:
                try:
                    return self._seen(self._connection)
                except psycopg.OperationalError:  # the server was away meanwhile
                    self.close()
            self._connection = self._connect()
            return self._seen(self._connection)

    def close(self) -> None:
        """Let go of the server."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _seen(self, connection: Spelling) -> str:
        return str(connection.execute("select pg_current_snapshot()::text").fetchone()[0])
