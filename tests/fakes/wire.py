"""A wire to a PostgreSQL on this machine, as a network is: it can be cut, and lose the answer to a commit."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from bot.store.database import Server

COMMIT = b"COMMIT\0"


class Wire:
    """Listens on loopback while the block runs."""

    def __init__(self, server: Server) -> None:
        parts = urlsplit(server.url)
        there = parse_qs(parts.query)
        self._path = f"{there['host'][0]}/.s.PGSQL.{there.get('port', ['5432'])[0]}"
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.server = Server(f"postgresql://postgres@127.0.0.1:{self._listening.getsockname()[1]}{parts.path}")
        """The same database, over the wire."""
        self._whole = threading.Event()
        self._whole.set()
        self._loses = False
        self.lost = 0
        """Commits whose answers were."""
        self._ends: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nobody listens any more."""
        _end(self._listening)
        self.mend()
        self.end_all()

    def cut(self) -> None:
        """Nothing comes through, and nobody is told."""
        self._whole.clear()

    def mend(self) -> None:
        """All comes through again, what was held up too."""
        self._whole.set()

    def end_all(self) -> None:
        """Every connection of now is gone."""
        ends, self._ends = self._ends, []
        for one in ends:
            _end(one)

    def lose_an_answer(self) -> None:
        """The next commit is done, and who asked for it does not hear of it."""
        self._loses = True

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                threading.Thread(target=self._connect, args=(here,), daemon=True).start()

    def _connect(self, here: socket.socket) -> None:
        self._whole.wait()
        there = socket.socket(socket.AF_UNIX)
        try:
            there.connect(self._path)
        except OSError:
            _end(here)
            return
        self._ends += [here, there]
        mute = threading.Event()
        for source, target in ((here, there), (there, here)):
            threading.Thread(target=self._pump, args=(source, target, mute, target is there), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, mute: threading.Event, to_server: bool) -> None:
        with suppress(OSError):
            while content := source.recv(65536):
                self._whole.wait()
                if to_server and self._loses and COMMIT in content:
                    self._loses = False
                    mute.set()
                if mute.is_set() and not to_server:
                    self.lost += 1
                    break
                target.sendall(content)
        _end(source)
        _end(target)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
