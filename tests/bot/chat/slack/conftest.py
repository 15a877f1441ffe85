"""A loopback Slack of one's own."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.bot.chat.slack.listening import Configured, configure
from tests.fakes.slack import FakeSlack


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        yield server


@pytest.fixture
def configured(tmp_path: Path, slack: FakeSlack, any_database: Database) -> Configured:
    return partial(configure, tmp_path, slack, database=any_database)
