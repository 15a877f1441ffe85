"""Telegram's own front, in this process, over the loopback Bot API."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.channels.telegram.channel import TelegramChannel
from bot.chat.desk import Desk
from bot.chat.front import Ear
from bot.chat.telegram.api import Api
from bot.chat.telegram.front import TelegramFront
from bot.store import answers
from tests.bot.chat.conversation import Conversation
from tests.fakes.telegram import TOKEN, FakeTelegram


@asynccontextmanager
async def fronted(telegram: FakeTelegram, talk: Conversation) -> AsyncIterator[TelegramFront]:
    """It answers, and does not listen."""
    channel = TelegramChannel(
        token=SecretStr(TOKEN), api_url=telegram.url, timeout=3, per_second=30, chat_per_minute=20, look_up_chat=""
    )
    channel.listens = True
    section = talk.config.settings.section("telegram")
    talk.config.settings.__dict__["telegram"] = section.model_copy(update={"api_url": telegram.url})
    talk.config.secrets["telegram.token"] = SecretStr(TOKEN)  # type: ignore[index]
    ear = Ear(talk.config, talk.store, talk.clock, {"telegram": channel}, lambda: None)
    front = TelegramFront(ear, Api.of(talk.config))
    try:
        yield front
    finally:
        await front.aclose()
        await channel.aclose()


@asynccontextmanager
async def listening(telegram: FakeTelegram, talk: Conversation) -> AsyncIterator[TelegramFront]:
    """It listens, too."""
    async with fronted(telegram, talk) as front:
        task = asyncio.create_task(front.listen())
        try:
            yield front
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def heard(talk: Conversation, front: TelegramFront) -> None:
    """All that was said is dealt with, and what is answered is said."""
    desk = Desk(talk.config, talk.store, talk.clock, {"telegram": front}, lambda: None, asyncio.Event())
    while await desk.one():
        pass
    while some := await talk.store.run(answers.next_ones, 100):
        for one in some:
            await front.say(one.address, one.thread, json.loads(one.body))
            await talk.store.run(answers.said, one.id)
