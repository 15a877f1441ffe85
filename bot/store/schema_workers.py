"""The tables of who is at work, beside those of bot.store.schema. No copy of a database has their rows."""

from sqlalchemy import Column, Float, Table

from bot.store.columns import Integer, String
from bot.store.schema import metadata

# A process that sends. On a server its times are those of the server's clock: clocks of machines differ.
worker = Table(
    "worker",
    metadata,
    Column("id", String, primary_key=True),  # fresh at each start
    Column("kind", String, nullable=False),  # run, once, work
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("began", Float, nullable=False),
    Column("beat", Float, nullable=False),  # when it last said that it lives
)

# Who may collect and publish, of several that are connected to a server.
lease = Table(
    "lease",
    metadata,
    Column("name", String, primary_key=True),
    Column("number", Integer, nullable=False),  # another one for each holder: what an older one writes is refused
    Column("holder", String, nullable=False),  # for people
    Column("until", Float, nullable=False),  # by the server's clock
)

OF_NOW = (worker, lease)
