"""Inline mode: what is typed behind our name in any chat is answered with papers, and kept nowhere."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.channels.telegram.channel import TelegramChannel
from bot.chat.front import Ear
from bot.chat.telegram.api import Api
from bot.chat.telegram.front import TelegramFront
from tests.bot.chat.conversation import NOON, OPEN, Conversation
from tests.fakes.telegram import TOKEN, FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server


@asynccontextmanager
async def listening(telegram: FakeTelegram, talk: Conversation) -> AsyncIterator[None]:
    channel = TelegramChannel(
        token=SecretStr(TOKEN), api_url=telegram.url, timeout=3, per_second=30, chat_per_minute=20, look_up_chat=""
    )
    channel.listens = True
    section = talk.config.settings.section("telegram")
    talk.config.settings.__dict__["telegram"] = section.model_copy(update={"api_url": telegram.url})
    talk.config.secrets["telegram.token"] = SecretStr(TOKEN)  # type: ignore[index]
    front = TelegramFront(
        Ear(talk.config, talk.store, talk.clock, {"telegram": channel}, lambda: None), Api.of(talk.config)
    )
    task = asyncio.create_task(front.listen())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await front.aclose()
        await channel.aclose()


async def answered(telegram: FakeTelegram, words: str, person: int = 7) -> dict[str, Any]:
    telegram.asked_inline(words, person)
    async with asyncio.timeout(10):
        while words not in telegram.inline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return telegram.inline[words]


def titles(answer: dict[str, Any]) -> list[str]:
    return [one["title"] for one in answer["results"]]


async def test_the_newest_papers_of_a_query_can_be_posted_from_anywhere(telegram: FakeTelegram, tmp_path: Path) -> None:
    talk = Conversation(tmp_path, OPEN)
    for number in range(20, 80):
        talk.paper(f"2611.000{number}", f"Old noise {number}", NOON.date() - timedelta(days=400))
    async with listening(telegram, talk):
        found = await answered(telegram, "diffusion")
        many = await answered(telegram, "noise")
        everything = await answered(telegram, "")
        none = await answered(telegram, "nothingofthekind")
        bad = await answered(telegram, "(diffusion")
    assert titles(found) == [f"Diffusion number {number}" for number in range(10)]
    assert found["results"][0]["shown"].startswith("Diffusion number 0")
    assert found["results"][0]["description"]
    links = [one["text"] for row in found["results"][0]["reply_markup"]["inline_keyboard"] for one in row]
    assert links == ["Abstract"]
    assert (found["is_personal"], len(titles(many)), len(titles(everything)), titles(none)) == ("true", 50, 50, [])
    assert titles(bad) == ["I cannot read that query"]
    assert "(diffusion" in bad["results"][0]["shown"]
    with talk.store._engine.connect() as connection:
        assert connection.execute(text("select count(*) from inbox")).scalar() == 0
    talk.close()


async def test_only_members_are_answered(telegram: FakeTelegram, tmp_path: Path) -> None:
    talk = Conversation(tmp_path, '[chat]\nmembers = ["telegram:7"]\n')
    async with listening(telegram, talk):
        assert len(titles(await answered(telegram, "diffusion"))) == 10
        stranger = await answered(telegram, "graphs", 8)
    assert titles(stranger) == []
    assert stranger["button"]["text"] == "I answer my members only"
    talk.close()


async def test_what_is_typed_on_is_answered_and_what_is_too_old_harms_nobody(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    talk = Conversation(tmp_path, OPEN)
    for words in ("d", "di", "dif", "diffusion"):
        telegram.asked_inline(words, 7)
    telegram.asked_inline("graphs", 8)
    telegram._questions.pop(next(iter(telegram._questions)))
    async with listening(telegram, talk):
        assert titles(await answered(telegram, "graph", 9)) == ["A graph of graphs"]
        async with asyncio.timeout(10):
            while not {"diffusion", "graphs"} <= telegram.inline.keys():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert not {"d", "di", "dif"} & telegram.inline.keys()
    talk.close()
