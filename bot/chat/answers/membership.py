"""What becomes of a chat that blocks or removes us, lets us in again, or gets another address."""

from datetime import datetime

from sqlalchemy import Connection

from bot.chat.said import Moved
from bot.store import answers, chats
from bot.store.chats import Chat
from bot.store.outbox import lanes, outcomes
from bot.store.subscriptions import imported, rows, waiting
from bot.store.subscriptions.rows import FILE

_ASLEEP = "asleep"
"""Subscriptions that were paused because the chat left, not by somebody."""


def moved(connection: Connection, heard: Moved, now: datetime) -> None:
    """Follow it."""
    chat = Chat(heard.scheme, heard.address)
    if heard.what == "moved":
        for lane in lanes.by_address(connection, heard.scheme, heard.address):
            lanes.move(connection, lane, heard.to)
        chats.move(connection, chat, heard.to)
        answers.move(connection, heard.scheme, heard.address, heard.to)
    elif heard.what == "left":
        left(connection, chat, now)
    else:
        back(connection, chat, now)


def left(connection: Connection, chat: Chat, now: datetime) -> None:
    """Nothing is made due for what it subscribed to itself, until it lets us in again."""
    if chats.left(connection, chat) is not None:
        return
    there = lanes.by_address(connection, *chat[:2])
    awake = [row for lane in there for row in imported.every(connection, lane) if not row.paused]
    rows.pause(connection, awake, None, now)
    waiting.obey(connection, there, now)
    whole = Chat(*chat[:2])
    chats.keep(connection, whole, {**chats.kept(connection, whole), _ASLEEP: [row.id for row in awake]})
    chats.leave(connection, chat, now.timestamp())


def back(connection: Connection, chat: Chat, now: datetime) -> None:
    """It goes on from here; what it had paused stays so."""
    whole = Chat(*chat[:2])
    if chats.left(connection, whole) is None:
        return
    before = chats.kept(connection, whole)
    asleep = rows.some(connection, before.pop(_ASLEEP, []))
    rows.resume(connection, [row for row in asleep.values() if row.ended is None and row.paused], now)
    chats.keep(connection, whole, before)
    chats.leave(connection, whole, None)
    for lane in lanes.by_address(connection, *chat[:2]):
        if lanes.is_closed(connection, lane):
            outcomes.reopen(connection, lane)


def spoke(connection: Connection, chat: Chat, now: datetime) -> None:
    """Who speaks there has let us in, also where we were refused so lately that nobody has looked since."""
    if any(lanes.is_closed(connection, lane) for lane in lanes.by_address(connection, *chat[:2])):
        _closed(connection, Chat(*chat[:2]), now)
    if chats.left(connection, chat) is not None:
        back(connection, chat, now)


def closed(connection: Connection, scheme: str, now: datetime) -> None:
    """Chats that refuse what is sent there, and told nobody that they left."""
    for address in lanes.closed(connection, scheme):
        _closed(connection, Chat(scheme, address), now)


def _closed(connection: Connection, chat: Chat, now: datetime) -> None:
    """The file's own are not ours to judge."""
    there = rows.of_lanes(connection, lanes.by_address(connection, *chat[:2]))
    if there and not any(row.origin == FILE and row.ended is None for row in there):
        left(connection, chat, now)
