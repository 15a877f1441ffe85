"""Whom one talks to, and a loopback Bot API for those who do by Telegram's own front."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.bot.chat.conversation import OPEN, Conversation, Converse
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server


@pytest.fixture
def converse(tmp_path: Path, any_database: Database) -> Iterator[Converse]:
    """Begins a conversation, where this of the chat stands in the configuration."""
    begun = []

    def begin(chat: str = OPEN) -> Conversation:
        begun.append(Conversation(tmp_path, chat, any_database))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()
