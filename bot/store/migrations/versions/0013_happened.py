"""How often what happened; what each source gave so far is counted from what is there. Where something is parked."""

from alembic import op

revision = "0013"
down_revision = "0012"

_OF_BOTH = (
    """
    CREATE TABLE happened (
        what VARCHAR {text} NOT NULL,
        whose VARCHAR {text} NOT NULL,
        how VARCHAR {text} NOT NULL,
        times {integer} NOT NULL,
        total FLOAT NOT NULL,
        last FLOAT NOT NULL,
        PRIMARY KEY (what, whose, how)
    ) {table}
    """,
    "CREATE INDEX destination_parked ON destination (id) WHERE parked > 0",
    """
    INSERT INTO happened (what, whose, how, times, total, last)
    SELECT 'new', source, '', count(*), 0.0, max(first_seen) FROM sighting GROUP BY source
    """,
)
_WORDS = {
    "sqlite": {"text": "", "integer": "INTEGER", "table": "WITHOUT ROWID"},
    "postgresql": {"text": 'COLLATE "C"', "integer": "BIGINT", "table": ""},
}


def upgrade() -> None:
    """Begin to count."""
    words = _WORDS[op.get_bind().dialect.name]
    for statement in _OF_BOTH:
        op.execute(statement.format(**words))
