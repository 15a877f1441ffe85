import json
from io import StringIO

import pytest

from bot.channels.console.channel import ConsoleChannel
from tests.bot.channels.samples import item


async def printed(one, *, colour=False):
    stream = StringIO()
    channel = ConsoleChannel(stream=stream, colour=colour)
    payload = json.loads(json.dumps(channel.pack([one])))
    await channel.send("", "", payload, "d1")
    return stream.getvalue()


async def test_a_paper_is_printed_with_its_facts_reasons_and_link():
    lines = (await printed(item("diffusion"))).split("\n")
    assert lines[:4] == [
        "Four Steps Are Enough",
        "Ada Lovelace, Alan Turing",
        "▲ 38 · 5 Jan 2026 · A Lab",
        "🔎 diffusion: diffusion",
    ]
    assert lines[-3:] == ["https://arxiv.org/abs/2601.00001", "", ""]


async def test_colour_marks_the_matched_words_and_no_colour_prints_no_escape():
    assert "\x1b[1mdiffusion\x1b[0m" in await printed(item("diffusion"), colour=True)
    assert "\x1b" not in await printed(item("diffusion"))


@pytest.mark.threat(24)
async def test_text_is_never_markup_nor_a_command_to_the_terminal():
    text = await printed(item(title="[bold]x[/bold] :rocket: \x1b[31mred \x07"))
    assert text.startswith("[bold]x[/bold] :rocket:  [31mred")
    assert "\x1b" not in text


async def test_a_batch_is_one_list_under_its_heading():
    stream = StringIO()
    channel = ConsoleChannel(stream=stream)
    (packed,) = channel.pack_batch("Monday", [item(title=f"Paper {n}") for n in range(3)])
    await channel.send("", "", packed.payload, "d1")
    assert packed.count == 3
    assert [line for line in stream.getvalue().split("\n") if line.startswith(("Monday", "Paper"))] == [
        "Monday",
        "Paper 0",
        "Paper 1",
        "Paper 2",
    ]
    assert channel.pack_batch("Monday", []) == []
