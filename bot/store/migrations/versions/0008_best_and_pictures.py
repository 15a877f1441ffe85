"""Feeds of the papers with most votes: who may still be chosen, which periods are decided. Pictures that pages show."""

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
    "ALTER TABLE paper ADD COLUMN picture VARCHAR DEFAULT '' NOT NULL",
    "CREATE INDEX paper_picture ON paper (picture) WHERE picture != ''",
    """
    CREATE TABLE picture (
        paper_id INTEGER NOT NULL,
        url VARCHAR NOT NULL,
        tries INTEGER DEFAULT '0' NOT NULL,
        next_at FLOAT,
        reason TEXT,
        PRIMARY KEY (paper_id),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    )
    """,
    "CREATE INDEX picture_next ON picture (next_at) WHERE next_at IS NOT NULL",
)


def upgrade() -> None:
    """Add them."""
    for statement in _STATEMENTS:
        op.execute(statement)
