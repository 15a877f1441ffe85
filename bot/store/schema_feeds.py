"""The tables of what is published, beside those of bot.store.schema."""

from sqlalchemy import Column, Float, ForeignKey, Index, Table

from bot.store.columns import Integer, String, Text, where
from bot.store.schema import metadata

# Which query a feed's membership was computed for, and a number that grows with each change of what it shows.
feed = Table(
    "feed",
    metadata,
    Column("slug", String, primary_key=True),
    Column("query", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
)
feed_paper = Table(
    "feed_paper",
    metadata,
    Column("slug", String, primary_key=True),
    Column("paper_id", Integer, ForeignKey("paper.id"), primary_key=True),
    Index("feed_paper_paper", "paper_id"),
)

# A paper that a feed of the best may still choose, by the first day after its period.
candidate = Table(
    "candidate",
    metadata,
    Column("slug", String, primary_key=True),
    Column("paper_id", Integer, ForeignKey("paper.id"), primary_key=True),
    Column("ends", String, nullable=False),
    Index("candidate_ends", "ends", "slug"),
    Index("candidate_paper", "paper_id"),
)

# A period of a feed of the best that is decided, for good.
decision = Table(
    "decision",
    metadata,
    Column("slug", String, primary_key=True),
    Column("ends", String, primary_key=True),
    Column("decided", Float, nullable=False),
)

# What a paper's source has for a picture, and how it went with it.
picture = Table(
    "picture",
    metadata,
    Column("paper_id", Integer, ForeignKey("paper.id"), primary_key=True),
    Column("url", String, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),  # that failed
    Column("next_at", Float),  # when to ask for it; null: it is there, or was given up
    Column("reason", Text),  # why it could not be had
    Index("picture_next", "next_at", **where("next_at IS NOT NULL")),
)

# Every feed file that we wrote: what it was made from, and what it looked like on disk then.
published = Table(
    "published",
    metadata,
    Column("path", String, primary_key=True),
    Column("feed", String, nullable=False),
    Column("stamp", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mtime", Integer, nullable=False),  # nanoseconds
    Column("until", Float),  # when its content changes by time alone
)

every = metadata
"""All tables so far, these among them."""
