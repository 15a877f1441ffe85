"""What docs tell to ask beside a shell: addresses of the site, words of a chat, Python, a program's list."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.chat.commands import Misread
from bot.chat.words import parse
from tests.bot.web.site import PAPERS, SITE, served
from tests.deploy.commands import misspelt
from tests.typed.pages import PAGES, blocks, prose
from tests.world import INBOX, ROOT, World, feed

DOCS = ROOT / "docs"
MAIL = '[email]\nsmtp = "smtp://127.0.0.1:9"\nfrom = "papers@localhost"\nsubscribe = true\n'


def addresses() -> list[str]:
    """Those of the site in blocks, one a line with what it is for, and in the sentences of three pages."""
    lines = [line for page in PAGES for block in blocks(page) if not block.kind for line in block.text.splitlines()]
    asked = [re.split(r"  +", line.removeprefix("GET ")) for line in lines if re.match(r"(GET )?/[a-z]", line)]
    said = [found for name in ("citing", "watching") for found in _said(DOCS / f"{name}.md")]
    endings = [
        address[0].replace(".rss", ending)
        for address in asked
        if ".rss" in address[0]
        for ending in re.findall(r"\.[a-z.]+[a-z]", " ".join(address[1:]))
    ]
    return [*(one for address in asked for one in address[0].split(", ")), *endings, *said]


def _said(page: Path) -> list[str]:
    return re.findall(r"`(/(?:search|papers|healthz|metrics|feeds)[^`]*)`", prose(page))


async def test_every_address_answers(here: World) -> None:
    here.drop("digest.json", json.dumps(PAPERS).encode())
    here.configure(INBOX, SITE, MAIL, feed("all", "*"))
    asked = addresses()
    assert {"/search.csl.json?q=diffusion -survey", "/metrics", "/papers/2503.02130.bib"} <= set(asked)
    async with served(here) as web:
        cursor = (await web.get("/new?q=diffusion")).json()["cursor"]
        answers = {one: (await web.get(one.replace("1-...", cursor))).status_code for one in asked}
    assert {one: status for one, status in answers.items() if status != 200} == {}


def words() -> list[str]:
    """What docs/chat.md tells to say; what only Slack opens a window for is no word."""
    said = re.findall(r"`/((?:papers )?[a-z]+(?: [^`]*)?)`", prose(DOCS / "chat.md"))
    words = [re.sub(r" of CHAT$| CHAT$", "", one) for one in said if one not in {"papers", "papers subscribe"}]
    return [one.removeprefix("papers ") for one in words if one.split()[0] not in {"invite", "setinline"}]


@pytest.mark.parametrize("said", sorted(set(words())))
def test_every_word_of_a_chat_is_understood(said: str) -> None:
    assert not isinstance(parse(said, "/"), Misread)


def test_as_a_library_it_works_as_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copyfile(ROOT / "bot" / "demo" / "digest.json", tmp_path / "digest.json")
    monkeypatch.chdir(tmp_path)
    (block,) = (block for page in PAGES for block in blocks(page, "python"))
    world: dict[str, Any] = {}
    exec(block.text, world)
    assert "iffusion" in capsys.readouterr().out
    from_page = re.findall(r"`(from [^`]+)`; `([^`]+)`", prose(DOCS / "citing.md"))
    assert len(from_page) == 1
    exec(from_page[0][0], world)
    assert eval(from_page[0][1], {**world, "papers": world["matches"]["mine"]}).startswith("@")


def test_what_a_program_is_told_of_ours_can_be_called() -> None:
    (block,) = blocks(DOCS / "agents.md", "json")
    server = json.loads(block.text)["mcpServers"]["paperround"]
    assert (server["command"], misspelt(server["args"])) == ("paperround", "")
