from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """On a file of SQLite, unless its test asks for a database."""
    asked = "database" in request.fixturenames
    made = Desk(request.getfixturevalue("database") if asked else tmp_path / "paperround.db")
    yield made
    made.store.close()
