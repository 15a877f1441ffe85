"""A terminal of so many columns: a real one (pty), in which commands of this very process write."""

import fcntl
import logging
import os
import pty
import re
import struct
import sys
import termios
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TextIO

import pytest

from bot.cli import Options, cli
from tests.world import ENVIRONMENT

_ESCAPES = re.compile(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[0-9;]*m")


@dataclass
class Seen:
    """What stands on the screen."""

    raw: str
    code: int
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = _ESCAPES.sub("", self.raw).splitlines()

    @property
    def words(self) -> list[str]:
        return "\n".join(self.lines).split()


def seen(folder: Path, columns: int, *arguments: str, **environment: str) -> Seen:
    """One command, as it looks to who calls it in that folder."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    got: list[bytes] = []
    reader = threading.Thread(target=_read, args=(master, got), daemon=True)
    reader.start()
    with os.fdopen(slave, "w", encoding="utf-8", buffering=1) as stream:
        code = _ended(folder, stream, arguments, environment)
    reader.join(10)
    os.close(master)
    return Seen(b"".join(got).decode().replace("\r\n", "\n"), code)


def piped(folder: Path, *arguments: str) -> str:
    """The same into a pipe."""
    stream = StringIO()
    _ended(folder, stream, arguments, {})
    return stream.getvalue()


def _ended(folder: Path, stream: TextIO, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    with _in_place(folder, stream, environment):
        try:
            cli(list(arguments), obj=Options(), standalone_mode=False)
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else 1
    return 0


@contextmanager
def _in_place(folder: Path, stream: TextIO, environment: Mapping[str, str]) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NO_COLOR", "COLUMNS", "PAPERROUND_CONFIG"):
            patch.delenv(name, raising=False)
        for name, value in {"TERM": "xterm-256color", **ENVIRONMENT, **environment}.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        patch.setattr(sys, "stdout", stream)
        patch.setattr(sys, "stderr", stream)
        try:
            yield
        finally:
            root.handlers[:], sys.excepthook = handlers, hook
            root.setLevel(level)


def _read(master: int, got: list[bytes]) -> None:
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # its other end is closed
            return
        if not part:
            return
        got.append(part)
