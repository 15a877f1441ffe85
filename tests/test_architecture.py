"""The house stands as docs/design.md says: feeds is pure, bot has the effects, nothing hides."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PURE = {"feedgen", "lxml", "lark", "re2", "feedparser", "nh3", "jinja2", "markupsafe", "feeds"}
EFFECTS = {"asyncio", "http", "os", "pathlib", "random", "shutil", "socket", "sqlite3", "ssl", "subprocess", "tempfile"}
EFFECTS |= {"threading", "time", "urllib.request"}


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not _is_a_mere_type(node):
            yield node.module


def _is_a_mere_type(node: ast.ImportFrom) -> bool:
    return node.module == "time" and {name.name for name in node.names} == {"struct_time"}


def impure(source: str) -> list[str]:
    """What a module of feeds/ must not import."""
    found = []
    for name in imports(source):
        top = name.split(".")[0]
        library = top not in PURE and top not in sys.stdlib_module_names
        if library or top in EFFECTS or name in EFFECTS or top == "bot":
            found.append(name)
    return found


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", modules("feeds"), ids=lambda path: str(path.relative_to(ROOT)))
def test_feeds_is_pure(path: Path) -> None:
    assert impure(path.read_text()) == []


@pytest.mark.parametrize("line", ["import httpx", "from bot import store", "import socket", "import time", "import os"])
def test_a_planted_effect_is_found(line: str) -> None:
    assert impure(f'"""A module."""\n{line}\n')


@pytest.mark.parametrize("folder", ["feeds", "bot", "tests"])
def test_no_module_has_a_name_that_says_nothing(folder: str) -> None:
    empty = {"utils.py", "util.py", "helpers.py", "helper.py", "manager.py", "common.py", "misc.py"}
    assert not [path for path in modules(folder) if path.name in empty]


@pytest.mark.parametrize("folder", ["feeds", "bot"])
def test_no_clock_is_read_but_where_it_is_made(folder: str) -> None:
    """Time is passed in; bot/clock.py makes it, bot/fetch reads dates of answers by it."""
    made = {ROOT / "bot" / "clock.py", ROOT / "bot" / "fetch" / "__init__.py"}
    reads = [path for path in modules(folder) if path not in made and ".now(UTC)" in path.read_text()]
    assert reads == []


def test_what_is_imported_is_what_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[<>=\[]", one)[0].lower() for one in project["dependencies"]}
    names = {"telegram": "python-telegram-bot", "slack_sdk": "slack-sdk", "re2": "google-re2"}
    names |= {"prometheus_client": "prometheus-client"}
    used = {name.split(".")[0] for path in [*modules("feeds"), *modules("bot")] for name in imports(path.read_text())}
    libraries = used - set(sys.stdlib_module_names) - {"feeds", "bot"}
    assert {names.get(name, name) for name in libraries} | {
        "tzdata"
    } == asked  # zoneinfo reads it where a system has none


def test_every_module_says_what_it_is() -> None:
    silent = [
        path for path in [*modules("feeds"), *modules("bot")] if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_files_and_functions_stay_small() -> None:
    long_files = [path for path in [*modules("feeds"), *modules("bot")] if len(path.read_text().splitlines()) > 330]
    assert long_files == []
    long_functions = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in [*modules("feeds"), *modules("bot")]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno - len((ast.get_docstring(node) or "").splitlines()) > 50
    ]
    assert long_functions == []
