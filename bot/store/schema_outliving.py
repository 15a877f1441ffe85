"""The tables of what outlives what is no longer kept, beside those of bot.store.schema."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, LargeBinary, Table

from bot.store import schema_mail
from bot.store.columns import Integer, String, Text, where
from bot.store.schema import metadata, subscription
from bot.store.schema_workers import OF_NOW

# What is left of a paper that is no longer kept: enough to know it when a source shows it again.
pruned = Table(
    "pruned",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("first_seen", Float, nullable=False),
    Column("pruned", Float, nullable=False),
    Column("sent", Integer, nullable=False),  # to how many destinations
    Column("data", Text, nullable=False),  # its title and ids
)

pruned_key = Table(
    "pruned_key",
    metadata,
    Column("key", String, primary_key=True),
    Column("paper_id", Integer, ForeignKey("pruned.id"), primary_key=True),
    Index("pruned_key_paper", "paper_id"),
    sqlite_with_rowid=False,
)

# By what a source's sighting of it is told from others: title, ids, authors and address.
pruned_sighting = Table(
    "pruned_sighting",
    metadata,
    Column("paper_id", Integer, ForeignKey("pruned.id"), primary_key=True),
    Column("source", String, primary_key=True),
    Column("data", Text, nullable=False),
    sqlite_with_rowid=False,
)

# A paper went to a destination, or was skipped there, and what was sent is no longer kept: it never goes there again.
went = Table(
    "went",
    metadata,
    Column("destination_id", Integer, ForeignKey("destination.id"), primary_key=True),
    Column("paper_id", Integer, ForeignKey("paper.id"), primary_key=True),
    Column("at", Integer, nullable=False),
    Column("skipped", Boolean, nullable=False),
    Index("went_paper", "paper_id"),
    sqlite_with_rowid=False,
)

# What a paper was before it changed, by the number of the change; `part`: of one that is this paper since.
past = Table(
    "past",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("paper_id", Integer, nullable=False),
    Column("part", String, nullable=False),
    Column("before", Text),  # each fact's old value, as JSON; null: the paper was not there
    Column("at", Float, nullable=False),
    Index("past_paper", "paper_id"),
    sqlite_autoincrement=True,
)

# How often what happened, of which platform or source and how; what it adds up to, where it has a size.
happened = Table(
    "happened",
    metadata,
    Column("what", String, primary_key=True),
    Column("whose", String, primary_key=True),
    Column("how", String, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("total", Float, nullable=False),
    Column("last", Float, nullable=False),  # when, the last time
    sqlite_with_rowid=False,
)

# What papers are compared with by `similar:` and `library:`: worked out once, kept for all who ask.
reference = Table(
    "reference",
    metadata,
    Column("wanted", String, primary_key=True),  # as a query's leaf has it (feeds.query.compiled.Wanted)
    Column("bound", Integer, nullable=False),  # the least score that is near
    Column("sure", Boolean, nullable=False),  # else the usual one, since the past year had too few papers
    Column("vector", Text, nullable=False),
    Column("itself", Text, nullable=False),  # names of the papers that it is made of
    Column("stamp", String, nullable=False),  # of a library: what its file was
    Column("change", Integer, nullable=False),  # grows with each change of any
    Column("version", Integer, nullable=False, server_default="1"),  # of what words weigh (feeds.likeness.vector)
    Index("reference_change", "change"),
    sqlite_with_rowid=False,
)

# What a paper's words weigh, once somebody asked for it.
paper_vector = Table(
    "paper_vector",
    metadata,
    Column("paper_id", Integer, ForeignKey("paper.id"), primary_key=True, autoincrement=False),
    Column("made", Integer, nullable=False),  # a checksum of the text, and of how it was done
    Column("vector", LargeBinary, nullable=False),
)

# By what those are found that have ended long ago.
Index("subscription_ended", subscription.c.ended, **where("ended is not null"))

every = schema_mail.every
"""All tables, these among them."""

of_a_copy = [table for table in every.sorted_tables if table not in (*OF_NOW, paper_vector)]
"""Those whose rows a copy has too."""
