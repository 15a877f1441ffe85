"""Who is at work: workers and what they have in hand, who may collect and publish, a platform's next turn.

The first that serves both kinds of databases.
"""

from alembic import op
from sqlalchemy import Column, Float

from bot.store.columns import Integer, String

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "worker",
        Column("id", String, primary_key=True),
        Column("kind", String, nullable=False),
        Column("host", String, nullable=False),
        Column("pid", Integer, nullable=False),
        Column("began", Float, nullable=False),
        Column("beat", Float, nullable=False),
    )
    op.create_table(
        "lease",
        Column("name", String, primary_key=True),
        Column("number", Integer, nullable=False),
        Column("holder", String, nullable=False),
        Column("until", Float, nullable=False),
    )
    op.add_column("message", Column("owner", String))
    op.add_column("platform", Column("next_at", Float, nullable=False, server_default="0"))
