"""What papers are compared with."""

from alembic import op
from sqlalchemy import Boolean, Column

from bot.store.columns import Integer, String, Text

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add its table."""
    op.create_table(
        "reference",
        Column("wanted", String, primary_key=True),
        Column("bound", Integer, nullable=False),
        Column("sure", Boolean, nullable=False),
        Column("vector", Text, nullable=False),
        Column("itself", Text, nullable=False),
        Column("stamp", String, nullable=False),
        Column("change", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("reference_change", "reference", ["change"])
