"""The triggers by which PostgreSQL keeps a destination's counts of papers, as those of migration 0011 do in SQLite.

Rows that come or go together are counted together: a million with one statement are one change for each destination.
"""

_OPEN = "in ('pending', 'sending', 'unsure')"


def _trigger(name: str, when: str, what: str) -> tuple[str, str]:
    """A trigger, and the function that it is to PostgreSQL."""
    body = f"begin {what}; return null; end"
    return (
        f"create function {name}() returns trigger language plpgsql as $$ {body} $$",
        f"create trigger {name} after {when} execute function {name}()",
    )


_CHANGED = f"""
    from (select changed.destination_id as lane,
                 count(*) filter (where message_id is null or state {_OPEN}) as open,
                 count(*) filter (where state = 'parked') as parked,
                 count(*) filter (where state = 'sent') as sent
          from changed left join message on message.id = message_id group by changed.destination_id) as its
    where destination.id = its.lane
"""  # noqa: S608
_ADDED = f"""
    update destination set waiting = waiting + its.open, parked = destination.parked + its.parked,
                           sent = destination.sent + its.sent {_CHANGED}
"""  # noqa: S608
# What was sent stays counted when it is pruned.
_REMOVED = f"update destination set waiting = waiting - its.open, parked = destination.parked - its.parked {_CHANGED}"  # noqa: S608


def _counted(sign: str, row: str) -> str:
    return f"""
        update destination
        set waiting = waiting {sign} (its.state {_OPEN})::integer,
            parked = parked {sign} (its.state = 'parked')::integer, sent = sent {sign} (its.state = 'sent')::integer
        from (select coalesce((select state from message where id = {row}.message_id), 'pending') as state) as its
        where destination.id = {row}.destination_id
    """  # noqa: S608


_SETTLED = f"""
    update destination
    set waiting = waiting + papers * ((new.state {_OPEN})::integer - (old.state {_OPEN})::integer),
        parked = parked + papers * ((new.state = 'parked')::integer - (old.state = 'parked')::integer),
        sent = sent + papers * ((new.state = 'sent')::integer - (old.state = 'sent')::integer),
        last_sent = case when new.state = 'sent' then new.settled else last_sent end
    from (select count(*) as papers from due where message_id = new.id) as carried
    where destination.id = new.destination_id and papers > 0
"""  # noqa: S608

COUNTERS = (
    *_trigger("due_added", "insert on due referencing new table as changed for each statement", _ADDED),
    *_trigger("due_removed", "delete on due referencing old table as changed for each statement", _REMOVED),
    *_trigger(
        "due_moved",
        """update of destination_id, message_id on due for each row
           when (old.destination_id <> new.destination_id or old.message_id is distinct from new.message_id)""",
        f"{_counted('-', 'old')}; {_counted('+', 'new')}",
    ),
    *_trigger(
        "message_settled",
        f"""update of state on message for each row
            when ((old.state {_OPEN}) <> (new.state {_OPEN}) or (old.state = 'parked') <> (new.state = 'parked'))""",
        _SETTLED,
    ),
)
"""Made once, with the tables."""
