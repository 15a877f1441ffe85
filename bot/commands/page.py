"""What `check` writes: a line for each thing that it looked at."""

from collections.abc import Sequence
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.commands.status import lane_line
from bot.rules.words import headed, in_a_line
from bot.store.outbox.standing import Lane

_UNNAMED = {"folder", "platform", "file", "test"}
"""Kinds that a plain line does not name: what it says of them is plain enough."""


class Page:
    """What is written, line by line, and the worst of it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.worst = 0

    def listed(self, kind: str, name: str, words: str) -> None:
        """Something that the file names."""
        self.good(kind, name, words)

    def good(self, kind: str, name: str, words: str) -> None:
        """Something that is well."""
        self.line(self.named(kind, name) + words)

    def fail(self, kind: str, name: str, words: str, code: int) -> None:
        """Something that is wrong."""
        self.worst = max(self.worst, code)
        self.wrong(kind, name, words)

    def wrong(self, kind: str, name: str, words: str) -> None:
        """The line of a failure."""
        self.line(f"FAILED {self.named(kind, name)}{words}")

    def note(self, words: str, lanes: Sequence[Lane], zone: ZoneInfo) -> None:
        """A remark, and the destinations that it is of."""
        self.line(f"note: {words}{':' if lanes else ''}")
        for lane in lanes:
            self.line(lane_line(lane, zone))

    def line(self, text: str) -> None:
        """Words that are of nothing."""
        self.stream.write(in_a_line(text) + "\n")

    def named(self, kind: str, name: str) -> str:
        """What a line is of."""
        whole = f"{'' if kind in _UNNAMED else kind} {name}".strip()
        return f"{headed(whole)} " if whole else ""
