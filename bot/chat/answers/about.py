"""`start`, `help`, and what cannot be read."""

from sqlalchemy import Connection

from bot.chat.asked import Asked
from bot.chat.commands import Help, Misread, Start
from bot.chat.reply import Reply

_WHO = "I bring new papers here as they appear, by what you subscribe to."
_WORDS = (
    ("subscribe diffusion", "papers about it come here from now on"),
    ("list", "what is subscribed to, by number"),
    ("unsubscribe 1", "end one, by its number; or all"),
    ("preview diffusion", "what it would have brought"),
)


def start(_: Connection, asked: Asked, __: Start) -> Reply:
    """Who we are, and what to do first."""
    first = f"Try {asked.example('preview diffusion')}, then {asked.example('subscribe diffusion')}"
    return Reply(f"{_WHO}\n{first}\nAll that I understand: {asked.example('help')}")


def help_(_: Connection, asked: Asked, __: Help) -> Reply:
    """The words, each as an example."""
    lines = [f"{asked.example(words)} - {what}" for words, what in _WORDS]
    said = 'A query is words, "phrases in quotes", OR, -without, author:"Y. Bengio", votes>=20.'
    return Reply("\n".join([_WHO, "", *lines, "", said]))


def misread(_: Connection, __: Asked, command: Misread) -> Reply:
    """Why, and what to send instead."""
    return Reply(command.why, aside=True)
