"""What outlives what is no longer kept: which papers went where, and what papers there were."""

from alembic import op

revision = "0010"
down_revision = "0009"

_STATEMENTS = (
    """
    CREATE TABLE went (
        destination_id INTEGER NOT NULL,
        paper_id INTEGER NOT NULL,
        at INTEGER NOT NULL,
        skipped BOOLEAN NOT NULL,
        PRIMARY KEY (destination_id, paper_id),
        FOREIGN KEY(destination_id) REFERENCES destination (id),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX went_paper ON went (paper_id)",
    """
    CREATE TABLE pruned (
        id INTEGER NOT NULL,
        "key" VARCHAR NOT NULL,
        first_seen FLOAT NOT NULL,
        pruned FLOAT NOT NULL,
        sent INTEGER NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (id),
        UNIQUE ("key")
    )
    """,
    """
    CREATE TABLE pruned_key (
        "key" VARCHAR NOT NULL,
        paper_id INTEGER NOT NULL,
        PRIMARY KEY ("key", paper_id),
        FOREIGN KEY(paper_id) REFERENCES pruned (id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX subscription_ended ON subscription (ended) WHERE ended is not null",
    "CREATE INDEX pruned_key_paper ON pruned_key (paper_id)",
    """
    CREATE TABLE pruned_sighting (
        paper_id INTEGER NOT NULL,
        source VARCHAR NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (paper_id, source),
        FOREIGN KEY(paper_id) REFERENCES pruned (id)
    ) WITHOUT ROWID
    """,
)


def upgrade() -> None:
    """Add them."""
    for statement in _STATEMENTS:
        op.execute(statement)
