"""The messages of an issue, each filled as far as Slack's limits go."""

import json
from dataclasses import dataclass, field
from typing import Any

SECTION, BLOCKS, ALL_BLOCKS = 3000, 50, 13_000
"""Characters of a section, blocks a message, and characters of them all as JSON (Slack's reference; bolt-js#2509)."""

Block = dict[str, Any]


@dataclass(slots=True)
class Sheet:
    """One message of an issue as it fills."""

    blocks: list[Block] = field(default_factory=list)
    papers: int = 0


class Sheets:
    """Messages, each filled as far as Slack's limits go. Its head takes `taken` characters and `above` blocks."""

    def __init__(self, taken: int, above: int) -> None:
        self.all: list[Sheet] = []
        self._room, self._most = ALL_BLOCKS - taken, BLOCKS - above
        self._left = 0
        self._lines = ""

    def add_block(self, block: Block) -> None:
        """A paper that is a block of its own."""
        taken = cost(block)
        if not self.all or taken > self._left or len(self.all[-1].blocks) == self._most:
            self._turn()
        self.all[-1].blocks.append(block)
        self._count(taken)

    def add_line(self, line: str) -> None:
        """A paper that is a line of mrkdwn, of a section of many."""
        longer = f"{self._lines}\n{line}"
        taken = len(json.dumps(longer, ensure_ascii=False)) - len(json.dumps(self._lines, ensure_ascii=False))
        if not self._lines or len(longer) > SECTION or taken > self._left:
            self._lines = line
            self.add_block(_section(line))
            return
        self._lines = longer
        self.all[-1].blocks[-1] = _section(longer)
        self._count(taken)

    def _turn(self) -> None:
        self.all.append(Sheet())
        self._left = self._room

    def _count(self, taken: int) -> None:
        self._left -= taken
        self.all[-1].papers += 1


def cost(block: Block) -> int:
    """Characters of a block as JSON, among others."""
    return len(json.dumps(block, ensure_ascii=False)) + len(", ")


def _section(text: str) -> Block:
    """Slack folds a long one. `verbatim`: it makes no link or mention of its own."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
