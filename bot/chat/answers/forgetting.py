"""`forget`: everything about a chat, after a confirmation."""

from sqlalchemy import Connection

from bot.chat.answers.chosen import everywhere
from bot.chat.asked import Asked
from bot.chat.commands import Forget
from bot.chat.reply import Button, Reply
from bot.rules.words import counted
from bot.store import chats, forgetting

SURE = "everything"
HOUR = 3600.0
"""Seconds for which a confirmation is waited for."""


def forget(connection: Connection, asked: Asked, command: Forget) -> Reply:
    """Ask first; then all goes: subscriptions, papers kept and watched, what was sent, what was said."""
    now = asked.now.timestamp()
    asked_at = chats.kept(connection, asked.chat).get("forget", 0.0)
    if command.sure.casefold() != SURE:
        chats.keep(connection, asked.chat, {**chats.kept(connection, asked.chat), "forget": now})
        count = counted(len(everywhere(connection, asked)), "subscription")
        return Reply(
            f"This ends {count} here and deletes all that I know of this chat. Sure? {asked.example(f'forget {SURE}')}",
            ((Button("Forget everything", f"forget {SURE}", "danger"),),),
        )
    if not now - HOUR <= asked_at <= now:
        return Reply(f"Nobody asked for that within the hour. Send {asked.example('forget')} first.", aside=True)
    chats.forget(connection, asked.chat, asked.said.person)
    forgetting.forget(connection, asked.said.scheme, asked.said.address, asked.now)
    return Reply(f"All of it is forgotten. {asked.example('start')} begins anew.", edits=asked.said.pressed)
