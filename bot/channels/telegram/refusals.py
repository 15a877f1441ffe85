"""Every refusal of the Bot API that is known by its words: what it means, and what a person can do about it.

Descriptions from tdlib's and the Bot API server's sources, and from what bots' users report.
"""

from collections.abc import Callable
from typing import NamedTuple

from bot.channels.channel import Kind, Payload
from bot.channels.telegram.message import shortened, unformatted, without_buttons, without_preview

LET_IN = "open the channel, Administrators, add @your_bot, allow Post messages (in a group: add it as a member)"
"""`@your_bot` becomes the bot's own name where it is known."""
AGAIN = "then: paperround retry DESTINATION"

UNAUTHORIZED = "this token is not, or no longer, a bot's: ask @BotFather for it (/token) and write it whole"
NO_SUCH_PLACE = (
    "404 means the address, not the bot: [telegram] api_url is no Bot API server (write it without /bot), or the token "
    "is not whole (it looks like 123456789:AAE...)"
)
LOGGED_OUT = (
    "the bot is logged out of this Bot API server: a bot is logged in at api.telegram.org or at a server of one's own; "
    "let [telegram] api_url name the one it is at (after a logOut, api.telegram.org takes it again in 10 minutes)"
)
ELSEWHERE = "another program listens as this bot, or a webhook is set: end the other, or give this one a bot of its own"
UNREACHABLE = "nothing to do if this passes; else look at the network, at a proxy, or at [telegram] api_url"
FLOOD = "Telegram lets a bot send only so much; it goes on by itself"
UNKNOWN = f"look at the chat's settings, and whether the bot is still in it; {AGAIN} if it was closed meanwhile"


class Refusal(NamedTuple):
    """One row. `texts` are parts of a description in lower case, without what it quotes."""

    kind: Kind
    """WAIT: it may pass, and is waited for with patience."""
    texts: tuple[str, ...]
    cure: str


CHATS = (
    Refusal(Kind.STOP, ("logged out",), LOGGED_OUT),
    Refusal(
        Kind.CLOSE,
        ("bot was blocked by the user", "user_is_blocked"),
        f"the person has blocked the bot: they open it and press Start, {AGAIN}",
    ),
    Refusal(
        Kind.CLOSE,
        ("user is deactivated", "input_user_deactivated"),
        "the person has deleted the account: take it out of the configuration",
    ),
    Refusal(
        Kind.CLOSE,
        ("bot was kicked from", "bot is not a member of", "channel_private", "user_banned_in_channel"),
        f"the bot is not in the chat: {LET_IN}, {AGAIN}",
    ),
    Refusal(Kind.CLOSE, ("the group chat was deleted",), "the group is gone: take it out of the configuration"),
    Refusal(
        Kind.CLOSE,
        ("bot can't initiate conversation",),
        f"a bot may not write first: the person opens it and presses Start, {AGAIN}",
    ),
    Refusal(
        Kind.CLOSE,
        ("can't send messages to the bot",),
        "a bot cannot write to a bot: name a person, a group or a channel",
    ),
    Refusal(
        Kind.CLOSE,
        ("chat not found", "peer_id_invalid", "chat_id_invalid", "channel_invalid", "username_not_occupied",
         "username_invalid", "user not found", "chat_id is empty"),
        f"the name or number is wrong, or the bot was never let in: {LET_IN}; a person must press Start first; {AGAIN}",
    ),
    Refusal(
        Kind.CLOSE,
        ("message thread not found", "topic_deleted", "topic_id_invalid", "chat is not a forum"),
        "there is no such topic: copy a link of it, whose last number but one is the topic's "
        f"(t.me/c/CHAT/TOPIC/MESSAGE), or leave it out for the General topic; {AGAIN}",
    ),
    Refusal(
        Kind.CLOSE,
        ("group chat was upgraded",),
        "the group became a supergroup with another number (-100...): write that one",
    ),
    Refusal(
        Kind.CLOSE,
        ("direct messages topic", "direct_messages_topic_id"),
        "this is a channel's inbox for direct messages: name the channel itself",
    ),
    Refusal(
        Kind.WAIT,
        ("topic_closed",),
        "the topic is closed: reopen it, or make @your_bot an administrator who may manage topics",
    ),
    Refusal(
        Kind.WAIT,
        ("allow_payment_required", "payment_required"),
        "the chat takes messages for Stars only: its administrators exempt @your_bot, or make it an administrator",
    ),
    Refusal(
        Kind.WAIT,
        ("not enough rights", "have no rights to send", "need administrator rights", "have no write access",
         "chat_write_forbidden", "chat_admin_required", "chat_send_", "chat_guest_send_forbidden", "user_restricted"),
        f"the bot may not post there: {LET_IN}",
    ),
    Refusal(
        Kind.WAIT,
        ("chat_restricted",),
        "Telegram has restricted this chat: its owner can ask @SpamBot or the support of Telegram",
    ),
)  # fmt: skip
"""What is the bot's, the chat's or the topic's state, not the message's fault."""


class Fix(NamedTuple):
    """How a message changes so that a refusal does not come again."""

    change: Callable[[Payload], Payload]
    texts: tuple[str, ...]
    cure: str


FIXES = (
    Fix(
        without_buttons,
        ("inline keyboard button", "button_", "reply markup", "reply_markup", "keyboard button"),
        "the message went on without its buttons",
    ),
    Fix(unformatted, ("can't parse entities", "entity_", "entities_too_long"), "the message went on as plain text"),
    Fix(
        shortened,
        ("message is too long", "message_too_long", "caption is too long", "caption_too_long", "text is too long",
         "request entity too large"),
        "the message went on shortened",
    ),
    Fix(
        without_preview,
        ("failed to get http url content", "wrong type of the web page content", "wrong file identifier",
         "wrong http url", "webpage_", "photo_invalid_dimensions", "image_process_failed", "media_empty"),
        "the message went on without its picture",
    ),
)  # fmt: skip
"""First what the cause stands in: a button's refusal also says what is wrong with its address."""
