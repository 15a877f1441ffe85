"""Feeds of the papers with most votes: who may still be chosen, and which periods are decided."""

from alembic import op

revision = "0008"
down_revision = "0007"

_STATEMENTS = (
    """
    CREATE TABLE candidate (
        slug VARCHAR NOT NULL,
        paper_id INTEGER NOT NULL,
        ends VARCHAR NOT NULL,
        PRIMARY KEY (slug, paper_id),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    )
    """,
    "CREATE INDEX candidate_ends ON candidate (ends, slug)",
    "CREATE INDEX candidate_paper ON candidate (paper_id)",
    """
    CREATE TABLE decision (
        slug VARCHAR NOT NULL,
        ends VARCHAR NOT NULL,
        decided FLOAT NOT NULL,
        PRIMARY KEY (slug, ends)
    )
    """,
)


def upgrade() -> None:
    """Add them."""
    for statement in _STATEMENTS:
        op.execute(statement)
