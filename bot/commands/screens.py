"""Whether somebody looks: the terminal behind a stream, and logs on it. Pipes cost no import."""

import logging
import os
import sys
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from bot.terminal.screen import Screen

_LOOKS = {"WARNING": "warn", "ERROR": "bad", "CRITICAL": "bad"}


def screen_of(stream: TextIO) -> "Screen | None":
    """The terminal that a stream writes to, as wide as it is now; None: it is no terminal."""
    if not stream.isatty():
        return None
    from bot.terminal.screen import Screen

    return Screen.of(stream, os.environ)


class Shown(logging.Handler):
    """Logs on a terminal: fitted, and by the clock of a zone, else the machine's. `names`: and whose they are."""

    def __init__(self, zone: tzinfo | None, *, names: bool) -> None:
        super().__init__()
        self._zone = zone
        self._names = names

    def emit(self, record: logging.LogRecord) -> None:
        """One event, on what is stderr by now: a progress bar may have taken its place."""
        try:
            if (screen := screen_of(sys.stderr)) is not None:
                self._tell(record, screen)
        except OSError:  # nobody looks any more
            self.handleError(record)

    def _tell(self, record: logging.LogRecord, screen: "Screen") -> None:
        from bot.terminal.screen import Piece
        from bot.terminal.told import event

        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        name = f"{record.name}: " if self._names else ""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone(self._zone)
        said: list[str | Piece] = [
            Piece(level, _LOOKS.get(record.levelname, "aside")),
            Piece(name, "aside"),
            self.format(record),
        ]
        event(screen, moment, said)
