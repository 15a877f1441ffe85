"""How many papers were sent to a destination, wait and parked: kept by the database itself, whoever changes a row.

What was sent stays counted when its row is pruned.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

_STATEMENTS = (
    "ALTER TABLE destination ADD COLUMN sent INTEGER DEFAULT '0' NOT NULL",
    "ALTER TABLE destination ADD COLUMN waiting INTEGER DEFAULT '0' NOT NULL",
    "ALTER TABLE destination ADD COLUMN parked INTEGER DEFAULT '0' NOT NULL",
    "ALTER TABLE destination ADD COLUMN last_sent FLOAT",
    """
    UPDATE destination SET waiting = counted.waiting, parked = counted.parked, sent = counted.sent,
                           last_sent = counted.last_sent
    FROM (SELECT due.destination_id AS lane,
                 sum(message_id IS NULL OR state IN ('pending', 'sending', 'unsure')) AS waiting,
                 sum(coalesce(state = 'parked', 0)) AS parked,
                 sum(coalesce(state = 'sent', 0)) AS sent,
                 max(CASE WHEN state = 'sent' THEN settled END) AS last_sent
          FROM due LEFT JOIN message ON message.id = message_id GROUP BY due.destination_id) AS counted
    WHERE destination.id = counted.lane
    """,
    """
    CREATE TRIGGER due_added AFTER INSERT ON due
    BEGIN
        UPDATE destination
        SET waiting = waiting + (its.state IN ('pending', 'sending', 'unsure')),
            parked = parked + (its.state = 'parked'), sent = sent + (its.state = 'sent')
        FROM (SELECT coalesce((SELECT state FROM message WHERE id = new.message_id), 'pending') AS state) AS its
        WHERE destination.id = new.destination_id;
    END
    """,
    """
    CREATE TRIGGER due_removed AFTER DELETE ON due
    BEGIN
        UPDATE destination
        SET waiting = waiting - (its.state IN ('pending', 'sending', 'unsure')),
            parked = parked - (its.state = 'parked')
        FROM (SELECT coalesce((SELECT state FROM message WHERE id = old.message_id), 'pending') AS state) AS its
        WHERE destination.id = old.destination_id;
    END
    """,
    """
    CREATE TRIGGER due_moved AFTER UPDATE OF destination_id, message_id ON due
    WHEN old.destination_id IS NOT new.destination_id OR old.message_id IS NOT new.message_id
    BEGIN
        UPDATE destination
        SET waiting = waiting - (its.state IN ('pending', 'sending', 'unsure')),
            parked = parked - (its.state = 'parked'), sent = sent - (its.state = 'sent')
        FROM (SELECT coalesce((SELECT state FROM message WHERE id = old.message_id), 'pending') AS state) AS its
        WHERE destination.id = old.destination_id;
        UPDATE destination
        SET waiting = waiting + (its.state IN ('pending', 'sending', 'unsure')),
            parked = parked + (its.state = 'parked'), sent = sent + (its.state = 'sent')
        FROM (SELECT coalesce((SELECT state FROM message WHERE id = new.message_id), 'pending') AS state) AS its
        WHERE destination.id = new.destination_id;
    END
    """,
    """
    CREATE TRIGGER message_settled AFTER UPDATE OF state ON message
    WHEN (old.state IN ('pending', 'sending', 'unsure')) <> (new.state IN ('pending', 'sending', 'unsure'))
         OR (old.state = 'parked') <> (new.state = 'parked')
    BEGIN
        UPDATE destination
        SET waiting = waiting + papers * ((new.state IN ('pending', 'sending', 'unsure'))
                                          - (old.state IN ('pending', 'sending', 'unsure'))),
            parked = parked + papers * ((new.state = 'parked') - (old.state = 'parked')),
            sent = sent + papers * ((new.state = 'sent') - (old.state = 'sent')),
            last_sent = CASE WHEN new.state = 'sent' THEN new.settled ELSE last_sent END
        FROM (SELECT count(*) AS papers FROM due WHERE message_id = new.id) AS carried
        WHERE destination.id = new.destination_id AND papers > 0;
    END
    """,
)


def upgrade() -> None:
    """Count what there is, and keep it counted."""
    for statement in _STATEMENTS:
        op.execute(statement)
