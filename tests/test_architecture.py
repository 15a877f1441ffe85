"""The house stands as docs/design.md says: feeds is pure, bot has the effects, nothing hides."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PURE = {"bibtexparser", "rispy", "feedgen", "lxml", "lark", "re2", "feedparser", "nh3", "jinja2", "markupsafe", "feeds"}
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


@cache
def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", modules("feeds"), ids=lambda path: str(path.relative_to(ROOT)))
def test_feeds_is_pure(path: Path) -> None:
    assert impure(path.read_text()) == []


@pytest.mark.parametrize("line", ["import httpx", "from bot import store", "import socket", "import time", "import os"])
def test_a_planted_effect_is_found(line: str) -> None:
    assert impure(f'"""A module."""\n{line}\n')


FLOORS = (
    {"rules"},
    {"terminal"},
    {"process"},
    {"fetch", "store"},
    {"sources", "channels"},
    {"config"},
    {"delivery", "publishing"},
    {"watch"},
    {"calling", "intake", "web", "engine", "chat", "letters"},
    {"pipeline", "app", "scheduler"},
    {"commands", "demo"},
    {"cli"},
    {"__main__"},
)
"""Rooms of bot/ from the ground up: a module imports from its own room and from lower floors."""
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
OF_RULES = {"apscheduler", "idna", "pydantic", "zoneinfo"}
"""What rules/ may use beside plain Python: triggers and shapes are values too."""


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def own_modules() -> set[str]:
    return {module_of(path) for path in modules("bot")}


@cache
def own_imports(path: Path) -> list[str]:
    """The modules of bot that a module imports, anywhere in it."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "bot":
            inner = [(f"{node.module}.{name.name}", node.module) for name in node.names]
            found += [one if one in own_modules() else outer for one, outer in inner]
    return found


def room_of(module: str) -> str:
    return module.split(".")[1]


def arrows_up(paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        here = module_of(path)
        for there in own_imports(path) if here != "bot" else ():
            same = room_of(here) == room_of(there)
            if not same and FLOOR_OF[room_of(there)] >= FLOOR_OF[room_of(here)]:
                found.append(f"{here} -> {there}")
    return found


def test_no_arrow_points_up() -> None:
    assert arrows_up(modules("bot")) == []


def test_no_import_goes_in_a_circle() -> None:
    arrows = {module_of(path): set(own_imports(path)) - {module_of(path)} for path in modules("bot")}
    while free := [module for module, there in arrows.items() if not there & arrows.keys()]:
        for module in free:
            del arrows[module]
    assert sorted(arrows) == []


def test_few_files_stand_in_no_room() -> None:
    assert len(list((ROOT / "bot").glob("*.py"))) <= 8


@pytest.mark.parametrize("path", modules("bot/rules"), ids=lambda path: path.stem)
def test_rules_are_pure(path: Path) -> None:
    effects = EFFECTS | {"logging", "sqlalchemy", "httpx", "alembic"}
    names = list(imports(path.read_text()))
    assert [name for name in names if name in effects or name.split(".")[0] in effects] == []
    libraries = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"bot", "feeds"}
    assert libraries <= OF_RULES


def test_the_store_knows_no_platform_and_no_source() -> None:
    kinds = {
        path.parent.name for room in ("channels", "sources") for path in (ROOT / "bot" / room).glob("*/__init__.py")
    }
    # An arXiv id is a paper's own (feeds.paper), "feed" a word of ours, and files are what pages are written into.
    names = re.compile("|".join(sorted(kinds - {"arxiv", "feed", "files"})), re.IGNORECASE)
    store = [path for path in modules("bot/store") if "migrations" not in path.parts]
    assert [path.name for path in store if names.search(path.read_text())] == []
    rooms = {room_of(there) for path in store for there in own_imports(path)}
    assert rooms <= {"rules", "store"}


def test_raw_sqlite_stands_in_the_store_alone() -> None:
    outside = [path for path in modules("bot") if "store" not in path.parts]
    assert [path for path in outside if re.search(r"sqlite3|\bdriver\(|exec_driver_sql", path.read_text())] == []


def test_every_dotted_name_in_words_leads_somewhere() -> None:
    lost = []
    for path in [*modules("feeds"), *modules("bot"), *sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]:
        for name in re.findall(r"\b(?:bot|feeds)(?:\.[a-z_]+)+", path.read_text()):
            parts = name.split(".")
            places = [ROOT.joinpath(*parts[:end]) for end in (len(parts), len(parts) - 1)]
            if not any(place.is_dir() or place.with_suffix(".py").is_file() for place in places):
                lost.append(f"{path.name}: {name}")
    assert lost == []


