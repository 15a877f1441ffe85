"""A list of subscriptions with its numbers and buttons, and how it stays true when one of them is pressed."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.chat.answers import wording
from bot.chat.answers.chosen import standing
from bot.chat.asked import Asked
from bot.chat.reply import LONGEST, Button, Reply
from bot.store import chats
from bot.store.subscriptions.rows import Kept


def numbered(
    asked: Asked, shown: Sequence[tuple[int, Kept]], head: Sequence[str] = (), more: Sequence[str] = ()
) -> Reply:
    """By the numbers that they have."""
    lines = [f"{number}. {wording.line_of(row)}" for number, row in shown]
    buttons = tuple(_row_buttons(number, row, asked.of) for number, row in shown)
    return Reply("\n".join([*head, *lines, *more]), tuple(filter(None, buttons)))


def told(connection: Connection, asked: Asked, done: str) -> Reply:
    """What was done; by a button of a list, above the list as it is now, in its place and with its numbers."""
    if not asked.said.pressed:
        return Reply(done)
    there = {row.id: row for row in standing(connection, asked)}
    listed = enumerate(chats.listed(connection, asked.numbers), 1)
    shown = [(number, there[row]) for number, row in listed if row in there]
    reply = numbered(asked, shown, [done, ""] if shown else [done])
    return Reply(reply.text, reply.buttons, edits=True)


def _row_buttons(number: int, row: Kept, of: str) -> tuple[Button, ...]:
    turn = "Resume" if row.paused else "Pause"
    buttons = (
        Button(f"{turn} {number}", f"{turn.lower()} #{row.id}{of}"),
        Button(f"Remove {number}", f"unsubscribe #{row.id}{of}", "danger"),
    )
    return buttons if all(len(one.says.encode()) <= LONGEST for one in buttons) else ()
