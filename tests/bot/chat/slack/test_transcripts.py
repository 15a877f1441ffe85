"""The transcripts read the same in Slack, but for what stands before a word: by its real front, as its blocks show."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.desk import Desk
from bot.chat.front import Act, Ear
from bot.chat.reply import Reply
from bot.chat.said import Said, written
from bot.chat.slack.api import Api
from bot.chat.slack.front import SlackFront
from bot.store import inbox
from tests.bot.chat.conversation import Conversation
from tests.bot.chat.slack.listening import SOCKETS, configured
from tests.bot.chat.test_transcripts import TRANSCRIPTS, replayed
from tests.fakes.channel import FakeChannel
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_blocks import show

ALIKE = [path for path in TRANSCRIPTS if path.stem in {"first", "words", "bad", "group"}]
"""Not those with the names of Telegram's chats."""


class Shown(SlackFront):
    """Who administers a chat is told; an act is what its blocks show."""

    administrators: frozenset[str] = frozenset()

    async def lacks(self, said: Said) -> str:
        return ""

    async def administers(self, said: Said) -> bool:
        return said.person in self.administrators

    def packed(self, reply: Reply, said: Said) -> Act:
        act = super().packed(reply, said)
        shown = show(act["blocks"]).text if act else ""
        rows = re.findall(r"^(?:\[[^\]\n]+\] ?)+$", shown, re.MULTILINE) if reply.buttons else []
        assert len(rows) == len(reply.buttons)
        text = shown.removesuffix("\n" + "\n".join(rows)) if rows else shown
        buttons = [[{"text": one.label, "says": one.says} for one in row] for row in reply.buttons]
        return {"text": text, "buttons": buttons, "edits": reply.edits and said.pressed, "aside": reply.aside}


class SlackConversation(Conversation):
    """The same, in Slack."""

    def __init__(self, folder: Path, slack: FakeSlack) -> None:
        super().__init__(folder)
        config = configured(folder, slack, SOCKETS)
        ear = Ear(config, self.store, self.clock, {"slack": FakeChannel(self.clock)}, lambda: None)
        self.shown_by = Shown(ear, Api(config))
        self.desk = Desk(config, self.store, self.clock, {"slack": self.shown_by}, lambda: None, asyncio.Event())

    def say(self, text: str, person: str = "telegram:7", address: str = "7", **more: Any) -> list[str]:
        place = more.pop("place", "private")
        its = {**more, "place": "private" if place == "private" else "group", "thread": ""}
        self.shown_by.administrators = frozenset(map(in_slack_too, self.front.administrators))
        said = Said("slack", address.replace("-", "C0000000"), person=in_slack_too(person), text=text, **its)
        self.store.call(inbox.append, "slack", str(next(self._updates)), written(said), self.clock.now())
        return self.work()


@pytest.mark.parametrize("path", ALIKE, ids=lambda path: path.stem)
def test_a_conversation_reads_in_slack_as_it_is_written(path: Path, tmp_path: Path, slack: FakeSlack) -> None:
    lines = list(without_topics(line for line in path.read_text().splitlines() if not line.startswith("#")))
    talk = SlackConversation(tmp_path, slack)
    read = [line.rstrip() for line in replayed(talk, lines)]
    assert without_blanks(read) == without_blanks(in_slack(line) for line in lines)
    talk.close()


def in_slack_too(person: str) -> str:
    return person.replace("telegram:", "slack:U")


def without_topics(lines: Iterable[str]) -> Iterator[str]:
    """Slack has none."""
    inside = False
    for line in lines:
        inside = "/" in line if line.startswith("@ ") else inside
        if not inside:
            yield line


def without_blanks(lines: Iterable[str]) -> list[str]:
    """What stands by itself in Slack needs no blank line."""
    return [line for line in lines if line not in {"", "<"}]


def in_slack(line: str) -> str:
    """With what stands before a word there; nothing stands before those that answer a paper."""
    if line.startswith("<") and "nswer" in line:
        line = re.sub(r"/(why|save|watch|cite)", r"\1", line)
    return re.sub(r"(?<![^\s(])/(?=[a-z])", "/papers ", line) if line.startswith("<") else line
