"""The console channel: prints messages to a stream, for a demo and for people who pipe. Cannot fail to deliver."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any, TextIO

from bot.channels.channel import Issue, Item, Kind, Lost, Name, Packed, Payload, SendError, Sent, Sight
from bot.channels.excerpt import said_of
from bot.channels.head import head_of
from bot.channels.wording import Line, Piece, authors, facts, headline, in_full, titles, why
from bot.rules.words import printable
from bot.terminal import screen


class ConsoleChannel:
    """Prints to `stream`; with `colour` as to a terminal, fitted and with links."""

    can_find = False
    concurrency = 1
    per_second = inf

    def __init__(self, *, stream: TextIO, colour: bool = False) -> None:
        self._stream = stream
        self._colour = colour

    def interval(self, address: str) -> float:
        """No pause."""
        return 0.0

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        """One paper as `lines` of pieces."""
        paper, title, said = item.paper, headline(item.paper), said_of(item.paper, item.hits)
        reason = why(item.hits)
        about = [authors(paper.authors), facts(paper), f"🔎 {reason}" if reason else ""]
        lines = [(title,), said.lead, *((Piece(line),) for line in about if line), *said.abstract]
        return _payload([*filter(None, lines), *_link_of(title)])

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """Many papers as one list: a console has no limit."""
        if not issue.items:
            return []
        lines: list[Line] = [head_of(issue, 1, 1)]
        for entry in in_full(issue):
            lines += [*entry, *_link_of(entry[0][0])]
        for title in titles(issue):
            lines.append((replace(title, bold=False), *((Piece(f" · {title.url}"),) if title.url else ())))
        return [Packed(_payload(lines), len(issue.items))]

    def pack_text(self, text: str) -> Payload:
        """One short message of plain text."""
        return _payload([(Piece(text),)])

    async def resolve(self, name: Name) -> str:
        """The address itself."""
        return name.address

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """Print, with a blank line after. Raises SendError when nobody reads any more."""
        try:
            for line in payload["lines"]:
                self._print(line)
            self._stream.write("\n")
            self._stream.flush()
        except OSError:
            raise SendError(Kind.STOP, "the console cannot be written to") from None
        return Sent("printed")

    def _print(self, line: Sequence[Mapping[str, Any]]) -> None:
        if self._colour:
            words = [screen.Piece(one["text"], "head" if one["bold"] else "", one.get("url", "")) for one in line]
            screen.Screen.of(self._stream, os.environ).say(*words)
        else:
            self._stream.write(printable("".join(one["text"] for one in line)) + "\n")

    async def find(self, lost: Lost) -> str | None:
        """None: what is printed is gone."""
        return None

    async def check(self) -> str:
        """Nothing to check."""
        return "console"

    async def look(self, address: str, thread: str) -> Sight:
        """It is there."""
        return Sight("prints here")

    async def aclose(self) -> None:
        """Nothing to close: the stream is the caller's."""


def _link_of(title: Piece) -> list[Line]:
    return [(Piece(title.url),)] if title.url else []


def _payload(lines: Sequence[Line]) -> Payload:
    return {"lines": [[{"text": piece.text, "bold": piece.bold, "url": piece.url} for piece in line] for line in lines]}
