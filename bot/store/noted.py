"""What the database knows of itself, by name (table `meta`)."""

from bot.store.engine import Door, driver


def noted(connection: Door, name: str) -> str | None:
    """What was noted last under a name."""
    row = driver(connection).execute("select value from meta where name = ?", (name,)).fetchone()
    return row[0] if row else None


def note(connection: Door, name: str, value: str) -> None:
    """In place of what was noted before."""
    driver(connection).execute(_NOTE, (name, value))


def count(connection: Door, name: str) -> int:
    """The next number under a name: one that it never had."""
    ((number,),) = driver(connection).execute(_COUNT, (name,)).fetchall()
    return int(number)


def forget(connection: Door, name: str) -> None:
    """Nothing is noted under it."""
    driver(connection).execute("delete from meta where name = ?", (name,))


_COUNT = """
    insert into meta (name, value) values (?, '1')
    on conflict (name) do update set value = cast(cast(meta.value as bigint) + 1 as varchar)
    returning value
"""
_NOTE = "insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value"
