"""What the README and docs/ tell people to type: it loads as configuration, it can be called, it runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import dropwhile, takewhile
from pathlib import Path

import pytest

from bot.cli import cli
from bot.config.load import load
from tests.deploy.commands import misspelt
from tests.world import ENVIRONMENT, INBOX, ROOT, World

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
NOT_OURS = {"alias", "cat", "cd", "chmod", "chown", "cp", "curl", "docker", "echo", "eval", "export", "git", "install"}
NOT_OURS |= {"journalctl", "mkdir", "mv", "openssl", "pg_dump", "pipx", "python3", "source", "sqlite3", "systemctl"}
NOT_OURS |= {"rm", "apt-get", "tar", "useradd", "uv", "wsl", "python", "pip", "psql", "pg_restore", "createdb"}
"""Programs of others that a page may tell people to call."""
RUN = {
    "--version",
    "check",
    "demo",
    "explain",
    "export",
    "once",
    "retry",
    "search",
    "skip",
    "status",
    "subscriptions",
    "try",
}
"""Commands that come to an end in a folder, with no network."""
CONFIG = """
[[sources]]
name = "inbox"
kind = "files"
path = "inbox/*"
[[alerts]]
name = "all"
query = "*"
to = ["console:"]
"""


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


@cache
def lines(page: Path) -> list[str]:
    """What is typed, command by command."""
    whole = "\n".join(blocks(page, "sh")).replace("\\\n", " ")
    found = [one.strip() for line in whole.splitlines() for one in re.split(r"&&|\|", line)]
    return [one for one in found if one and not one.startswith("#")]


def program(line: str) -> list[str]:
    """Its words from the program on: without sudo and variables."""
    words = shlex.split(line, comments=True)
    if words[:1] == ["sudo"]:
        words = words[3:] if words[1] == "-u" else words[1:]
    return list(dropwhile(lambda word: re.match(r"[A-Z_]+=", word), words))


def called(page: Path) -> Iterator[list[str]]:
    """Words of each call of the program, wherever it is installed and whoever calls it."""
    for line in lines(page):
        words = program(line)
        ours = [number for number, word in enumerate(words) if Path(word).name == "paperround"]
        passed_on = words[:1] == ["wsl"] or (words[:1] == ["docker"] and {"run", "exec"} & set(words))
        if ours and (ours[0] == 0 or passed_on):
            begin = ours[-1] if passed_on else 0
            yield list(takewhile(lambda word: word != ">", words[begin + 1 :]))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_a_page_has_as_configuration_is_one(page: Path, tmp_path: Path) -> None:
    for number, text in enumerate(blocks(page, "toml")):
        path = tmp_path / f"{number}.toml"
        path.write_text(text)
        load(path)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_a_page_tells_to_type_can_be_typed(page: Path) -> None:
    assert [(words, told) for words in called(page) if (told := misspelt(words))] == []
    goals = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in lines(page):
        words = program(line) or ["export"]
        first = words[0]
        if first == "make":
            assert {word for word in words[1:] if "=" not in word} <= goals, line
        else:
            assert Path(first).name == "paperround" or Path(first).name in NOT_OURS, line


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    commands = set(re.findall(r"`paperround ([a-z]+)", text))
    assert commands <= cli.commands.keys() | {"new"}, commands - cli.commands.keys()
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    files = re.findall(r"(?<![\w/])((?:deploy|docs)/[\w./-]*\w)", text)
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_a_call_that_cannot_be_is_found() -> None:
    assert "No such command" in misspelt(["onec"])
    assert "No such option" in misspelt(["once", "--dry"])
    assert "Missing argument" in misspelt(["backfill"])


def test_titles_of_docs_are_questions() -> None:
    titles = [page.read_text().splitlines()[0] for page in PAGES if page.parent.name == "docs"]
    assert [title for title in titles if not re.fullmatch(r"# .+\?", title)] == []


def test_what_comes_to_an_end_is_run(here: World) -> None:
    (here.folder / "config.toml").write_text(CONFIG)
    here.drop("digest.json", (ROOT / "bot" / "demo" / "digest.json").read_bytes())
    assert here.run("once").returncode == 0
    for words in dict.fromkeys(tuple(words) for page in PAGES for words in called(page)):
        if words and words[0] in RUN and not {"import", "--send"} & set(words):
            done = here.run(*words)
            assert (done.returncode in {0, 1}, "Traceback" in done.stderr) == (True, False), (words, done.stderr)
    shutil.rmtree(here.folder / "paperround-demo", ignore_errors=True)


def typed(here: World, commands: str) -> None:
    """What a page tells to type, typed in the folder."""
    (here.folder / "bin").mkdir(exist_ok=True)
    program = here.folder / "bin" / "paperround"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    program.chmod(0o755)
    environment = {
        **os.environ,
        **ENVIRONMENT,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{program.parent}:{os.environ['PATH']}",
    }
    subprocess.run(["sh", "-euc", commands], cwd=here.folder, env=environment, check=True, timeout=60)


def test_a_backup_put_back_as_told_goes_on_and_sends_nothing_twice(here: World) -> None:
    made, _key, aside, back, _before = blocks(ROOT / "docs" / "backup.md", "sh")
    here.configure(INBOX, '[[alerts]]\nname = "all"\nquery = "*"\nto = ["telegram:@papers"]')
    (here.folder / "paperround.env").touch(mode=0o600)
    here.drop("digest.json", (ROOT / "bot" / "demo" / "digest.json").read_bytes())
    here.round()
    sent = len(here.telegram.messages)
    typed(here, made)
    typed(here, aside)
    for lost in ("var", "public"):
        shutil.rmtree(here.folder / lost)
    typed(here, re.sub(r"\d{4}-\d\d-\d\d", str(date.today()), back))  # noqa: DTZ011  (as `date` says)
    here.round()
    assert (sent, len(here.telegram.messages)) == (1, 1)


def test_git_leaves_alone_what_holds_secrets_and_people() -> None:
    ignored = set((ROOT / ".gitignore").read_text().splitlines())
    assert {"/config.toml", "/paperround.env", "/paperround.key", "/backups/", "/var/", "/*.db"} <= ignored
