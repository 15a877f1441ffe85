"""Which chats updates of the Bot API come from. Pure: updates in, chats out."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.channels.channel import Heard

_SAID = ("message", "channel_post", "my_chat_member")
_GONE = {"left", "kicked"}


def heard(updates: object) -> list[Heard]:
    """The chats in which somebody wrote or let the bot in, the latest first; without those that put it out since."""
    found: dict[str, Heard] = {}
    for kind, what in _said(updates):
        one = _chat(what)
        found.pop(one.address, None)
        if kind == "my_chat_member" and what.get("new_chat_member", {}).get("status") in _GONE:
            continue
        found[one.address] = one
    return list(reversed(found.values()))


def _said(updates: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for update in updates if isinstance(updates, list | tuple) else ():
        for kind in _SAID:
            what = update.get(kind) if isinstance(update, Mapping) else None
            if isinstance(what, Mapping) and isinstance(what.get("chat"), Mapping) and "id" in what["chat"]:
                yield kind, what


def _chat(what: Mapping[str, Any]) -> Heard:
    chat = what["chat"]
    topic = f"/{what['message_thread_id']}" if what.get("is_topic_message") and "message_thread_id" in what else ""
    name = chat.get("title") or " ".join(filter(None, (chat.get("first_name"), chat.get("last_name"))))
    kind = "person" if chat.get("type") == "private" else chat.get("type", "chat")
    return Heard(f"{chat['id']}{topic}", " ".join(filter(None, (f"the {kind}", name))))
