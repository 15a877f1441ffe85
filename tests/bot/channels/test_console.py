import json
import re
from io import StringIO

import pytest

from bot.channels.console.channel import ConsoleChannel
from tests.bot.channels.samples import issue, item


async def printed(one, *, colour=False):
    stream = StringIO()
    channel = ConsoleChannel(stream=stream, colour=colour)
    payload = json.loads(json.dumps(channel.pack(one)))
    await channel.send("", "", payload, "d1")
    return stream.getvalue()


async def test_a_paper_is_printed_with_its_facts_reasons_and_link():
    lines = (await printed(item("diffusion"))).split("\n")
    assert lines[:5] == [
        "Four Steps Are Enough",
        "We study diffusion models for video.",
        "Ada Lovelace, Alan Turing",
        "▲ 38 · 5 Jan 2026 · A Lab",
        "🔎 diffusion",
    ]
    assert lines[-3:] == ["https://arxiv.org/abs/2601.00001", "", ""]


async def test_colour_marks_the_matched_words_and_no_colour_prints_no_escape():
    assert "\x1b[1mdiffusion\x1b[0m" in await printed(item("diffusion"), colour=True)
    assert "\x1b" not in await printed(item("diffusion"))


@pytest.mark.threat(24)
async def test_text_is_never_markup_nor_a_command_to_the_terminal():
    text = await printed(item(title="[bold]x[/bold] :rocket: \x1b[31mred \x07"))
    assert text.startswith("[bold]x[/bold] :rocket: [31mred")
    assert "\x1b" not in text


async def test_a_digest_is_one_list_the_first_in_full_and_the_others_a_line_each():
    stream = StringIO()
    channel = ConsoleChannel(stream=stream)
    (packed,) = channel.pack_issue(issue([item("diffusion", title=f"Paper {n}") for n in range(3)], full=1))
    await channel.send("", "", packed.payload, "d1")
    assert packed.count == 3
    assert stream.getvalue().split("\n") == [
        "3 papers of 5 Jan 2026 for diffusion",
        "Paper 0",
        "Ada Lovelace et al. · ▲ 38 · diffusion",
        "We study diffusion models for video.",
        "https://arxiv.org/abs/2601.00001",
        "Paper 1 · https://arxiv.org/abs/2601.00001",
        "Paper 2 · https://arxiv.org/abs/2601.00001",
        "",
        "",
    ]
    assert channel.pack_issue(issue([])) == []


async def test_on_a_terminal_every_title_of_a_digest_is_a_link_and_nothing_is_too_long(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = StringIO()
    channel = ConsoleChannel(stream=stream, colour=True)
    (packed,) = channel.pack_issue(issue([item("diffusion", title=f"Paper {n}") for n in range(3)], full=1))
    await channel.send("", "", json.loads(json.dumps(packed.payload)), "d1")
    assert stream.getvalue().count(";https://arxiv.org/abs/2601.00001\x1b\\") == 3
    shown = re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[0-9;]*m", "", stream.getvalue())
    assert max(map(len, shown.splitlines())) <= 40
