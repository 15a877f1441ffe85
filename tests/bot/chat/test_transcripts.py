"""Conversations as they read: what is said (>), what is answered (<), buttons [in brackets], both to be pressed.

`! 2611.00000 is 41`: that paper stands in the chat, in message 41; `> 41: why` answers it.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import dropwhile, pairwise, takewhile
from pathlib import Path

import pytest

from bot.chat.words import WORDS
from tests.bot.chat.conversation import OPEN, Conversation, Converse

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_conversation_reads_as_it_is_written(path: Path, converse: Converse) -> None:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    talk = converse(OPEN)
    assert "\n".join(replayed(talk, lines)) == "\n".join(lines)


PLACES = ("group -1001 as 9, administrator", "group -1001/42 as 9, administrator", "channel -1002 as -1002, the chat")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ["words", "bad", "first", "papers"])
def test_every_word_reads_the_same_wherever_it_is_said(name: str, place: str, converse: Converse) -> None:
    """Those who may say it say it there."""
    talk = converse(OPEN)
    there = [f"@ {place}", *begun(name)]
    assert "\n".join(replayed(talk, there)) == "\n".join(there)


def begun(name: str) -> list[str]:
    """A conversation until it goes on elsewhere."""
    path = next(path for path in TRANSCRIPTS if path.stem == name)
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return list(takewhile(lambda line: not line.startswith("@"), dropwhile(lambda line: line.startswith("@"), lines)))


def test_every_word_is_said_well_and_where_it_can_be_badly() -> None:
    said = [path.read_text().splitlines() for path in TRANSCRIPTS]
    pairs = [(line, after) for lines in said for line, after in pairwise(lines) if line.startswith("> ")]
    heard = {(found[1].lower(), after.startswith("<aside")) for line, after in pairs if (found := FIRST.match(line))}
    assert {word for word, _ in heard} >= set(WORDS)
    assert {word for word, bad in heard if bad} >= set(WORDS) - {
        "start",
        "help",
        "latest",
        "saved",
        "top",
        "watch",
        "cite",
    }


FIRST = re.compile(r"> (?:\d+: )?\[?(\w+)")


def test_every_example_in_an_answer_can_be_sent_as_it_is(converse: Converse) -> None:
    said = "\n".join(path.read_text() for path in TRANSCRIPTS)
    found = {one.rstrip(" .") for line in said.splitlines() if line.startswith("<") for one in examples(line)}
    assert len(found) > 30
    talk = converse(OPEN)
    bad = {one: talk.say(one.removeprefix("/")) for one in sorted(found)}
    assert {one: told for one, told in bad.items() if UNREAD.search(told[0])} == {}


UNREAD = re.compile(r"I do not know|What about|Which one|When\?|is no |\^")


def examples(line: str) -> list[str]:
    """From a word with its sign to where the sentence goes on."""
    ends = r" or /|, | - |\. | shows| ends| tells| begins| first\.| and the code|$"
    return re.findall(rf"(?<!\S)(/[a-z].*?)(?={ends})", line)


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
        elif line.startswith("! "):
            key, _, ref = line.removeprefix("! ").partition(" is ")
            talk.post(key, ref, where["address"], where.get("thread", ""))
            yield line
        elif line.startswith("? "):
            before = len(talk.shown)
            talk.learns(line.removeprefix("? "))
            yield line
            yield from shown(talk, before)
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
    about, text = re.fullmatch(r"(?:(\d+): )?(.*)", text, re.DOTALL).groups("")  # type: ignore[union-attr]
    pressed = re.fullmatch(r"\[(.+)\]", text)
    its = {**where, "about": about} if about else where
    if about and pressed:
        talk.say(pressed[1].lower(), **its, pressed=True)
    else:
        talk.press(pressed[1], **its) if pressed else talk.say(text, **its)
    yield from shown(talk, before)


def shown(talk: Conversation, before: int) -> Iterator[str]:
    for act in talk.shown[before:]:
        mark = "<edits" if act["edits"] else "<aside" if act["aside"] else "<"
        for number, line in enumerate(act["text"].splitlines()):
            yield f"{mark if not number else '<'} {line}".rstrip()
        for row in act["buttons"]:
            yield "< " + " ".join(f"[{one['text']}]" for one in row)
