"""What an update of the Bot API says to us, if anything. Pure.

Reads the Bot API's own objects: an older or newer server has others than python-telegram-bot insists on.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.chat.said import Heard, Moved, Place, Said
from bot.chat.words import WORDS

SCHEME = "telegram"
WANTED = ("message", "channel_post", "callback_query", "my_chat_member", "inline_query")
"""Kinds of updates that are asked for."""
_PLACES: Mapping[str, Place] = {"private": "private", "group": "group", "supergroup": "group", "channel": "channel"}
_OUT = {"left", "kicked"}
_INLINE = 256
"""Characters of an inline question (Bot API, InlineQuery)."""
Told = Mapping[str, Any]


def read(update: Told, bot: str) -> Heard | None:
    """`bot` is our name, without the @."""
    try:
        if message := update.get("message") or update.get("channel_post"):
            return _message(message, bot)
        if press := update.get("callback_query"):
            return _press(press)
        if change := update.get("my_chat_member"):
            return _membership(change)
    except (KeyError, TypeError, AttributeError):
        return None  # of a shape that nobody knows yet
    return None


class AskedInline(NamedTuple):
    """A question of inline mode, typed anywhere behind our name."""

    id: str
    person: str
    text: str


def asked_inline(update: Told) -> AskedInline | None:
    """What is asked so, if that is what the update is."""
    try:
        asked = update["inline_query"]
        return AskedInline(str(asked["id"]), f"{SCHEME}:{asked['from']['id']}", str(asked["query"])[:_INLINE])
    except (KeyError, TypeError):
        return None


def _message(message: Told, bot: str) -> Heard | None:
    if new := message.get("migrate_to_chat_id"):
        return Moved(SCHEME, str(message["chat"]["id"]), "moved", str(new))
    chat = message["chat"]
    place = _PLACES.get(chat["type"])
    text = _for_us(message.get("text") or "", place == "private", bot)
    if place is None or not text or ((message.get("from") or {}).get("is_bot") and not message.get("sender_chat")):
        return None
    hidden = message.get("sender_chat") or {}
    as_the_chat = place == "channel" or hidden.get("id") == chat["id"]
    if hidden and not as_the_chat:
        return None  # another channel's voice: nobody can tell whose it is
    person = chat["id"] if as_the_chat else message["from"]["id"]
    return Said(
        SCHEME,
        str(chat["id"]),
        _topic(message),
        place,
        f"{SCHEME}:{person}",
        text,
        message=str(message["message_id"]),
        about=_about(message),
        administers=as_the_chat,
    )


def _for_us(text: str, private: bool, bot: str) -> str:  # noqa: FBT001
    """The words without what marks them; empty: they are not for us."""
    found = re.match(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?=\s|\Z)", text)
    if found is None:
        return text.strip() if private else ""
    word, named = found[1], found[2]
    if named and named.lower() != bot.lower():
        return ""
    if not private and not named and word.lower() not in WORDS:
        return ""  # another bot's
    return f"{word}{text[found.end() :]}"


def _press(press: Told) -> Said | None:
    message, data = press.get("message"), press.get("data")
    if not message or not data:
        return None
    chat = message["chat"]
    person = f"{SCHEME}:{press['from']['id']}"
    number = str(message["message_id"])
    its = (SCHEME, str(chat["id"]), _topic(message), _PLACES[chat["type"]], person, data)
    return Said(*its, about=number, pressed=True, press=str(press["id"]))


def _membership(change: Told) -> Moved | None:
    chat, old, new = change["chat"], change["old_chat_member"]["status"], change["new_chat_member"]["status"]
    if (old in _OUT) == (new in _OUT):
        return None
    return Moved(SCHEME, str(chat["id"]), "left" if new in _OUT else "back")


def _topic(message: Told) -> str:
    """A topic's number; empty in the General topic and where there is none."""
    number = message.get("message_thread_id") if message.get("is_topic_message") else None
    return str(number) if number and number != 1 else ""


def _about(message: Told) -> str:
    """The message that is answered; a topic's messages all answer its first one, which says nothing."""
    answered = message.get("reply_to_message") or {}
    return "" if "forum_topic_created" in answered else str(answered.get("message_id", ""))
