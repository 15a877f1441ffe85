"""Platforms on which nobody is heard, and posted messages that are to be kept true."""

from alembic import op
from sqlalchemy import Boolean, Column, Float

from bot.store.columns import Integer, Text, where

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add them."""
    op.add_column("platform", Column("unheard", Text))
    op.add_column("platform", Column("unheard_since", Float))
    op.create_table(
        "restated",
        Column("paper_id", Integer, primary_key=True, autoincrement=False),
        Column("after", Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "correction",
        Column("message_id", Integer, primary_key=True, autoincrement=False),
        Column("waits", Boolean, nullable=False),
        Column("not_before", Float, nullable=False, server_default="0"),
        Column("shown", Text),
        Column("payload", Text),
        Column("tries", Integer, nullable=False, server_default="0"),
    )
    op.create_index("correction_next", "correction", ["not_before"], **where("waits"))
