"""A terminal that somebody looks at: how wide it is, what it can show, and words put on it line by line."""

import os
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Self, TextIO
from zlib import crc32

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from bot.rules.words import ascii_url, printable
from bot.terminal.cells import wrapped

_USUAL = 80
_HANG = 2
_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")
_LOOKS = {
    "head": Style(bold=True),
    "good": Style(color="green"),
    "bad": Style(color="red", bold=True),
    "warn": Style(color="yellow"),
    "aside": Style(dim=True),
    "found": Style(color="cyan"),
}
"""Of the eight colours that every terminal has: its owner chose them to be read."""
_POORER = str.maketrans("█·→▲…", "#->^~")
"""Our own signs where the terminal's encoding has none of them, as wide as before."""


class Piece(NamedTuple):
    """A run of text in one look; with a `url` it is a link."""

    text: str
    look: str = ""
    """A key of `_LOOKS`; empty: as it comes."""
    url: str = ""


Words = Sequence[Piece]


class Screen:
    """A terminal of so many columns. `looks`: whether it takes colours and links."""

    def __init__(self, stream: TextIO, width: int, *, looks: bool) -> None:
        self.width = width
        self._stream = stream
        self._looks = looks

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str]) -> Self:
        """The terminal behind a stream. NO_COLOR (no-color.org) and TERM=dumb: fitted, and no more."""
        plain = environment.get("NO_COLOR") or environment.get("TERM") in {"dumb", "unknown"}
        return cls(stream, _columns(stream, environment), looks=not plain)

    def say(self, *words: str | Piece, indent: int = 0, hang: int = 0) -> None:
        """Words in lines: `indent` cells from the left, the others `hang` more; less where a word is too long."""
        said, room = pieces(words), self.width - indent
        for one in (hang, min(hang, _HANG), 0):
            lines = lines_of(said, room, one)
            if all(size(line) <= room - one for line in lines[1:]):
                break
        for number, line in enumerate(lines):
            self.line([Piece(" " * (indent + (one if number else 0))), *line])

    def line(self, words: Words) -> None:
        """One line, as long as it is. Raises OSError when nobody reads any more."""
        text = "".join(self._painted(piece) for piece in words)
        self._stream.write((text if self._rich else text.translate(_POORER)).rstrip(" ") + "\n")

    def blank(self) -> None:
        """An empty line."""
        self._stream.write("\n")

    def flush(self) -> None:
        """Let it be seen now."""
        self._stream.flush()

    @cached_property
    def _rich(self) -> bool:
        """Whether our signs can be written."""
        try:
            "█·→▲…".encode(self._stream.encoding or "utf-8")
        except UnicodeEncodeError:
            return False
        return True

    def _painted(self, piece: Piece) -> str:
        if not self._looks or not piece.text:
            return piece.text
        text = _LOOKS[piece.look].render(piece.text, color_system=ColorSystem.STANDARD) if piece.look else piece.text
        return _linked(text, piece.url) if piece.url else text


def _linked(text: str, url: str) -> str:
    """A hyperlink (OSC 8). Its id tells a terminal that the lines of a title are one link."""
    target = ascii_url(url)
    if not _ADDRESS.fullmatch(target):
        return text
    return f"\x1b]8;id={crc32(target.encode()):x};{target}\x1b\\{text}\x1b]8;;\x1b\\"


def pieces(words: Sequence[str | Piece]) -> list[Piece]:
    """The same, with nothing in it that drives a terminal."""
    made = [Piece(one) if isinstance(one, str) else one for one in words]
    return [piece._replace(text=printable(piece.text)) for piece in made if piece.text]


def size(words: Words) -> int:
    """Cells on one line."""
    return sum(cell_len(piece.text) for piece in words)


def lines_of(words: Words, room: int, hang: int = 0) -> list[list[Piece]]:
    """The words in lines of at most `room` cells, all but the first `hang` shorter; a line's end in them stays."""
    lines: list[list[Piece]] = []
    for number, paragraph in enumerate(_paragraphs(words)):
        text = _text(paragraph)
        spans = wrapped(text, room - hang, room if number == 0 else room - hang)
        lines += [_part(paragraph, start, end) for start, end in spans] or [[]]
    return lines


def _text(words: Words) -> str:
    return "".join(piece.text for piece in words)


def _paragraphs(words: Words) -> list[list[Piece]]:
    found: list[list[Piece]] = [[]]
    for piece in words:
        first, *others = piece.text.split("\n")
        found[-1].append(piece._replace(text=first))
        found += [[piece._replace(text=other)] for other in others]
    return found


def _part(words: Words, start: int, end: int) -> list[Piece]:
    """What stands from `start` to `end` of the whole text."""
    found, at = [], 0
    for piece in words:
        text = piece.text[max(start - at, 0) : max(end - at, 0)]
        if text:
            found.append(piece._replace(text=text))
        at += len(piece.text)
    return found


def _columns(stream: TextIO, environment: Mapping[str, str]) -> int:
    told = environment.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return _USUAL
