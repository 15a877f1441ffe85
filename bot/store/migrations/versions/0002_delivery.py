"""Pauses of a whole platform, notices to the operator, time that a stop takes from no message, order over sources."""

from alembic import op

revision = "0002"
down_revision = "0001"

_STATEMENTS = (
    "ALTER TABLE platform ADD COLUMN paused_until FLOAT DEFAULT '0' NOT NULL",
    "ALTER TABLE message ADD COLUMN idle FLOAT DEFAULT '0' NOT NULL",
    "CREATE TABLE notice (cause VARCHAR NOT NULL, told_at FLOAT NOT NULL, PRIMARY KEY (cause))",
    "ALTER TABLE due ADD COLUMN place INTEGER DEFAULT '0' NOT NULL",
    "CREATE INDEX due_next ON due (destination_id, place, id, due_at) WHERE message_id is null",
    "DROP INDEX due_waiting",
    "CREATE INDEX message_parked ON message (destination_id) WHERE state = 'parked'",
)


def upgrade() -> None:
    """Add them."""
    for statement in _STATEMENTS:
        op.execute(statement)
