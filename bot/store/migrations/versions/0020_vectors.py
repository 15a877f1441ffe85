"""What papers' words weigh is kept; and by which version's weights a reference was worked out."""

from alembic import op
from sqlalchemy import Column, ForeignKey, LargeBinary

from bot.store.columns import Integer

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add a table and a column; references of before are worked out anew."""
    op.create_table(
        "paper_vector",
        Column("paper_id", Integer, ForeignKey("paper.id"), primary_key=True, autoincrement=False),
        Column("made", Integer, nullable=False),
        Column("vector", LargeBinary, nullable=False),
    )
    op.add_column("reference", Column("version", Integer, nullable=False, server_default="1"))
