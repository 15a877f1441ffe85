import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


@pytest.fixture
def unreachable() -> Iterator[str]:
    """An address that answers no connection: its queue is full, so further ones are not even refused."""
    with ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield f"http://127.0.0.1:{full.getsockname()[1]}"


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address that refuses connections: bound, but not listening."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Logs at DEBUG, but for the two that the bot's own set-up of logging silences: they log every URL."""
    loud = [logging.getLogger(name) for name in ("httpx", "httpcore")]
    for logger in loud:
        logger.setLevel(logging.WARNING)
    with caplog.at_level(logging.DEBUG):
        yield caplog
    for logger in loud:
        logger.setLevel(logging.NOTSET)
