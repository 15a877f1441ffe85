"""Who subscribes by mail: what was asked for an address, and who unsubscribed."""

from alembic import op
from sqlalchemy import Boolean, Column, Float

from bot.store.columns import Integer, String, Text, where

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "question",
        Column("name", String, primary_key=True),
        Column("address", String, nullable=False),
        Column("query", Text, nullable=False),
        Column("deliver", String, nullable=False),
        Column("timezone", String, nullable=False),
        Column("created", Float, nullable=False),
        Column("over", Float),
        Column("waits", Boolean, nullable=False),
        Column("not_before", Float, nullable=False, server_default="0"),
        Column("tries", Integer, nullable=False, server_default="0"),
        Column("error", Text),
        sqlite_with_rowid=False,
    )
    op.create_index("question_address", "question", ["address", "created"])
    op.create_index("question_created", "question", ["created"])
    op.create_index("question_waits", "question", ["not_before"], **where("waits"))
    op.add_column("destination", Column("unsubscribed", Float))
    op.create_index("destination_unsubscribed", "destination", ["id"], **where("unsubscribed is not null"))
