"""The first tables."""

from alembic import op

revision = "0001"
down_revision = None

_STATEMENTS = (
    """
    CREATE TABLE beginning (
        alert VARCHAR NOT NULL,
        "query" TEXT NOT NULL,
        destination VARCHAR NOT NULL,
        source VARCHAR NOT NULL,
        day VARCHAR NOT NULL,
        round INTEGER NOT NULL,
        PRIMARY KEY (alert, "query", destination, source)
    )
    """,
    """
    CREATE TABLE destination (
        id INTEGER NOT NULL,
        scheme VARCHAR NOT NULL,
        address VARCHAR NOT NULL,
        thread VARCHAR DEFAULT '' NOT NULL,
        closed TEXT,
        closed_at FLOAT,
        not_before FLOAT DEFAULT '0' NOT NULL,
        failures INTEGER DEFAULT '0' NOT NULL,
        error TEXT,
        PRIMARY KEY (id),
        UNIQUE (scheme, address, thread)
    )
    """,
    """
    CREATE TABLE feed (
        slug VARCHAR NOT NULL,
        "query" TEXT NOT NULL,
        PRIMARY KEY (slug)
    )
    """,
    """
    CREATE TABLE meta (
        name VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE paper (
        id INTEGER NOT NULL,
        "key" VARCHAR NOT NULL,
        entry_id VARCHAR NOT NULL,
        announced VARCHAR NOT NULL,
        first_seen FLOAT NOT NULL,
        updated FLOAT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (id),
        UNIQUE ("key")
    )
    """,
    """
    CREATE INDEX paper_announced ON paper (announced)
    """,
    """
    CREATE TABLE platform (
        scheme VARCHAR NOT NULL,
        stopped TEXT,
        since FLOAT,
        PRIMARY KEY (scheme)
    )
    """,
    """
    CREATE TABLE source (
        name VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        first_seen FLOAT NOT NULL,
        read_at FLOAT,
        new_at FLOAT,
        failed_at FLOAT,
        error TEXT,
        retry_at FLOAT,
        PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE source_part (
        source VARCHAR NOT NULL,
        part VARCHAR NOT NULL,
        stamp VARCHAR NOT NULL,
        read_at FLOAT NOT NULL,
        papers INTEGER NOT NULL,
        skipped INTEGER NOT NULL,
        PRIMARY KEY (source, part)
    )
    """,
    """
    CREATE TABLE feed_paper (
        slug VARCHAR NOT NULL,
        paper_id INTEGER NOT NULL,
        PRIMARY KEY (slug, paper_id),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    )
    """,
    """
    CREATE TABLE message (
        id INTEGER NOT NULL,
        destination_id INTEGER NOT NULL,
        delivery VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        payload TEXT NOT NULL,
        not_before FLOAT DEFAULT '0' NOT NULL,
        attempts INTEGER DEFAULT '0' NOT NULL,
        unsure INTEGER DEFAULT '0' NOT NULL,
        fixed BOOLEAN DEFAULT '0' NOT NULL,
        created FLOAT NOT NULL,
        first_tried FLOAT,
        settled FLOAT,
        ref VARCHAR,
        error TEXT,
        PRIMARY KEY (id),
        FOREIGN KEY(destination_id) REFERENCES destination (id),
        UNIQUE (delivery)
    )
    """,
    """
    CREATE INDEX message_open ON message (destination_id, id) WHERE state in ('pending', 'sending', 'unsure')
    """,
    """
    CREATE TABLE paper_key (
        "key" VARCHAR NOT NULL,
        paper_id INTEGER NOT NULL,
        PRIMARY KEY ("key", paper_id),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    )
    """,
    """
    CREATE INDEX paper_key_paper ON paper_key (paper_id)
    """,
    """
    CREATE TABLE sighting (
        paper_id INTEGER NOT NULL,
        source VARCHAR NOT NULL,
        announced VARCHAR NOT NULL,
        dated BOOLEAN NOT NULL,
        past BOOLEAN NOT NULL,
        first_seen FLOAT NOT NULL,
        updated FLOAT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (paper_id, source),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    )
    """,
    """
    CREATE INDEX sighting_source ON sighting (source, announced)
    """,
    """
    CREATE TABLE spelling (
        name VARCHAR NOT NULL,
        destination_id INTEGER NOT NULL,
        PRIMARY KEY (name),
        FOREIGN KEY(destination_id) REFERENCES destination (id)
    )
    """,
    """
    CREATE TABLE due (
        id INTEGER NOT NULL,
        destination_id INTEGER NOT NULL,
        paper_id INTEGER NOT NULL,
        due_at FLOAT NOT NULL,
        mode VARCHAR NOT NULL,
        quiet VARCHAR DEFAULT '' NOT NULL,
        heading VARCHAR DEFAULT '' NOT NULL,
        created FLOAT NOT NULL,
        message_id INTEGER,
        PRIMARY KEY (id),
        UNIQUE (destination_id, paper_id),
        FOREIGN KEY(destination_id) REFERENCES destination (id),
        FOREIGN KEY(paper_id) REFERENCES paper (id),
        FOREIGN KEY(message_id) REFERENCES message (id)
    )
    """,
    """
    CREATE INDEX due_message ON due (message_id)
    """,
    """
    CREATE INDEX due_paper ON due (paper_id)
    """,
    """
    CREATE INDEX due_waiting ON due (destination_id, due_at) WHERE message_id is null
    """,
    """
    CREATE TABLE hit (
        due_id INTEGER NOT NULL,
        alert VARCHAR NOT NULL,
        "query" TEXT NOT NULL,
        created FLOAT NOT NULL,
        PRIMARY KEY (due_id, alert),
        FOREIGN KEY(due_id) REFERENCES due (id)
    )
    """,
)


def upgrade() -> None:
    """Make them."""
    for statement in _STATEMENTS:
        op.execute(statement)
