"""Each command's answer: what is changed, and what is said of it, in one transaction."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from bot.chat import commands
from bot.chat.answers import about, finding, subscribing
from bot.chat.asked import Asked
from bot.chat.reply import Reply

Answer = Callable[[Connection, Asked, Any], Reply]

ANSWERS: dict[type, Answer] = {
    commands.Start: about.start,
    commands.Help: about.help_,
    commands.Misread: about.misread,
    commands.Subscribe: subscribing.subscribe,
    commands.Lists: subscribing.show,
    commands.Unsubscribe: subscribing.unsubscribe,
    commands.Preview: finding.preview,
}


def answer(connection: Connection, asked: Asked, command: commands.Command) -> Reply:
    """Do it, and what to say of it."""
    return ANSWERS[type(command)](connection, asked, command)
