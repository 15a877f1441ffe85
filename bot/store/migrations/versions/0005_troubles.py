"""What of a source cannot be read for now is remembered beside its part."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the words for it."""
    op.execute("ALTER TABLE source_part ADD COLUMN trouble TEXT")
