"""Conversations as they read: what is said (>), what is answered (<), buttons [in brackets], both to be pressed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.chat.conversation import OPEN, Conversation

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_conversation_reads_as_it_is_written(path: Path, tmp_path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    talk = Conversation(tmp_path, OPEN)
    assert "\n".join(replayed(talk, lines)) == "\n".join(lines)
    talk.close()


def replayed(talk: Conversation, lines: list[str]) -> Iterator[str]:
    """The lines that people say, each with what is answered to it now."""
    where = {"person": "telegram:7", "address": "7"}
    for line in lines:
        if line.startswith("@ "):
            where = place(talk, line)
            yield line
        elif line.startswith("+ "):
            talk.clock.at += timedelta(hours=float(line.removeprefix("+ ").removesuffix(" h")))
            yield line
        elif line.startswith("> "):
            yield line
            yield from spoken(talk, line.removeprefix("> "), where)
        elif not line.strip():
            yield line


def place(talk: Conversation, line: str) -> dict[str, str]:
    """`@ group -100 as 8, administrator`; `@ private 7 as 7`."""
    found = re.fullmatch(r"@ (private|group|channel) (\S+?)(?:/(\d+))? as (-?\d+)(, administrator|, the chat)?", line)
    assert found, line
    kind, address, thread, person, role = found.groups()
    if role == ", administrator":
        talk.front.administrators.add(f"telegram:{person}")
    more = {"administers": True} if role == ", the chat" else {}
    return {"place": kind, "address": address, "thread": thread or "", "person": f"telegram:{person}", **more}


def spoken(talk: Conversation, text: str, where: dict[str, str]) -> Iterator[str]:
    before = len(talk.shown)
    pressed = re.fullmatch(r"\[(.+)\]", text)
    talk.press(pressed[1], **where) if pressed else talk.say(text, **where)
    for act in talk.shown[before:]:
        mark = "<edits" if act["edits"] else "<aside" if act["aside"] else "<"
        for number, line in enumerate(act["text"].splitlines()):
            yield f"{mark if not number else '<'} {line}".rstrip()
        for row in act["buttons"]:
            yield "< " + " ".join(f"[{one['text']}]" for one in row)
