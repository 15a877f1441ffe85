"""What README, docs and deploy/ tell people to type."""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.world import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
_TOLD = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""All but what was told of versions that are past."""
_PROGRAMS = r"cd|docker|git|grep|make|mkdir|paperround|pip|pipx|python|sudo|systemctl|systemd-analyze|uv|wsl"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: its language, and the text between the fences."""

    kind: str
    text: str

    @property
    def lines(self) -> list[str]:
        """Of a shell's: what is typed, line by line; a line that ends in a backslash goes on."""
        return [one for one in self.text.replace("\\\n", "").splitlines() if one.strip() and not one.startswith("#")]


def blocks(page: Path, kind: str = "") -> list[Block]:
    """In their order; all, or those of one language."""
    fences = [*re.finditer(r"^```([a-z]*)\n", page.read_text(), re.MULTILINE)]
    found = [Block(begin[1], begin.string[begin.end() : end.start()]) for begin, end in pairwise(fences)][::2]
    return [one for one in found if not kind or one.kind == kind]


def prose(page: Path) -> str:
    """What stands outside of blocks."""
    return re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def in_passing() -> list[str]:
    """Commands that stand in a sentence or a table, each once, with words in capitals for what is people's own."""
    said = [one for page in _TOLD for one in re.findall(r"`([^`\n]+)`", prose(page))]
    return list(dict.fromkeys(one for one in said if re.match(rf"(?:{_PROGRAMS}) \S", one)))


def in_comments() -> list[str]:
    """Commands that stand in comments of deploy/."""
    texts = [path.read_text() for path in sorted((ROOT / "deploy").iterdir())]
    found = [one for text in texts for one in re.findall(rf"^# +((?:{_PROGRAMS}) (?:-|\w+ -).*)$", text, re.MULTILINE)]
    return [re.sub(r" +\(docs/.*", "", one) for one in found]


def everything() -> list[str]:
    """Every line that is typed anywhere."""
    typed = [line for page in _TOLD for one in blocks(page, "sh") for line in one.lines]
    return [*typed, *in_passing(), *in_comments()]
