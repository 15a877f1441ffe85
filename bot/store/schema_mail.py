"""The tables of who subscribes by mail, beside those of bot.store.schema."""

from sqlalchemy import Boolean, Column, Float, Index, Table

from bot.store import schema_chats
from bot.store.columns import Integer, String, Text, where
from bot.store.schema import metadata

# What was asked for an address on the site, until its mailbox says yes: a letter asks it.
question = Table(
    "question",
    metadata,
    Column("name", String, primary_key=True),  # random, so that none is ever another one's
    Column("address", String, nullable=False),
    Column("query", Text, nullable=False),
    Column("deliver", String, nullable=False),
    Column("timezone", String, nullable=False),
    Column("created", Float, nullable=False),
    Column("over", Float),  # when it was confirmed, or the address unsubscribed
    Column("waits", Boolean, nullable=False),  # its letter is still to be sent
    Column("not_before", Float, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("error", Text),  # why its letter was not sent
    Index("question_address", "address", "created"),
    Index("question_created", "created"),
    Index("question_waits", "not_before", **where("waits")),
    sqlite_with_rowid=False,
)

every = schema_chats.every
"""All tables so far, these among them."""
