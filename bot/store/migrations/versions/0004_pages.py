"""Pages are noted where feed files are, each paper's with a number of its own; the next round makes each anew."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the number, forget the notes of before."""
    op.execute("ALTER TABLE paper ADD COLUMN page INTEGER DEFAULT '0' NOT NULL")
    op.execute("DELETE FROM meta WHERE name LIKE 'page %'")
