"""`mcp`: a program asks the archive, by the protocol's own client over standard input and output."""

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands import mcp as command
from bot.process.release import VERSION
from tests.bot.web.site import PAPERS
from tests.fakes.source import item
from tests.nursery import ROOT
from tests.world import ENVIRONMENT, INBOX, World, alert, feed

if TYPE_CHECKING:  # a second of work, which every process that collects tests would do
    from mcp import Client


@pytest.fixture
def filled(here: World) -> World:
    here.configure(INBOX, feed("streaming", "streaming"), alert("all", "streaming agents", "console:"))
    here.drop("first.json", json.dumps(PAPERS).encode())
    here.round()
    return here


def connected(here: World) -> "Client":
    from mcp import Client, StdioServerParameters, stdio_client  # noqa: PLC0415  (see above)

    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    command = ["-m", "bot", "mcp"]
    server = StdioServerParameters(command=sys.executable, args=command, cwd=here.folder, env=environment)
    return Client(stdio_client(server))


async def ask(client: "Client", tool: str, **arguments: Any) -> dict[str, Any]:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer
    assert answer.structured_content is not None
    return answer.structured_content


async def refused(client: "Client", tool: str, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return str(answer.content[0].text)  # type: ignore[union-attr]  # it is text


async def test_a_program_asks_by_the_protocols_own_client(filled: World) -> None:
    async with connected(filled) as client:
        assert client.server_info.version == VERSION
        tools = (await client.list_tools()).tools
        assert {one.name for one in tools} == {"search", "paper", "similar", "new_since", "why"}
        assert all(one.annotations and one.annotations.read_only_hint for one in tools)
        found = await ask(client, "search", query="streaming", limit=1)
        assert (found["total"], [one["key"] for one in found["papers"]]) == (2, ["2510.00001"])
        voted = await ask(client, "search", query="streaming", sort="votes")
        assert [one["votes"] for one in voted["papers"]] == [90, 12]
        one = await ask(client, "paper", name="https://arxiv.org/abs/2509.26507v2")
        assert (one["title"], one["abstract"]) == ("The Dragon Hatchling", "Streaming neurons that meet locally.")
        like = (await ask(client, "similar", name="2510.00001", limit=1))["papers"]
        assert [(one["key"], one["shares"]) for one in like] == [("2509.26507", ["Streaming"])]
        assert "no paper of the archive is 2510.9" in await refused(client, "search", query="similar:2510.9")
        why = await ask(client, "why", name="2510.00001")
        assert [one["feed"] for one in why["feeds"]] == ["streaming"]
        cursor = (await ask(client, "new_since", query="streaming"))["cursor"]
        filled.drop(
            "second.json", json.dumps([item("2511.00001", "Streaming on", "Text.", date(2025, 11, 1))]).encode()
        )
        assert filled.run("once").returncode == 0
        news = await ask(client, "new_since", query="streaming", cursor=cursor)
        assert [one["key"] for one in news["papers"]] == ["2511.00001"]
        assert (await ask(client, "new_since", query="streaming", cursor=news["cursor"]))["papers"] == []
        assert "^" in await refused(client, "search", query="(")
        assert "no cursor" in await refused(client, "new_since", query="a", cursor="x")
        assert "No paper 'nothing'" in await refused(client, "paper", name="nothing")
        assert "No paper 'nothing'" in await refused(client, "why", name="nothing")


def test_without_the_extra_it_says_how_to_install_it(
    filled: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert command.command(filled.folder / "config.toml", verbose=False) == 2
    assert 'pip install "paperround[mcp]"' in capsys.readouterr().err
