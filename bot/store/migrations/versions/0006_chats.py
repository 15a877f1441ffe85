"""What platforms said of chats' names, how far their long answers were read, which lanes are refused; an index.

Topic 1 of a Telegram group is its General topic, which goes without a number: its lanes are the group's own.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

_STATEMENTS = (
    "CREATE INDEX spelling_destination ON spelling (destination_id)",
    "ALTER TABLE destination ADD COLUMN refused BOOLEAN DEFAULT '0' NOT NULL",
    "ALTER TABLE message ADD COLUMN asked TEXT DEFAULT '' NOT NULL",
    """
    CREATE TABLE chat_name (
        scheme VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        address VARCHAR,
        was VARCHAR,
        asked_at FLOAT DEFAULT '0' NOT NULL,
        since FLOAT,
        tries INTEGER DEFAULT '0' NOT NULL,
        asked TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (scheme, name)
    )
    """,
)
# The spelling first, while its lane is still known by its thread; a group that has a lane of its own keeps both.
_GENERAL = (
    """
    CREATE TEMPORARY TABLE general AS
        SELECT id FROM destination
        WHERE scheme = 'telegram' AND thread = '1' AND (address LIKE '-%' OR address LIKE '@%')
          AND NOT EXISTS (SELECT 1 FROM destination AS whole WHERE whole.scheme = 'telegram'
                          AND whole.address = destination.address AND whole.thread = '')
    """,
    """
    UPDATE OR IGNORE spelling SET name = substr(name, 1, length(name) - 2)
    WHERE destination_id IN (SELECT id FROM general) AND name LIKE 'telegram:%/1'
    """,
    """
    UPDATE OR IGNORE beginning SET destination = substr(destination, 1, length(destination) - 2)
    WHERE destination LIKE 'telegram:-%/1' OR destination LIKE 'telegram:@%/1'
    """,
    """
    UPDATE destination SET thread = '', closed = NULL, closed_at = NULL, error = NULL, not_before = 0, failures = 0
    WHERE id IN (SELECT id FROM general)
    """,
    "DROP TABLE general",
)


def upgrade() -> None:
    """Add them."""
    for statement in (*_STATEMENTS, *_GENERAL):
        op.execute(statement)
