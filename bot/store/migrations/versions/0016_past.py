"""What papers were before they changed: from now on, of those that are here."""

from alembic import op
from sqlalchemy import Column, Float

from bot.store.columns import Integer, String, Text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Begin to remember."""
    op.create_table(
        "past",
        Column("id", Integer, primary_key=True),
        Column("paper_id", Integer, nullable=False),
        Column("part", String, nullable=False),
        Column("before", Text),
        Column("at", Float, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("past_paper", "past", ["paper_id"])
