"""Fixtures for every test."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
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

# httpcore tries to import it four times a request, and each time Python looks through all folders.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # how Python is told that there is none

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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a database is tried on each kind, unless it says otherwise."""
    if "database" in metafunc.fixturenames:
        sqlite_alone = metafunc.definition.get_closest_marker("on_sqlite_alone")
        metafunc.parametrize("database", ["sqlite"] if sqlite_alone else ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of each kind. A test whose world or desk is to be tried on both asks for it."""
    if request.param == "sqlite":
        yield tmp_path / "var" / "paperround.db"
    else:
        with postgres.database() as made:
            yield made


@pytest.fixture
def here(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """A world of one's own; on a file of SQLite, unless its test asks for a database."""
    asked = "database" in request.fixturenames
    with world(tmp_path, request.getfixturevalue("database") if asked else None) as made:
        yield made


@pytest.fixture(scope="session")
def data() -> Path:
    """The recorded input beside the project."""
    if not DATA.is_dir():
        pytest.skip("the recorded data is not beside the project")
    return DATA
