"""Those who type are answered last words alone, one look at a time, however many give up."""

import asyncio

import pytest

from bot.chat import glancing
from bot.chat.glancing import Glances


async def test_one_look_is_done_at_a_time_though_those_who_asked_type_on() -> None:
    glances, done, free = Glances(), list[str](), asyncio.Event()
    inside = most = 0

    async def look() -> str:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await free.wait()
        inside -= 1
        return "found"

    async def answer(words: str) -> None:
        done.append(words + await glances.look(look))

    for words in ("a", "ab", "abc"):
        glances.ask("me", lambda words=words: answer(words), 0)
        glances.ask("you", lambda words=words: answer(words), 0)
        await asyncio.sleep(0.01)
    free.set()
    async with asyncio.timeout(60):
        while len(done) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (sorted(done), most) == (["abcfound", "abcfound"], 1)


async def test_who_waited_for_too_long_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glancing, "LATE", 0.01)
    glances, free = Glances(), asyncio.Event()
    first = asyncio.create_task(glances.look(free.wait))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await glances.look(free.wait)
    free.set()
    assert await first
    assert await glances.look(free.wait)
