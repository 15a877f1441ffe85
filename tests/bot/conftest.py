from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Server
from tests import postgres
from tests.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """On a file of SQLite, unless its test asks for a database."""
    asked = "database" in request.fixturenames
    made = Desk(tmp_path, database=request.getfixturevalue("database") if asked else None)
    yield made
    made.store.close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A database of PostgreSQL with our tables, and nothing in them."""
    with postgres.database() as made:
        yield made
