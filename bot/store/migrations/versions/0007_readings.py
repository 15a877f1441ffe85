"""Which source's reading brought a delivery: what comes of `each` with one reading is counted."""

from alembic import op

revision = "0007"
down_revision = "0006"

_STATEMENTS = (
    "ALTER TABLE due ADD COLUMN source VARCHAR DEFAULT '' NOT NULL",
    "CREATE INDEX due_counted ON due (source, due_at) WHERE message_id is null and mode = 'each'",
)


def upgrade() -> None:
    """Add it."""
    for statement in _STATEMENTS:
        op.execute(statement)
