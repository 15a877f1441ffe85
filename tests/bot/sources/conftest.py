"""For every source that asks over the network."""

import pytest


@pytest.fixture
def patience() -> float:
    """Seconds for an answer: whoever gives one has them, however busy the machine is."""
    return 45.0
