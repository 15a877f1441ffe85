"""Fixtures for every test."""

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from bot.store.database import Database
from tests import postgres, template
from tests.world import DATA, World, world

template.remember()

# The processes that tests start would compile all of the program each time.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Who is started by nohup ignores it, and so would the processes that tests hang up on.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# httpcore tries to import it four times a request, and each time Python looks through all folders.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # how Python is told that there is none

KINDS = ["sqlite", "postgres"]

MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes free there from which it takes the folders of tests."""


def pytest_configure() -> None:
    """Folders of tests lie in memory: a commit that waits for a disk is most of what a test of the store waits for."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None  # it asks again
    gc.disable()  # until all is collected


def pytest_collection_finish() -> None:
    """What was collected stays to the end, and most of what tests make is no garbage: to look for it costs a tenth."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()


# How long an example takes is no property of the code: the machine may be busy. Hangs end by pytest's own time-out.
# Each run draws other examples.
settings.register_profile("here", deadline=None, max_examples=50)
# Whether a mutant is seen is asked, not how small an example shows it: to shrink one takes minutes.
settings.register_profile(
    "mutants", settings.get_profile("here"), derandomize=True, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--databases",
        choices=["asked", "both", *KINDS],
        default="asked",
        help="what tests that have a database run on: what each asks for (both kinds, or else a file of SQLite), "
        "both kinds, or one of them alone, and then no others run",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `database` is tried on each kind, another on a file, unless the run is told otherwise."""
    if "any_database" not in metafunc.fixturenames:
        return
    its_own, wanted = metafunc.definition.get_closest_marker, metafunc.config.option.databases
    if wanted == "asked":
        wanted = "both" if "database" in metafunc.fixturenames and not its_own("once_is_enough") else "sqlite"
    possible = ["sqlite"] if its_own("on_sqlite_alone") else KINDS
    kinds = [kind for kind in possible if wanted in {kind, "both"}]
    metafunc.parametrize("any_database", kinds, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A run on one kind is of the tests that have a database."""
    wanted = config.option.databases
    if wanted in KINDS:
        others = [item for item in items if _kind(item) != wanted]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if _kind(item) == wanted]


def _kind(item: pytest.Item) -> object:
    return item.callspec.params.get("any_database") if hasattr(item, "callspec") else None


_BEGAN = datetime.now(UTC).date()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A run may go over midnight: the day that a module took for today is the one on which its test begins."""
    module = getattr(item, "module", None)
    if getattr(module, "TODAY", None) == _BEGAN:
        module.TODAY = datetime.now(UTC).date()  # type: ignore[union-attr]


@pytest.fixture
def any_database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty one of whichever kind: a file of SQLite, unless the run is told otherwise."""
    if request.param == "sqlite":
        yield tmp_path / "var" / "paperround.db"
    else:
        with postgres.database() as made:
            yield made
        assert not (tmp_path / "var" / "paperround.db").exists(), "it was to be on a server"


@pytest.fixture
def database(any_database: Database) -> Database:
    """An empty one of each kind. A test whose world, desk or room is to be tried on both asks for it."""
    return any_database


@pytest.fixture
def here(tmp_path: Path, any_database: Database) -> Iterator[World]:
    """A world of one's own."""
    with world(tmp_path, any_database) as made:
        yield made


@pytest.fixture(scope="session")
def data() -> Path:
    """The recorded input beside the project."""
    if not DATA.is_dir():
        pytest.skip("the recorded data is not beside the project")
    return DATA
