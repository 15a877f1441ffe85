"""A paper that a query found, with the words that made it match. Pure."""

from dataclasses import dataclass
from typing import Any

from feeds.match import Matches, Reason
from feeds.paper import Paper


@dataclass(frozen=True, slots=True)
class Found:
    """A paper and the words that made it match."""

    paper: Paper
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "key": self.paper.key,
            "title": self.paper.title,
            "announced": str(self.paper.announced),
            "votes": self.paper.votes,
            "url": self.paper.links.get("abstract", ""),
            "words": list(self.words),
        }

    def line(self) -> str:
        """For people."""
        words = f"  [{', '.join(self.words)}]" if self.words else ""
        return f"{self.paper.announced}  {self.paper.key}  {self.paper.title}{words}"


IS_EMPTY = "the archive is empty"
EMPTY = f"{IS_EMPTY}: run once, or backfill SOURCE --since DATE"
"""Why nothing is found, and what to do."""


def found_by(matches: Matches[str], key: str) -> list[Found]:
    """What a query found, newest first."""
    return [Found(paper, _words(matches, key, paper)) for paper in reversed(matches[key])]


def _words(matches: Matches[str], key: str, paper: Paper) -> tuple[str, ...]:
    """As they stand in the paper, each once, whatever its case."""
    found: dict[str, str] = {}
    for reason in matches.reasons(key, paper):
        word = _text(paper, reason)
        found.setdefault(word.casefold(), word)
    return tuple(found.values())


def _text(paper: Paper, reason: Reason) -> str:
    text = {"title": paper.title, "abstract": paper.abstract}.get(reason.field)
    return " ".join(text[reason.start : reason.end].split()) if text else reason.term
