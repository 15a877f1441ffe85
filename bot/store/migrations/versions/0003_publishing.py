"""What an entry shows, which feeds changed, and every file that was published."""

from alembic import op

revision = "0003"
down_revision = "0002"

_STATEMENTS = (
    "ALTER TABLE paper ADD COLUMN revision VARCHAR DEFAULT '' NOT NULL",
    # Any value does that no entry has; the next change of the paper brings the true one.
    "UPDATE paper SET revision = lower(hex(randomblob(8)))",
    "ALTER TABLE feed ADD COLUMN version INTEGER DEFAULT '0' NOT NULL",
    "CREATE INDEX feed_paper_paper ON feed_paper (paper_id)",
    """
    CREATE TABLE published (
        path VARCHAR NOT NULL,
        feed VARCHAR NOT NULL,
        stamp VARCHAR NOT NULL,
        size INTEGER NOT NULL,
        mtime INTEGER NOT NULL,
        until FLOAT,
        PRIMARY KEY (path)
    )
    """,
)


def upgrade() -> None:
    """Add them."""
    for statement in _STATEMENTS:
        op.execute(statement)
