"""Which subscriptions of a chat a command means."""

from sqlalchemy import Connection

from bot.chat.answers import wording
from bot.chat.asked import Asked
from bot.chat.commands import Every, Number, Row, Which
from bot.chat.reply import Reply
from bot.store import chats
from bot.store.outbox import lanes
from bot.store.subscriptions import imported, rows
from bot.store.subscriptions.rows import Kept

GONE = "It has ended already."


def standing(connection: Connection, asked: Asked) -> list[Kept]:
    """The subscriptions of a chat but for the file's, in the order in which they were made."""
    if asked.is_whole:
        return sorted(everywhere(connection, asked), key=lambda row: row.id)
    lane = lanes.at(connection, asked.destination)
    return list(imported.every(connection, lane)) if lane is not None else []


def given(connection: Connection, asked: Asked) -> list[Kept]:
    """What the file sends there: nobody's in the chat to change."""
    lane = lanes.at(connection, asked.destination)
    return imported.of_file(connection, lane) if lane is not None else []


def is_new(connection: Connection, asked: Asked, query: str) -> bool:
    """Whether the chat has no such subscription yet, and may have one more."""
    there, chat = standing(connection, asked), asked.config.settings.chat
    return chat is not None and len(there) < chat.per_chat and all(row.query != query for row in there)


def queries_of(connection: Connection, asked: Asked) -> list[str]:
    """What is subscribed to where something was said."""
    return [row.query for row in standing(connection, asked)]


def chosen(connection: Connection, asked: Asked, which: Which) -> list[Kept] | Reply:
    """Those that are meant, one at least; or why there is none."""
    there = standing(connection, asked)
    if isinstance(which, Every):
        return there or Reply(asked.nothing)
    if isinstance(which, Number):
        return _numbered(connection, asked, which.number, there)
    if isinstance(which, Row):
        return _known(connection, asked, which.id, there)
    same = [row for row in there if row.query == which.text]
    return same or Reply(f"{wording.short(which.text)} is not subscribed to here. Send {asked.listing}")


def _numbered(connection: Connection, asked: Asked, number: int, there: list[Kept]) -> list[Kept] | Reply:
    listed = chats.listed(connection, asked.numbers)
    if not listed:
        return Reply(f"Numbers are those of the last list. Send {asked.listing}")
    if not 1 <= number <= len(listed):
        return Reply(f"The last list has no {number}. Send {asked.listing}")
    return _known(connection, asked, listed[number - 1], there)


def _known(connection: Connection, asked: Asked, row_id: int, there: list[Kept]) -> list[Kept] | Reply:
    """By its number in the store, if it is this chat's: a button may be old, or made up."""
    if found := [row for row in there if row.id == row_id]:
        return found
    row = rows.some(connection, [row_id]).get(row_id)
    said = asked.said
    its = lanes.by_address(connection, said.scheme, said.address) if asked.is_whole else []
    mine = row is not None and row.destination_id in {*its, lanes.at(connection, asked.destination)}
    return Reply(GONE if mine else f"There is no such subscription here. Send {asked.listing}", aside=True)


def everywhere(connection: Connection, asked: Asked) -> list[Kept]:
    """Those of the whole chat, in all its topics."""
    there = lanes.by_address(connection, asked.said.scheme, asked.said.address)
    return [row for lane in there for row in imported.every(connection, lane)]
