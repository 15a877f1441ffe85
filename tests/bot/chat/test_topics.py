"""A topic a subscription, in private chats whose bot has topics, where the file wants it."""

from typing import Any

from bot.chat.said import Said, written
from bot.store import inbox
from bot.store.subscriptions import imported
from tests.bot.chat.conversation import OPEN, Conversation, Converse
from tests.bot.chat.fronts import fronted, heard
from tests.fakes.telegram import FakeTelegram

TOPICS = OPEN + "topics = true\nper_chat = 3\n"


async def say(talk: Conversation, front: Any, telegram: FakeTelegram, text: str, thread: str = "") -> str:
    """What is answered last."""
    key = str(next(talk._updates))
    said = Said("telegram", "7", thread, "private", "telegram:7", text)
    await talk.store.run(inbox.append, "telegram", key, written(said), talk.clock.now())
    await heard(talk, front)
    assert telegram.messages[-1].thread == thread
    return telegram.messages[-1].text


def standing(talk: Conversation) -> list[tuple[str, str]]:
    return [(one.destination, one.query) for one in talk.store.call(lambda at: list(imported.every(at)))]


async def test_each_subscription_has_its_own_and_the_chat_sees_to_all(
    telegram: FakeTelegram, converse: Converse
) -> None:
    telegram.topics["7"] = set()
    talk = converse(TOPICS)
    async with fronted(telegram, talk) as front:
        assert (await say(talk, front, telegram, "subscribe diffusion")).startswith("Subscribed, as 1: diffusion")
        assert (await say(talk, front, telegram, "subscribe graphs")).startswith("Subscribed, as 2: graphs")
        assert (await say(talk, front, telegram, "subscribe graphs")).startswith("You have it already, as 2: graphs")
        assert standing(talk) == [("telegram:7/100", "diffusion"), ("telegram:7/101", "graphs")]
        assert list(telegram.named.values()) == ["diffusion", "graphs"]
        assert await say(talk, front, telegram, "list") == "1. diffusion (each at once)\n2. graphs (each at once)"
        assert await say(talk, front, telegram, "list", "101") == "1. graphs (each at once)"
        assert (await say(talk, front, telegram, "when 2 daily 09:00")).startswith("graphs: daily 09:00")
        newest = await say(talk, front, telegram, "latest")
        assert "A graph of graphs" in newest
        assert "Diffusion number 0" in newest
        assert await say(talk, front, telegram, "unsubscribe 1") == "Ended: diffusion"
        await say(talk, front, telegram, "subscribe one")
        await say(talk, front, telegram, "subscribe two")
        assert (await say(talk, front, telegram, "subscribe three")).startswith("There are 3 subscriptions here")
        assert list(telegram.named.values()) == ["diffusion", "graphs", "one", "two"]


async def test_where_the_bot_has_none_papers_come_to_the_chat(telegram: FakeTelegram, converse: Converse) -> None:
    talk = converse(TOPICS)
    async with fronted(telegram, talk) as front:
        await say(talk, front, telegram, "subscribe diffusion")
        await say(talk, front, telegram, "subscribe graphs")
    assert standing(talk) == [("telegram:7", "diffusion"), ("telegram:7", "graphs")]
    assert [one.method for one in telegram.requests].count("createForumTopic") == 1


async def test_unless_the_file_wants_it_nothing_is_made(telegram: FakeTelegram, converse: Converse) -> None:
    telegram.topics["7"] = set()
    talk = converse(OPEN)
    async with fronted(telegram, talk) as front:
        await say(talk, front, telegram, "subscribe diffusion")
    assert (standing(talk), telegram.named) == ([("telegram:7", "diffusion")], {})
