"""Every command's screen on terminals of 40, 80 and 160 columns, with and without colour: fitted, whole, harmless."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.fakes.source import item
from tests.terminal import Seen, piped, seen
from tests.world import SITE, alert, feed, world

TODAY = datetime.now(UTC).date()
LONG = "incomprehensibly-long-word-that-no-column-holds-but-a-terminal"
TITLES = (
    "A diffusion model of which the title is so long that it needs more than one line on most of the terminals",
    "拡散モデルによる高品質な画像生成のための新しい枠組みの提案と大規模な評価実験の結果について diffusion",
    "👩‍🔬 Diffusion ❤️ with e\u0301 combining marks 👨‍👩‍👧‍👦 and other letters of more than one cell",
    f"Diffusion of {LONG} words",
    "Evil \x1b]0;pwned\x07 diffusion \x9b31m \u202egnirts",
)
SENTENCE = "We show what diffusion does to a sentence that is told below its title."
SOURCE = '[[sources]]\nname = "daily"\nkind = "huggingface"\nurl = "{source}"\nlookback = "1d"\n'
EVIL = "\x1b]0;pwned\x07\u202e.json"
TO = "telegram:-1001234567890/42"


@dataclass
class Lab:
    folder: Path
    once: Seen
    """How its first round looked."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A laboratory whose first round has been, with a chat that refuses and a file that nobody can read."""
    with world(tmp_path_factory.mktemp("lab")) as here:
        papers = [item(f"2611.0000{n}", title, SENTENCE, TODAY, votes=1000 * n) for n, title in enumerate(TITLES)]
        here.source.days[TODAY.isoformat()] = papers
        here.telegram.refuse("-1001234567890", "Forbidden: bot was kicked \x1b[2Jfrom the channel chat")
        here.drop(EVIL, b"no digest at all")
        there = alert("diffusion and all that", "diffusion", "slack:#papers", TO, "console:")
        inbox = '[[sources]]\nname = "inbox"\nkind = "files"\npath = "inbox/*"\n'
        here.configure('timezone = "Asia/Tokyo"\n', SOURCE, inbox, feed("all", "diffusion"), there, site=SITE)
        yield Lab(here.folder, seen(here.folder, 80, "once", "--wait", "0s"))


SCREENS = {
    "search": ("search", "diffusion"),
    "try": ("try", "diffusion OR model"),
    "status": ("status",),
    "check": ("check",),
    "explain": ("explain", "2611.00000"),
    "dry run": ("once", "--dry-run"),
    "a bad query": ("search", "diffusion OR (agents AND memory) titel:x"),
    "no such paper": ("explain", "2611.99999"),
}


@pytest.mark.threat(24)
@pytest.mark.parametrize(("width", "colour"), [(40, True), (80, True), (80, False), (160, True), (160, False)])
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_fitted_whole_and_harmless(lab: Lab, name: str, width: int, colour: bool) -> None:
    page = seen(lab.folder, width, *SCREENS[name], **({} if colour else {"NO_COLOR": "1"}))
    assert too_long(page, width) == []
    assert not set("".join(page.lines)) & set("\x1b\x07\x9b\u202e")
    assert "Traceback" not in page.raw
    assert colour is ("\x1b" in page.raw)


@pytest.mark.parametrize("width", [1, 10, 20])
@pytest.mark.parametrize("name", SCREENS)
def test_no_terminal_is_too_narrow(lab: Lab, name: str, width: int) -> None:
    narrow, wide = (seen(lab.folder, columns, *SCREENS[name]) for columns in (width, 80))
    assert narrow.code == wide.code
    assert "Traceback" not in narrow.raw


def too_long(page: Seen, width: int) -> list[str]:
    """Lines wider than the terminal, but for a word that is."""
    return [
        line for line in page.lines if cell_len(line) > width and cell_len(max(line.split(), key=cell_len)) < width - 4
    ]


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("command", ["search", "try"])
def test_no_word_and_no_column_of_a_paper_is_lost(lab: Lab, command: str, width: int) -> None:
    page = seen(lab.folder, width, command, "diffusion")
    for number, title in enumerate(TITLES[:4]):
        assert f"2611.0000{number}" in page.words
        assert f"{1000 * number:,}" in page.words
        assert [word for word in title.split() if word.isascii() and word not in page.words] == []
        assert f";https://arxiv.org/abs/2611.0000{number}\x1b" in page.raw
    assert "".join(TITLES[1].split()) in "".join(page.words)
    assert page.words.count(str(TODAY)) >= len(TITLES)


