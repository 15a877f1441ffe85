"""The tables of who asks by chat, beside those of bot.store.schema."""

from sqlalchemy import Boolean, Column, Float, Index, Table

from bot.store import schema_feeds
from bot.store.columns import Integer, String, Text, where
from bot.store.schema import metadata

# A chat that spoke to us, or a topic of it; its own row (no topic) has what is true of all of it.
chat = Table(
    "chat",
    metadata,
    Column("scheme", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("thread", String, primary_key=True, server_default=""),
    Column("quiet", String, nullable=False, server_default=""),
    Column("timezone", String, nullable=False, server_default=""),  # empty: the file's
    Column("listed", Text, nullable=False, server_default="[]"),  # subscriptions by the numbers they were last shown by
    Column("kept", Text, nullable=False, server_default="{}"),  # what it was asked and has not answered yet
    Column("away", Float),  # since when it has blocked or removed us
    sqlite_with_rowid=False,
)

# Who asked: a person, or a channel in its own name.
person = Table(
    "person",
    metadata,
    Column("id", String, primary_key=True),
    Column("admitted", Float),  # when the code was told
    Column("greeted", Float),  # when its first subscription was explained
    Column("minute", Float, nullable=False, server_default="0"),  # when the minute began in which commands are counted
    Column("commands", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

# What we have to say in a chat, in order: written with what it speaks of, and gone when it was said.
answer = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scheme", String, nullable=False),
    Column("address", String, nullable=False),
    Column("thread", String, nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("not_before", Float, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Index("answer_chat", "scheme", "address", "id"),
)

# Papers that a chat keeps, by their public key.
saved = Table(
    "saved",
    metadata,
    Column("scheme", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("paper", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("created", Float, nullable=False),
    sqlite_with_rowid=False,
)

# Papers of which a chat is told once when something of them appears: what was known when it asked.
watched = Table(
    "watched",
    metadata,
    Column("scheme", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("thread", String, primary_key=True, server_default=""),
    Column("paper", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("known", Text, nullable=False),
    Column("created", Float, nullable=False),
    Index("watched_paper", "paper"),
    sqlite_with_rowid=False,
)

# A paper that changed, and up to which of its `due` the messages that show it are known to want a correction.
restated = Table(
    "restated",
    metadata,
    Column("paper_id", Integer, primary_key=True, autoincrement=False),
    Column("after", Integer, nullable=False, server_default="0"),
)

# A posted message of which something has changed since, or had.
correction = Table(
    "correction",
    metadata,
    Column("message_id", Integer, primary_key=True, autoincrement=False),
    Column("waits", Boolean, nullable=False),  # it is to be looked at
    Column("not_before", Float, nullable=False, server_default="0"),
    Column("shown", Text),  # what it shows; null: what was sent
    Column("payload", Text),  # what it is to show, once that was tried
    Column("tries", Integer, nullable=False, server_default="0"),
    Index("correction_next", "not_before", **where("waits")),
)

every = schema_feeds.every
"""All tables so far, these among them."""
