"""Inline mode: what is typed behind our name in any chat is answered with papers, and kept nowhere."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from tests.bot.chat.conversation import NOON, OPEN, Converse
from tests.bot.chat.fronts import listening
from tests.fakes.telegram import FakeTelegram


async def answered(telegram: FakeTelegram, words: str, person: int = 7) -> dict[str, Any]:
    telegram.asked_inline(words, person)
    async with asyncio.timeout(10):
        while words not in telegram.inline:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return telegram.inline[words]


def titles(answer: dict[str, Any]) -> list[str]:
    return [one["title"] for one in answer["results"]]


async def test_the_newest_papers_of_a_query_can_be_posted_from_anywhere(
    telegram: FakeTelegram, converse: Converse
) -> None:
    talk = converse(OPEN)
    for number in range(20, 80):
        talk.paper(f"2611.000{number}", f"Old noise {number}", NOON.date() - timedelta(days=300))
    talk.paper("2411.00001", "Noise of old", NOON.date() - timedelta(days=700))
    async with listening(telegram, talk):
        old = await answered(telegram, '"noise of old"')
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
    assert titles(old) == []
    assert titles(bad) == ["I cannot read that query"]
    assert "(diffusion" in bad["results"][0]["shown"]
    with talk.store._engine.connect() as connection:
        assert connection.execute(text("select count(*) from inbox")).scalar() == 0


async def test_only_members_are_answered(telegram: FakeTelegram, converse: Converse) -> None:
    talk = converse('[chat]\nmembers = ["telegram:7"]\n')
    async with listening(telegram, talk):
        assert len(titles(await answered(telegram, "diffusion"))) == 10
        stranger = await answered(telegram, "graphs", 8)
    assert titles(stranger) == []
    assert stranger["button"]["text"] == "I answer my members only"


async def test_what_is_typed_on_is_answered_and_what_is_too_old_harms_nobody(
    telegram: FakeTelegram, converse: Converse
) -> None:
    talk = converse(OPEN)
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
