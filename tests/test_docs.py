"""What the README and docs/ tell people to type: it loads as configuration, it can be called. tests/typed types it."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import dropwhile, takewhile
from pathlib import Path

import pytest

from bot.cli import cli
from bot.config.load import load
from tests.deploy.commands import misspelt
from tests.typed.pages import NAMES, PAGES, blocks
from tests.world import ROOT

NOT_OURS = {"alias", "cat", "cd", "chmod", "chown", "cp", "curl", "docker", "echo", "eval", "export", "git", "install"}
NOT_OURS |= {"journalctl", "mkdir", "mv", "openssl", "pg_dump", "pipx", "python3", "source", "sqlite3", "systemctl"}
NOT_OURS |= {"rm", "apt-get", "tar", "useradd", "uv", "wsl", "python", "pip", "createdb", "createuser"}
"""Programs of others that a page may tell people to call."""


@cache
def lines(page: Path) -> list[str]:
    """What is typed, command by command."""
    whole = [line for block in blocks(page, "sh") for line in block.lines]
    found = [one.strip() for line in whole for one in re.split(r"&&|\|", line)]
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
    for number, block in enumerate(blocks(page, "toml")):
        path = tmp_path / f"{number}.toml"
        path.write_text(block.text)
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


def test_every_command_stands_in_the_readme() -> None:
    table = re.findall(r"^\| `paperround ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(table) == sorted(cli.commands)


def test_every_page_is_linked_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    assert [name for name in NAMES if name.startswith("docs/") and f"]({name})" not in text] == []


def test_titles_of_docs_are_questions() -> None:
    titles = [page.read_text().splitlines()[0] for page in PAGES if page.parent.name == "docs"]
    assert [title for title in titles if not re.fullmatch(r"# .+\?", title)] == []


def test_git_leaves_alone_what_holds_secrets_and_people() -> None:
    ignored = set((ROOT / ".gitignore").read_text().splitlines())
    assert {"/config.toml", "/paperround.env", "/paperround.key", "/backups/", "/var/", "/*.db"} <= ignored
