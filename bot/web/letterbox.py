"""Where the server puts what people wish: it may not do it itself, so it is stored for the one process that does."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.process.clock import Clock
from bot.rules.tokens import Tokens
from bot.rules.wishes import Wish
from bot.store import inbox
from bot.store.engine import Store
from bot.web.live import Crowded

MOST = 1_000
"""Wishes that may wait to be granted; beyond, who wishes is sent away."""
PATIENCE, _LOOK = 2.0, 0.05
"""Seconds for which an answer waits for what was wished to be done, and between two looks."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """One server's; `told` hears of each wish."""

    store: Store
    """Writes."""
    looks: Store
    """Only looks, and keeps nobody waiting."""
    tokens: Tokens
    clock: Clock
    told: Callable[[], object]

    async def put(self, wish: Wish) -> str:
        """Store a wish before it is answered; its name. Raises Crowded, StoreError."""
        if await self.looks.run(inbox.wishes) >= MOST:
            raise Crowded
        name = secrets.token_hex(16)
        await self.store.run(inbox.append, inbox.SITE, name, wish.written(), self.clock.now())
        self.told()
        return name

    async def done(self, wish: Wish) -> bool:
        """The same, and wait a moment for it; whether it was done by then."""
        name, until = await self.put(wish), self.clock.steady() + PATIENCE
        while await self.looks.run(inbox.is_open, inbox.SITE, name):
            if self.clock.steady() > until:
                return False
            await asyncio.sleep(_LOOK)
        return True