@pytest.mark.parametrize("width", [40, 80, 160])
def test_no_column_of_status_is_lost_and_times_are_those_of_the_file(lab: Lab, width: int) -> None:
    page = seen(lab.folder, width, "status")
    for word in ("daily", "huggingface", "ok", "inbox", "slack:#papers", TO, "refused", "console:"):
        assert word in page.words, word
    assert page.words.count("5") == 3, "sent, sent and waiting"
    assert "Asia/Tokyo" in page.words
    japan = datetime.now(UTC) + timedelta(hours=9)
    assert {f"{japan - timedelta(minutes=n):%H:%M}" for n in range(3)} & set(page.words)
    assert page.code == 1
    values = ["refused", "0 sent", "5 waiting", "0 parked", "last sent never"]  # where there is no room for headings
    for told in values if width == 40 else ["Destination State Sent Waiting Parked Last sent"]:
        assert told in " ".join(page.words)


def test_once_tells_what_it_reads_and_sends_as_it_goes(lab: Lab) -> None:
    page = lab.once
    text = " ".join(page.words)
    for told in (
        "reading daily, inbox",
        f"read daily: {TODAY}: 5 papers, 5 new",
        "done daily: 5 new papers, 0 updated",
        "sent slack:#papers: Diffusion of",
        "source daily: 5 new papers, 0 updated",
        "5 papers sent to slack:#papers",
        "Forbidden",
    ):
        assert told in text, told
    assert too_long(page, 80) == []
    assert re.search(
        r"^\d\d:\d\d:\d\d  reading", page.raw.replace("\x1b[2m", "").replace("\x1b[0m", "").replace("\x1b[36m", "")
    )
    assert not re.search(r"[\x07\x9b\u202e]|\x1b(?!\[[0-9;]*m|\]8;|\\)", page.raw)


def test_a_pipe_gets_what_it_got_before(lab: Lab) -> None:
    search, status = piped(lab.folder, "search", "title:combining"), piped(lab.folder, "status")
    title = TITLES[2].replace("e\u0301", "é")
    assert search == f"{TODAY}  2611.00002  {title}  [combining]\n1 paper\n"
    assert re.search(r"^  slack:#papers: open; 5 sent, 0 waiting, 0 parked$", status, re.MULTILINE)
    assert re.search(r"^  daily \(huggingface\): ok; last success .* JST, last new paper .* JST$", status, re.MULTILINE)
    assert not set(search + status) & set("\x1b\x07\x9b\u202e")


@pytest.mark.threat(24)
def test_json_says_what_is_there_and_drives_no_terminal(lab: Lab) -> None:
    raw = seen(lab.folder, 80, "status", "--json").raw
    assert raw == piped(lab.folder, "status", "--json")
    assert not set(raw) & set("\x1b\x07\x9b\u202e")
    assert EVIL in json.loads(raw)["sources"][1]["unread"][0]


def test_an_empty_archive_is_told_on_a_terminal_too(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    for command in ("search", "try"):
        assert "the archive is empty" in " ".join(seen(tmp_path, 80, command, "diffusion").words)
    assert "no source is configured" in " ".join(seen(tmp_path, 80, "status").words)


@pytest.mark.parametrize("width", [40, 80])
def test_the_progress_of_a_backfill_loses_nothing(lab: Lab, width: int) -> None:
    span = ("--since", f"2026-0{width // 40}-21", "--until", f"2026-0{width // 40}-28")
    page = seen(lab.folder, width, "backfill", "daily", *span, COLUMNS=str(width))  # rich asks this process's own
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", page.raw.replace("\r", "\n"))
    for told in ("8/8 days, 0 papers", "0 failed", "left: 0:00:00", "daily: 8 days read"):
        assert told in " ".join(last.split()), told
    assert [line for line in last.splitlines() if cell_len(line) > width] == []
