"""Whether a chat would take a bot's messages, from what Telegram says of both. Pure: asks nothing, posts nothing.

Reads the Bot API's own objects: an older server leaves out what python-telegram-bot insists on.
"""

from collections.abc import Mapping
from typing import Any

from bot.channels.channel import Sight
from bot.channels.telegram.refusals import LET_IN

Told = Mapping[str, Any]


def sight(chat: Told, member: Told | None, thread: str, bot: str) -> Sight:
    """`chat` as getChat has it; `member` as getChatMember has the bot, None where nobody may know; the bot's @name."""
    kind, number = chat.get("type", "chat"), chat.get("id")
    name = chat.get("title") or " ".join(filter(None, (chat.get("first_name"), chat.get("last_name"))))
    words = f"a private chat with {name}" if kind == "private" else f"the {kind} {name!r}"
    found = [_no_topic(chat) if thread else "", _refused(chat, member) if member else ""]
    cured = [problem.replace("@your_bot", bot) for problem in found if problem]
    return Sight(f"{words} ({number})", tuple(cured))


def _no_topic(chat: Told) -> str:
    topics = chat.get("is_forum") or chat.get("type") == "private"
    return "" if topics else f"it has no topics: write telegram:{chat.get('id')} alone"


def _refused(chat: Told, member: Told) -> str:
    """Why the bot may not post; empty: it may."""
    status = member.get("status")
    if status in {"left", "kicked"}:
        return f"the bot is not in it: {LET_IN}"
    if chat.get("type") == "channel":
        posts = status == "creator" or (status == "administrator" and member.get("can_post_messages", True))
        return "" if posts else f"the bot may not post there: {LET_IN}"
    if status == "restricted" and not (member.get("is_member") and member.get("can_send_messages")):
        return "the bot is restricted there: open the group, Permissions, Exceptions, and let @your_bot send messages"
    silent = (chat.get("permissions") or {}).get("can_send_messages") is False
    if silent and status == "member":
        return "members may not write there: make @your_bot an administrator, or allow members to send messages"
    return ""
