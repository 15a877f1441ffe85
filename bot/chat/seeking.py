"""What the archive has for a command: asked before it is answered, beside those who write."""

import asyncio
from datetime import datetime

from bot.chat.asked import NOTHING, Sought
from bot.chat.commands import Change, Command, Preview, Subscribe
from bot.rules.backtest import backtest
from bot.store.archive.look import look
from bot.store.database import Database

DAYS = 30
"""Of the past that a preview looks at."""


async def sought(command: Command, database: Database, now: datetime) -> Sought:
    """What it needs; nothing for most."""
    if isinstance(command, Subscribe | Preview | Change):
        return await asyncio.to_thread(_backtest, command, database, now)
    return NOTHING


def _backtest(command: Subscribe | Preview | Change, database: Database, now: datetime) -> Sought:
    with look(database) as archive:
        return Sought(backtest(archive, command.query, now, DAYS))
