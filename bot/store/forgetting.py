"""A chat is forgotten: what it subscribed to and what was sent there, unless the file sends there too."""

from datetime import datetime

from sqlalchemy import Connection

from bot.store.engine import driver
from bot.store.outbox import lanes
from bot.store.subscriptions import imported, rows, waiting
from bot.store.subscriptions.rows import FILE


def forget(connection: Connection, scheme: str, address: str, now: datetime) -> None:
    """What the file's alerts sent there stays known, so that it is not sent again."""
    raw = driver(connection)
    for lane in lanes.by_address(connection, scheme, address):
        gone = [row.id for row in imported.every(connection, lane)]
        rows.end(connection, gone, now)
        waiting.obey(connection, {lane}, now)
        is_the_file = any(row.origin == FILE for row in rows.of_lanes(connection, [lane]))
        for statement in _ITS if is_the_file else (*_SENT, *_ITS):
            raw.execute(statement, (lane,))


_SENT = (
    "delete from hit where due_id in (select id from due where destination_id = ?)",
    "delete from due where destination_id = ?",
    "delete from correction where message_id in (select id from message where destination_id = ?)",
    "delete from message where destination_id = ?",
    "delete from went where destination_id = ?",
)
# The row says no more than that there was one: what the file sent there too may name it.
_ITS = ("update subscription set owner = '', query = '*', code = '' where destination_id = ? and origin <> 'config'",)
