"""The tables, as queries use them; bot/store/migrations makes them. Instants are Unix seconds (UTC), days ISO text."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, MetaData, Table, UniqueConstraint

from bot.store.columns import Integer, String, Text, where

metadata = MetaData()

# What the archive knows of itself: the count of changes of subscriptions, the mark that makes delivery ids unique.
meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))

source = Table(
    "source",
    metadata,
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("first_seen", Float, nullable=False),
    Column("read_at", Float),  # last round without a failure
    Column("new_at", Float),  # last time it gave a paper not seen before
    Column("failed_at", Float),
    Column("error", Text),
    Column("retry_at", Float),  # it asked to be left alone until then
)

# One listing day, one file, one mailbox of a source; or one thing in it that could not be read.
source_part = Table(
    "source_part",
    metadata,
    Column("source", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("stamp", String, nullable=False),
    Column("read_at", Float, nullable=False),
    Column("papers", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("trouble", Text),  # what of it cannot be read for now, for people
)

# A paper as all its sources together give it; key and entry_id never change.
paper = Table(
    "paper",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("entry_id", String, nullable=False),
    Column("announced", String, nullable=False),
    Column("first_seen", Float, nullable=False),
    Column("updated", Float, nullable=False),
    Column("data", Text, nullable=False),
    Column("revision", String, nullable=False, server_default=""),  # another one when its feed entry is another one
    Column("page", Integer, nullable=False, server_default="0"),  # the greatest of all once what its page shows changed
    Column("picture", String, nullable=False, server_default=""),  # as pages show it: path, width, height
    Index("paper_announced", "announced", "page"),
    Index("paper_page", "page"),
    Index("paper_picture", "picture", **where("picture != ''")),
)

# By what a later sighting is recognised. A title may belong to several papers.
paper_key = Table(
    "paper_key",
    metadata,
    Column("key", String, primary_key=True),
    Column("paper_id", Integer, ForeignKey("paper.id"), primary_key=True),
    Index("paper_key_paper", "paper_id"),
)

# What one source last said of a paper, and the earliest day it announced it.
sighting = Table(
    "sighting",
    metadata,
    Column("paper_id", Integer, ForeignKey("paper.id"), primary_key=True),
    Column("source", String, primary_key=True),
    Column("announced", String, nullable=False),
    Column("dated", Boolean, nullable=False),  # the source gave the day itself
    Column("past", Boolean, nullable=False),  # filled in from the past: never alerts
    Column("first_seen", Float, nullable=False),
    Column("updated", Float, nullable=False),
    Column("data", Text, nullable=False),
    Index("sighting_source", "source", "announced"),
)

# A standing query: an alert of the file for one of its destinations, a chat's, a mail's, an imported one.
subscription = Table(
    "subscription",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("destination_id", Integer, ForeignKey("destination.id"), nullable=False),
    Column("destination", String, nullable=False),  # as it was spelled
    Column("name", String, nullable=False, server_default=""),  # an alert's
    Column("query", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),  # its compiled form (feeds.query.compiled)
    Column("version", Integer, nullable=False, server_default="0"),  # of the language that compiled it
    Column("numbers", Boolean, nullable=False, server_default="0"),  # it asks for votes, comments or stars
    Column("deliver", String, nullable=False, server_default="each"),
    Column("quiet", String, nullable=False, server_default=""),
    Column("timezone", String, nullable=False, server_default="UTC"),
    Column("top", Integer, nullable=False, server_default="10"),
    Column("together", Integer, nullable=False, server_default="8"),
    Column("silent", Boolean, nullable=False, server_default="0"),
    Column("owner", String, nullable=False, server_default=""),
    Column("origin", String, nullable=False),  # config, chat, mail, import
    Column("paused", Boolean, nullable=False, server_default="0"),
    Column("begun", Float, nullable=False),
    Column("ended", Float),  # when it left the file, or was removed
    Column("behind", String),  # the day from which stored papers are still to be asked for it
    Column("changed", Integer, nullable=False),  # grows with each change of any: who keeps them in memory follows it
    Column("resumes", Float),  # of one that is paused: when that ends by itself
    Index("subscription_lane", "destination_id"),
    Index("subscription_changed", "changed"),
    Index("subscription_resumes", "resumes", **where("resumes is not null")),
    Index("subscription_behind", "behind", **where("behind is not null")),
    Index("subscription_numbers", "id", **where("numbers")),
    Index("subscription_file", "id", **where("origin = 'config'")),
)

# Where an alert of the file begins in a source; others begin at a moment.
beginning = Table(
    "beginning",
    metadata,
    Column("subscription_id", Integer, ForeignKey("subscription.id"), primary_key=True),
    Column("source", String, primary_key=True),
    Column("day", String, nullable=False),
    Index("beginning_day", "day"),
)

# The mark of a paper that is still to be called for.
news = Table(
    "news",
    metadata,
    Column("id", Integer, primary_key=True),  # autoincrement: never used again, so that a mark is known
    Column("paper_id", Integer, ForeignKey("paper.id"), nullable=False, unique=True),
    Column("source", String, nullable=False),  # whose reading brought it
    Column("began", Float, nullable=False),  # when that did
    Column("whole", Boolean, nullable=False),  # else it changed in its numbers alone
    Column("before", Text),  # the paper as it was when it was last called for
    Column("lane", Integer, nullable=False, server_default="0"),  # up to this one it is done
)

# What those ask for who do not write, for the one writer, in order.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),  # its sender's own: delivered again, it is the same
    Column("body", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("done", Float),
    Column("error", Text),  # why it could not be dealt with
    UniqueConstraint("kind", "key"),
    Index("inbox_open", "id", **where("done is null")),
)
platform = Table(
    "platform",
    metadata,
    Column("scheme", String, primary_key=True),
    Column("stopped", Text),  # why it refuses us altogether
    Column("since", Float),
    Column("paused_until", Float, nullable=False, server_default="0"),  # several lanes were told to wait at once
    Column("next_at", Float, nullable=False, server_default="0"),  # its next free turn
    Column("unheard", Text),  # why nobody is heard there who asks
    Column("unheard_since", Float),
)

# A destination is a lane: its messages go one at a time, in order.
destination = Table(
    "destination",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scheme", String, nullable=False),
    Column("address", String, nullable=False),
    Column("thread", String, nullable=False, server_default=""),
    Column("closed", Text),  # why nothing is sent there any more
    Column("closed_at", Float),
    Column("not_before", Float, nullable=False, server_default="0"),  # pace, pause or backoff
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("error", Text),
    Column("refused", Boolean, nullable=False, server_default="0"),  # the chat's own refusal, which may pass
    Column("unsubscribed", Float),  # since when an address of mail wants nothing, whoever says otherwise
    # Papers, kept by triggers of migration 0010 in the transaction that changes them:
    *(Column(name, Integer, nullable=False, server_default="0") for name in ("sent", "waiting", "parked")),
    Column("last_sent", Float),
    UniqueConstraint("scheme", "address", "thread"),
    Index("destination_closed", "id", **where("closed is not null")),
    Index("destination_error", "id", **where("error is not null")),
    Index("destination_parked", "id", **where("parked > 0")),
    Index("destination_unsubscribed", "id", **where("unsubscribed is not null")),
)

# Every spelling that was configured, and whose lane it is.
spelling = Table(
    "spelling",
    metadata,
    Column("name", String, primary_key=True),
    Column("destination_id", Integer, ForeignKey("destination.id"), nullable=False),
    Index("spelling_destination", "destination_id"),
)

# What a platform last said of a chat's name: a chat is its address, and a name may be given to another one.
chat_name = Table(
    "chat_name",
    metadata,
    Column("scheme", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("address", String),  # the chat that has it; null: nobody, or nobody may know
    Column("was", String),  # the chat that had it before this one
    Column("asked_at", Float, nullable=False, server_default="0"),
    Column("since", Float),  # when a question began that was refused so far
    Column("tries", Integer, nullable=False, server_default="0"),  # refusals in a row that brought it no further
    Column("asked", Text, nullable=False, server_default=""),  # how far it came
)

# A paper goes to a destination once.
due = Table(
    "due",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("destination_id", Integer, ForeignKey("destination.id"), nullable=False),
    Column("paper_id", Integer, ForeignKey("paper.id"), nullable=False),
    Column("due_at", Float, nullable=False),
    Column("mode", String, nullable=False),  # each, batch, daily, weekly
    Column("quiet", String, nullable=False, server_default=""),
    Column("subscription_id", Integer),  # by whose time it is due: the first that called for it, or the earliest
    Column("created", Float, nullable=False),
    Column("place", Integer, nullable=False, server_default="0"),  # its round, then the day announced
    Column("source", String, nullable=False, server_default=""),  # whose reading brought it; empty: it was stored
    Column("message_id", Integer, ForeignKey("message.id")),
    UniqueConstraint("destination_id", "paper_id"),
    Index("due_next", "destination_id", "place", "id", "due_at", **where("message_id is null")),
    Index("due_counted", "source", "due_at", **where("message_id is null and mode = 'each'")),
    Index("due_soon", "due_at", "destination_id", **where("message_id is null")),
    Index("due_message", "message_id", **where("message_id is not null")),
    Index("due_paper", "paper_id"),
)

# Others that called for it, also those that came too late for the message.
hit = Table(
    "hit",
    metadata,
    Column("due_id", Integer, ForeignKey("due.id"), primary_key=True),
    Column("subscription_id", Integer, primary_key=True),
    Column("created", Float, nullable=False),
)

# Packed and frozen at its first claim.
message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("destination_id", Integer, ForeignKey("destination.id"), nullable=False),
    Column("delivery", String, nullable=False, unique=True),  # what a platform can be asked for
    Column("state", String, nullable=False),  # pending, sending, unsure, sent, parked
    Column("payload", Text, nullable=False),
    Column("not_before", Float, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unsure", Integer, nullable=False, server_default="0"),
    Column("fixed", Boolean, nullable=False, server_default="0"),
    Column("created", Float, nullable=False),
    Column("first_tried", Float),
    Column("idle", Float, nullable=False, server_default="0"),  # seconds since then that its platform was stopped
    Column("settled", Float),  # when it was sent or parked
    Column("asked", Text, nullable=False, server_default=""),  # how far the look-up of its lost answer came
    Column("ref", String),
    Column("error", Text),
    Column("owner", String),  # of one that is being sent: the worker that has it in hand
    Index("message_open", "destination_id", "id", **where("state in ('pending', 'sending', 'unsure')")),
    Index("message_parked", "destination_id", **where("state = 'parked'")),
)

# What the operator was told and is still so.
notice = Table("notice", metadata, Column("cause", String, primary_key=True), Column("told_at", Float, nullable=False))
