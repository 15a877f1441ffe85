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
from bot.rules.destinations import Destination
from bot.store import inbox
from bot.store.database import Database
from tests.bot.chat.conversation import Conversation, _posted
from tests.bot.chat.slack.listening import SOCKETS, TABLES, configure
from tests.bot.chat.test_transcripts import PLACES, TRANSCRIPTS, begun, replayed
from tests.fakes.channel import FakeChannel
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_blocks import show

RUNNER = 'admins = ["slack:U1"]\n'
"""Who runs the bot, as the transcripts have it."""


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

    def __init__(self, folder: Path, slack: FakeSlack, database: Database) -> None:
        super().__init__(folder, database=database)
        config = configure(folder, slack, SOCKETS, TABLES + RUNNER, database)
        ear = Ear(config, self.store, self.clock, {"slack": FakeChannel(self.clock)}, lambda: None)
        self.shown_by = Shown(ear, Api(config))
        self.desk = Desk(config, self.store, self.clock, {"slack": self.shown_by}, lambda: None, asyncio.Event())

    def say(self, text: str, person: str = "telegram:7", address: str = "7", **more: Any) -> list[str]:
        place, there = more.pop("place", "private"), chat_in_slack(address)
        about = {"about": f"{there}:{more['about']}"} if more.get("about") else {}
        its = {**more, **about, "place": "private" if place == "private" else "group", "thread": ""}
        self.shown_by.administrators = frozenset(map(in_slack_too, self.front.administrators))
        said = Said("slack", there, person=in_slack_too(person), text=names_in_slack(text), **its)
        self.store.call(inbox.append, "slack", str(next(self._updates)), written(said), self.clock.now())
        return self.work()

    def post(self, key: str, ref: str, address: str = "7", thread: str = "") -> None:
        there = chat_in_slack(address)
        self.store.call(_posted, key, f"{there}:{ref}", Destination("slack", there), self.clock.now())


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_conversation_reads_in_slack_as_it_is_written(
    path: Path, tmp_path: Path, slack: FakeSlack, any_database: Database
) -> None:
    lines = list(alike(line for line in path.read_text().splitlines() if not line.startswith("#")))
    talk = SlackConversation(tmp_path, slack, any_database)
    read = [line.rstrip() for line in replayed(talk, lines)]
    assert without_blanks(read) == without_blanks(in_slack(line) for line in lines)
    talk.close()


@pytest.mark.parametrize("name", ["words", "bad", "first", "papers"])
def test_every_word_reads_the_same_in_a_channel_of_slack(
    name: str, tmp_path: Path, slack: FakeSlack, any_database: Database
) -> None:
    there = [f"@ {PLACES[0]}", *alike(begun(name))]
    talk = SlackConversation(tmp_path, slack, any_database)
    read = [line.rstrip() for line in replayed(talk, there)]
    assert without_blanks(read) == without_blanks(in_slack(line) for line in there)
    talk.close()


def in_slack_too(person: str) -> str:
    return person.replace("telegram:", "slack:U")


def chat_in_slack(address: str) -> str:
    """Direct messages, or a channel."""
    return f"C{address[1:]:0>10}" if address.startswith("-") else f"D{address:0>10}"


def names_in_slack(text: str) -> str:
    """Of other chats, which those who run the bot name."""
    text = re.sub(r"telegram:(\d+)", lambda found: f"slack:{chat_in_slack(found[1])}", text)
    return re.sub(r"(?<= of )\d+$|(?<=^list )\d$", lambda found: chat_in_slack(found[0]), text)


def alike(lines: Iterable[str]) -> Iterator[str]:
    """Slack has no topics, and channels in which anybody may speak and keep papers."""
    inside = False
    for line in lines:
        inside = line.startswith("@ channel") or "/" in line if line.startswith("@ ") else inside
        if not inside and "slack!" not in line:
            yield line


def without_blanks(lines: Iterable[str]) -> list[str]:
    """What stands by itself in Slack needs no blank line."""
    return [line for line in lines if line not in {"", "<"}]


def in_slack(line: str) -> str:
    """With what stands before a word there, and a chat's name; nothing stands before words that answer a paper."""
    line = names_in_slack(line) if line.startswith("<") else line
    if line.startswith("<") and "nswer" in line:
        line = re.sub(r"/(why|more|save|watch|cite)", r"\1", line)
    return re.sub(r"(?<![^\s(])/(?=[a-z])", "/papers ", line) if line.startswith("<") else line