def test_the_table_of_rooms_is_true() -> None:
    """Every room has its row in docs/design.md, and every path that the page names is there."""
    text = (ROOT / "docs" / "design.md").read_text()
    named = set(re.findall(r"`((?:bot|feeds)/[a-z_/]*(?:\.py)?)`", text))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    rooms = [path for top in ("bot", "feeds") for path in (ROOT / top).iterdir() if (path / "__init__.py").is_file()]
    rows = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    assert [room.name for room in rooms if f"`{room.parent.name}/{room.name}/`" not in rows] == []


@pytest.mark.parametrize("folder", ["feeds", "bot", "tests"])
def test_no_module_has_a_name_that_says_nothing(folder: str) -> None:
    empty = {"utils.py", "util.py", "helpers.py", "helper.py", "manager.py", "common.py", "misc.py"}
    assert not [path for path in modules(folder) if path.name in empty]


@pytest.mark.parametrize("folder", ["feeds", "bot"])
def test_no_clock_is_read_but_where_it_is_made(folder: str) -> None:
    """Time is passed in; bot/process/clock.py makes it, bot/fetch reads dates of answers by it."""
    made = {ROOT / "bot" / "process" / "clock.py", ROOT / "bot" / "fetch" / "__init__.py"}
    reads = [path for path in modules(folder) if path not in made and ".now(UTC)" in path.read_text()]
    assert reads == []


def test_what_is_imported_is_what_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[<>=\[]", one)[0].lower() for one in project["dependencies"]}
    names = {"telegram": "python-telegram-bot", "slack_sdk": "slack-sdk", "re2": "google-re2"}
    names |= {"prometheus_client": "prometheus-client", "imap_tools": "imap-tools", "python_socks": "python-socks"}
    names |= {"aiohttp_socks": "aiohttp-socks", "css_inline": "css-inline", "dns": "dnspython"}
    extras = {re.split(r"[<>=\[]", one)[0] for extra in project["optional-dependencies"].values() for one in extra}
    names |= {"PIL": "pillow"}
    used = {name.split(".")[0] for path in [*modules("feeds"), *modules("bot")] for name in imports(path.read_text())}
    libraries = used - set(sys.stdlib_module_names) - {"feeds", "bot"}
    wanted = {names.get(name, name) for name in libraries} - extras
    assert wanted | {"tzdata"} == asked  # zoneinfo reads one where a system has none


def test_every_module_says_what_it_is() -> None:
    silent = [
        path for path in [*modules("feeds"), *modules("bot")] if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_files_and_functions_stay_small() -> None:
    long_files = [path for path in [*modules("feeds"), *modules("bot")] if len(path.read_text().splitlines()) > 300]
    assert long_files == []
    long_functions = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in [*modules("feeds"), *modules("bot")]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno - len((ast.get_docstring(node) or "").splitlines()) > 40
    ]
    assert long_functions == []


def test_a_round_is_read_at_a_glance() -> None:
    body = ast.parse((ROOT / "bot" / "pipeline.py").read_text()).body
    (it,) = [one for one in body if isinstance(one, ast.AsyncFunctionDef) and one.name == "round"]
    assert (it.end_lineno or 0) - it.body[0].lineno <= 15  # its docstring has a line


THAW = {
    "Report", "Setbacks", "LaneRun", "Tally", "_Bucket", "_Session", "Sheet", "Outcome", "Sum", "Result", "Options",
    "_Result", "Told", "_Group", "_Job", "Context", "_Element", "SendError",
}  # fmt: skip
"""Values that change: they count, or gather."""
OPEN = {"Caller", "Offers", "_Rule", "Context", "_Element", "SendError"}
"""Values that keep what they worked out, or get what others give them."""


def test_values_are_frozen_and_have_their_slots_but_those_that_are_named_here() -> None:
    found = [
        (node.name, ast.unparse(one))
        for folder in ("bot", "feeds")
        for path in modules(folder)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        for one in node.decorator_list
        if ast.unparse(one).startswith("dataclass")
    ]
    assert {name for name, made in found if "frozen=True" not in made} == THAW
    assert {name for name, made in found if "slots=True" not in made} == OPEN
