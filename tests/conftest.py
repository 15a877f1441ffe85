"""Fixtures for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import template
from tests.world import DATA, World, world

template.remember()

# How long an example takes is no property of the code: the machine may be busy. Hangs end by pytest's own time-out.
settings.register_profile("here", deadline=None)
settings.load_profile("here")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """A world of one's own."""
    with world(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def data() -> Path:
    """The recorded input beside the project."""
    if not DATA.is_dir():
        pytest.skip("the recorded data is not beside the project")
    return DATA
