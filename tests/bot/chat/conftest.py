"""A loopback Bot API for those who talk by Telegram's own front."""

from collections.abc import Iterator

import pytest

from tests.fakes.telegram import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server
