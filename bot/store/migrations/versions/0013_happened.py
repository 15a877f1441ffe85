"""How often what happened, what each source gave so far counted from what is there; and where something is parked."""

from alembic import op
from sqlalchemy import Column, Float

from bot.store.columns import Integer, String, where

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Begin to count."""
    op.create_table(
        "happened",
        Column("what", String, primary_key=True),
        Column("whose", String, primary_key=True),
        Column("how", String, primary_key=True),
        Column("times", Integer, nullable=False),
        Column("total", Float, nullable=False),
        Column("last", Float, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO happened (what, whose, how, times, total, last)"
        " SELECT 'new', source, '', count(*), 0.0, max(first_seen) FROM sighting GROUP BY source"
    )
    op.create_index("destination_parked", "destination", ["id"], **where("parked > 0"))
