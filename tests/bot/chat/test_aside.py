"""What concerns the asker alone is said to them alone, where a group's server has a way; aloud where it has none."""

from typing import Any

from bot.chat.said import Said, written
from bot.store import inbox
from tests.bot.chat.conversation import OPEN, Conversation, Converse
from tests.bot.chat.fronts import fronted, heard
from tests.fakes.telegram import FakeTelegram

GROUP = "-1001000000005"
REFUSED = "Only an administrator of this chat changes what comes here."


async def say(talk: Conversation, front: Any, text: str, key: str) -> None:
    said = Said("telegram", GROUP, "", "group", "telegram:7", text, message="5")
    await talk.store.run(inbox.append, "telegram", key, written(said), talk.clock.now())
    await heard(talk, front)


async def test_in_a_group_that_the_bot_administers(telegram: FakeTelegram, converse: Converse) -> None:
    """What all may read is said to all."""
    telegram.whispers, telegram.kinds[GROUP] = True, "supergroup"
    telegram.rights[GROUP] = {"status": "administrator"}
    talk = converse(OPEN)
    async with fronted(telegram, talk) as front:
        await say(talk, front, "subscribe diffusion", "1")
        await say(talk, front, "list", "2")
    assert telegram.whispered == [(GROUP, "7", REFUSED)]
    assert telegram.plain(GROUP) == ["Nothing is subscribed to here. Send /subscribe diffusion"]


async def test_where_the_bot_is_a_mere_member_it_is_said_aloud_and_not_tried_again(
    telegram: FakeTelegram, converse: Converse
) -> None:
    telegram.whispers, telegram.kinds[GROUP] = True, "supergroup"
    telegram.rights[GROUP] = {"status": "member"}
    talk = converse(OPEN)
    async with fronted(telegram, talk) as front:
        for key in ("1", "2"):
            await say(talk, front, "subscribe diffusion", key)
    assert (telegram.whispered, telegram.plain(GROUP)) == ([], [REFUSED, REFUSED])
    assert len([one for one in telegram.requests if one.method == "sendMessage"]) == 3


async def test_an_older_server_says_it_to_all_once(telegram: FakeTelegram, converse: Converse) -> None:
    telegram.kinds[GROUP] = "supergroup"
    telegram.rights[GROUP] = {"status": "administrator"}
    talk = converse(OPEN)
    async with fronted(telegram, talk) as front:
        for key in ("1", "2"):
            await say(talk, front, "subscribe diffusion", key)
    asked = [one.params for one in telegram.requests if one.method == "sendMessage"]
    assert [("ephemeral_message_parameters" in one) for one in asked] == [True, False]
    assert telegram.plain(GROUP) == [REFUSED, REFUSED]
