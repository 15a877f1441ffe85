from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database, Server
from tests import postgres
from tests.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, any_database: Database) -> Iterator[Desk]:
    made = Desk(tmp_path, database=any_database)
    yield made
    made.store.close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A database of PostgreSQL with our tables, and nothing in them."""
    with postgres.database() as made:
        yield made
