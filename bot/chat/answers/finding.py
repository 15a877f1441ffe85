"""`preview`."""

from sqlalchemy import Connection

from bot.chat.answers import wording
from bot.chat.asked import Asked
from bot.chat.commands import Preview
from bot.chat.reply import Reply


def preview(_: Connection, asked: Asked, command: Preview) -> Reply:
    """What it would have brought, and what spelling may be better."""
    told = asked.sought.backtest
    assert told is not None
    query = command.query.text
    lines = [wording.short(query), *wording.tried(told, newest=5)]
    if found := wording.better(told):
        why, other = found
        lines.append(f"{why}. " + (f"Better: {asked.example(f'preview {other}')}" if other else ""))
    return Reply("\n".join([*lines, "", asked.example(f"subscribe {query}")]))
