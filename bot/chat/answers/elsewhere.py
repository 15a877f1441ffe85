"""Another chat, asked about by one of `[chat] admins`."""

from sqlalchemy import Connection

from bot.channels.registry import parse_destination
from bot.chat.asked import Asked
from bot.chat.reply import Reply
from bot.rules.destinations import Destination
from bot.store.outbox import lanes


def found(connection: Connection, asked: Asked, chat: str) -> Destination | Reply:
    """The chat that is named as the configuration would, its platform's word left out or not; or why not."""
    settings = asked.config.settings.chat
    if settings is None or asked.said.person not in settings.admins:
        return Reply(f"Only who runs me may ask about other chats. Send {asked.example('list')}", aside=True)
    try:
        named = parse_destination(chat if ":" in chat else f"{asked.said.scheme}:{chat}")
    except ValueError as error:
        return Reply(f"{error}.", aside=True)
    lane = lanes.find(connection, named)
    return lanes.place(connection, lane) if lane is not None else named
