"""Subscriptions are rows: what the configuration's alerts were by name and query, whoever makes them from now on.

A paper carries a mark until all that it calls for is enqueued. A delivery names the subscription by whose time it is
due; those that called for it too stand beside it. Nothing begins anew.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

_TABLES = (
    """
    CREATE TABLE subscription (
        id INTEGER NOT NULL,
        destination_id INTEGER NOT NULL,
        destination VARCHAR NOT NULL,
        name VARCHAR DEFAULT '' NOT NULL,
        query TEXT NOT NULL,
        code TEXT DEFAULT '' NOT NULL,
        version INTEGER DEFAULT '0' NOT NULL,
        numbers BOOLEAN DEFAULT '0' NOT NULL,
        deliver VARCHAR DEFAULT 'each' NOT NULL,
        quiet VARCHAR DEFAULT '' NOT NULL,
        timezone VARCHAR DEFAULT 'UTC' NOT NULL,
        top INTEGER DEFAULT '10' NOT NULL,
        together INTEGER DEFAULT '8' NOT NULL,
        silent BOOLEAN DEFAULT '0' NOT NULL,
        owner VARCHAR DEFAULT '' NOT NULL,
        origin VARCHAR NOT NULL,
        paused BOOLEAN DEFAULT '0' NOT NULL,
        begun FLOAT NOT NULL,
        ended FLOAT,
        behind VARCHAR,
        changed INTEGER NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(destination_id) REFERENCES destination (id)
    )
    """,
    """
    CREATE TABLE news (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        paper_id INTEGER NOT NULL,
        source VARCHAR NOT NULL,
        began FLOAT NOT NULL,
        whole BOOLEAN NOT NULL,
        before TEXT,
        lane INTEGER DEFAULT '0' NOT NULL,
        UNIQUE (paper_id),
        FOREIGN KEY(paper_id) REFERENCES paper (id)
    )
    """,
    """
    CREATE TABLE inbox (
        id INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        "key" VARCHAR NOT NULL,
        body TEXT NOT NULL,
        created FLOAT NOT NULL,
        done FLOAT,
        error TEXT,
        PRIMARY KEY (id),
        UNIQUE (kind, "key")
    )
    """,
    "CREATE INDEX inbox_open ON inbox (id) WHERE done is null",
)
# Every (alert, query, destination) ever configured is one; what the last round had is in the file still.
_FROM_BEGINNINGS = (
    "ALTER TABLE beginning RENAME TO beginning_of",
    """
    INSERT INTO subscription (destination_id, destination, name, query, origin, begun, ended, changed)
        SELECT spelling.destination_id, destination, alert, query, 'config', 0,
               CASE WHEN max(round) < (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'round') THEN 0 END, 0
        FROM beginning_of JOIN spelling ON spelling.name = destination GROUP BY alert, query, destination
    """,
    """
    CREATE TABLE beginning (
        subscription_id INTEGER NOT NULL,
        source VARCHAR NOT NULL,
        day VARCHAR NOT NULL,
        PRIMARY KEY (subscription_id, source),
        FOREIGN KEY(subscription_id) REFERENCES subscription (id)
    )
    """,
    """
    INSERT INTO beginning
        SELECT subscription.id, source, day
        FROM beginning_of JOIN subscription ON subscription.name = alert
             AND subscription.query = beginning_of.query AND subscription.destination = beginning_of.destination
    """,
    "DROP TABLE beginning_of",
)
# A hit whose beginning is gone (its name was given to another chat) belongs to one that has ended.
_FROM_HITS = (
    "ALTER TABLE hit RENAME TO hit_of",
    """
    INSERT INTO subscription (destination_id, destination, name, query, origin, begun, ended, changed)
        SELECT DISTINCT due.destination_id, '', alert, query, 'config', 0, 0, 0
        FROM hit_of JOIN due ON due.id = due_id
        WHERE NOT EXISTS (SELECT 1 FROM subscription WHERE subscription.destination_id = due.destination_id
                          AND subscription.name = alert AND subscription.query = hit_of.query)
    """,
    """
    CREATE TEMPORARY TABLE caller AS
        SELECT due_id, hit_of.created, alert = due.heading AS timed,
               (SELECT min(id) FROM subscription WHERE subscription.destination_id = due.destination_id
                AND subscription.name = alert AND subscription.query = hit_of.query) AS subscription_id
        FROM hit_of JOIN due ON due.id = due_id
    """,
    "CREATE INDEX caller_due ON caller (due_id)",
    """
    CREATE TABLE hit (
        due_id INTEGER NOT NULL,
        subscription_id INTEGER NOT NULL,
        created FLOAT NOT NULL,
        PRIMARY KEY (due_id, subscription_id),
        FOREIGN KEY(due_id) REFERENCES due (id)
    )
    """,
    "ALTER TABLE due ADD COLUMN subscription_id INTEGER",
    """
    UPDATE due SET subscription_id =
        (SELECT subscription_id FROM caller WHERE due_id = due.id ORDER BY timed DESC, created, subscription_id LIMIT 1)
    """,
    """
    INSERT INTO hit SELECT due_id, caller.subscription_id, min(caller.created)
        FROM caller JOIN due ON due.id = due_id
        WHERE caller.subscription_id IS NOT due.subscription_id GROUP BY due_id, caller.subscription_id
    """,
    "DROP TABLE caller",
    "DROP TABLE hit_of",
    "ALTER TABLE due DROP COLUMN heading",
)
_INDEXES = (
    "CREATE INDEX subscription_lane ON subscription (destination_id)",
    "CREATE INDEX subscription_changed ON subscription (changed)",
    "CREATE INDEX subscription_behind ON subscription (behind) WHERE behind is not null",
    "CREATE INDEX subscription_numbers ON subscription (id) WHERE numbers",
    "CREATE INDEX subscription_file ON subscription (id) WHERE origin = 'config'",
    "CREATE INDEX beginning_day ON beginning (day)",
    "CREATE INDEX due_soon ON due (due_at, destination_id) WHERE message_id is null",
    "DROP INDEX due_message",
    "CREATE INDEX due_message ON due (message_id) WHERE message_id is not null",
    "CREATE INDEX destination_closed ON destination (id) WHERE closed is not null",
    "CREATE INDEX destination_error ON destination (id) WHERE error is not null",
    "DELETE FROM meta WHERE name IN ('round', 'obeyed')",
)


def upgrade() -> None:
    """Make them, and carry over what there is."""
    for statement in (*_TABLES, *_FROM_BEGINNINGS, *_FROM_HITS, *_INDEXES):
        op.execute(statement)
