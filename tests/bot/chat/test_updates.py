"""What an update of the Bot API says to us: in groups, channels, topics, by buttons; and what is not for us."""

from typing import Any

import pytest

from bot.chat.said import Moved, Said, read, written
from bot.chat.telegram.updates import read as heard

GROUP = {"id": -1001, "type": "supergroup"}
PRIVATE = {"id": 7, "type": "private"}
CHANNEL = {"id": -1002, "type": "channel"}
PERSON = {"id": 7, "is_bot": False, "first_name": "A"}


def message(text: str, chat: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 5, "chat": chat, "from": PERSON, "text": text, **more}}


@pytest.mark.parametrize(
    ("text", "chat", "words"),
    [
        ("/list", PRIVATE, "list"),
        ("diffusion", PRIVATE, "diffusion"),
        ("/Subscribe@Paper_Round_Bot two words", GROUP, "Subscribe two words"),
        ("/subscribe diffusion", GROUP, "subscribe diffusion"),
        ("/subscribe\ndiffusion", GROUP, "subscribe\ndiffusion"),
        ("/list@another_bot", GROUP, None),
        ("/weather", GROUP, None),
        ("/weather@paper_round_bot", GROUP, "weather"),
        ("what about diffusion?", GROUP, None),
        ("/", GROUP, None),
        ("", PRIVATE, None),
    ],
)
def test_what_is_for_us(text: str, chat: dict[str, Any], words: str | None) -> None:
    found = heard(message(text, chat), "paper_round_bot")
    assert (found.text if isinstance(found, Said) else None) == words


def test_where_and_who() -> None:
    topic = message("/list", GROUP, message_thread_id=42, is_topic_message=True)
    reply = message("/why", GROUP, message_thread_id=42, reply_to_message={"message_id": 41})
    started = message("/list", GROUP, reply_to_message={"message_id": 42, "forum_topic_created": {}})
    hidden = message("/list", GROUP, sender_chat=GROUP, **{"from": {"id": 1087968824, "is_bot": True}})
    other = message("/list", GROUP, sender_chat=CHANNEL, **{"from": {"id": 136817688, "is_bot": True}})
    bot = message("/list", GROUP, **{"from": {"id": 9, "is_bot": True}})
    post = {"channel_post": {"message_id": 5, "chat": CHANNEL, "sender_chat": CHANNEL, "text": "/list"}}
    signed = {"channel_post": {"message_id": 5, "chat": CHANNEL, "text": "/list"}}
    said = [heard(one, "b") for one in (topic, reply, started, hidden, other, bot, post, signed)]
    told = [
        (one.address, one.thread, one.place, one.person, one.about, one.administers) if isinstance(one, Said) else None
        for one in said
    ]
    channel = ("-1002", "", "channel", "telegram:-1002", "", True)
    assert told == [
        ("-1001", "42", "group", "telegram:7", "", False),
        ("-1001", "", "group", "telegram:7", "41", False),
        ("-1001", "", "group", "telegram:7", "", False),
        ("-1001", "", "group", "telegram:-1001", "", True),
        None,
        None,
        channel,
        channel,
    ]


def test_a_button_is_of_its_message_and_of_who_pressed_it() -> None:
    press = {"id": "p", "from": {"id": 8, "is_bot": False}, "data": "list", "message": message("x", GROUP)["message"]}
    assert heard({"callback_query": press}, "b") == Said(
        "telegram", "-1001", "", "group", "telegram:8", "list", about="5", pressed=True, press="p"
    )
    assert heard({"callback_query": {**press, "message": None}}, "b") is None


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [("member", "kicked", "left"), ("left", "administrator", "back"), ("member", "administrator", None)],
)
def test_who_lets_us_in_and_who_does_not(old: str, new: str, what: str | None) -> None:
    change = {"chat": PRIVATE, "old_chat_member": {"status": old}, "new_chat_member": {"status": new}}
    found = heard({"my_chat_member": change}, "b")
    assert (found.what if isinstance(found, Moved) else None) == what


def test_a_group_that_becomes_a_supergroup() -> None:
    found = heard(message("", {"id": -5, "type": "group"}, migrate_to_chat_id=-1005), "b")
    assert found == Moved("telegram", "-5", "moved", "-1005")


@pytest.mark.parametrize(
    "update", [{}, {"message": {}}, {"message": {"chat": None}}, {"poll": {}}, {"callback_query": {"data": 1}}]
)
def test_what_nobody_knows_says_nothing(update: dict[str, Any]) -> None:
    assert heard(update, "b") is None


def test_the_inbox_keeps_all_of_it() -> None:
    said = heard(message("/list — ü", PRIVATE), "b")
    assert said is not None
    assert read(written(said)) == said
    moved = Moved("telegram", "-5", "moved", "-1005")
    assert read(written(moved)) == moved
