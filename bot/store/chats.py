"""Chats and people that ask: what is remembered of them from one word to the next."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.store.among import marks_for
from bot.store.engine import Door, driver

MINUTE = 60.0


class Chat(NamedTuple):
    """Where somebody asks: a chat, or a topic of one."""

    scheme: str
    address: str
    thread: str = ""


class Hours(NamedTuple):
    """Quiet hours and time zone of a whole chat; empty: none, and the file's."""

    quiet: str = ""
    timezone: str = ""


def hours(connection: Door, chat: Chat) -> Hours:
    """Those that the chat was given."""
    return Hours(*_get(connection, _whole(chat), "quiet", "timezone") or Hours())


def set_hours(connection: Door, chat: Chat, new: Hours) -> None:
    """From now on."""
    _set(connection, _whole(chat), **new._asdict())


def listed(connection: Door, chat: Chat) -> list[int]:
    """The subscriptions that were last shown there, as they were numbered from 1."""
    row = _get(connection, chat, "listed")
    return list(json.loads(row[0])) if row else []


def list_them(connection: Door, chat: Chat, ids: Sequence[int]) -> None:
    """They are shown by their numbers from now on."""
    _set(connection, chat, listed=json.dumps(list(ids)))


def kept(connection: Door, chat: Chat) -> dict[str, Any]:
    """What it was asked and has not answered yet."""
    row = _get(connection, chat, "kept")
    return dict(json.loads(row[0])) if row else {}


def keep(connection: Door, chat: Chat, what: dict[str, Any]) -> None:
    """Until it answers."""
    _set(connection, chat, kept=json.dumps(what))


def leave(connection: Door, chat: Chat, moment: float | None) -> None:
    """It has blocked or removed us at a moment; None: it has let us in again."""
    _set(connection, _whole(chat), away=moment)


def left(connection: Door, chat: Chat) -> float | None:
    """Since when it has blocked or removed us."""
    row = _get(connection, _whole(chat), "away")
    return row[0] if row else None


def move(connection: Door, old: Chat, address: str) -> None:
    """It has another address: all that is remembered goes along, but for what the new one has already."""
    raw = driver(connection)
    for table, columns in _TABLES.items():
        names = ", ".join(columns)
        raw.execute(
            f"insert into {table} (scheme, address, {names}) select scheme, ?, {names} from {table}"  # noqa: S608
            " where scheme = ? and address = ? on conflict do nothing",
            (address, *old[:2]),
        )
        raw.execute(f"delete from {table} where scheme = ? and address = ?", old[:2])  # noqa: S608  (our own words)


def count(connection: Door, person: str, moment: float) -> int:
    """A command of a person at a moment (Unix seconds); the number of theirs in this minute, with it."""
    number = commands(connection, person, moment) + 1
    driver(connection).execute(_ANEW if number == 1 else _MORE, (person, moment, number))
    return number


def commands(connection: Door, person: str, moment: float) -> int:
    """How many a person's minute has so far."""
    row = driver(connection).execute("select commands, minute from person where id = ?", (person,)).fetchone()
    return row[0] if row and row[1] <= moment < row[1] + MINUTE else 0


def minute_ends(connection: Door, person: str) -> float:
    """Unix seconds when the minute is over in which a person's commands are counted."""
    ((begun,),) = driver(connection).execute("select minute from person where id = ?", (person,)).fetchall()
    return float(begun) + MINUTE


def admitted(connection: Door, person: str) -> bool:
    """Whether they told the code."""
    return _has(connection, "admitted", person)


def admit(connection: Door, person: str, moment: float) -> None:
    """They told the code."""
    driver(connection).execute(_NOTE.format("admitted"), (person, moment))


def greet(connection: Door, person: str, moment: float) -> bool:
    """Their first subscription is explained; False: it was before."""
    if _has(connection, "greeted", person):
        return False
    driver(connection).execute(_NOTE.format("greeted"), (person, moment))
    return True


def forget(connection: Door, chat: Chat, person: str = "") -> None:
    """All that is remembered of a chat, and of a person."""
    raw = driver(connection)
    for table in ("chat", "saved", "watched"):
        raw.execute(f"delete from {table} where scheme = ? and address = ?", chat[:2])  # noqa: S608  (our own words)
    # What was said goes; that it was dealt with stays.
    raw.execute(
        "update inbox set body = '' where kind = ? and done is not null and body like ?", (chat.scheme, _in(chat))
    )
    # The minute and the code stay: who asks is still counted, and still let in.
    raw.execute("update person set greeted = null where id = ?", (person,))


def _in(chat: Chat) -> str:
    return f'%"address": "{chat.address}"%'


def _whole(chat: Chat) -> Chat:
    """Whatever topic of it was meant."""
    return chat._replace(thread="")


def _get(connection: Door, chat: Chat, *columns: str) -> tuple[Any, ...] | None:
    wanted = f"select {', '.join(columns)} from chat where scheme = ? and address = ? and thread = ?"  # noqa: S608
    row: tuple[Any, ...] | None = driver(connection).execute(wanted, chat).fetchone()
    return row


def _set(connection: Door, chat: Chat, **values: object) -> None:
    statement = f"""
        insert into chat (scheme, address, thread, {", ".join(values)}) values (?, ?, ?, {marks_for(list(values))})
        on conflict (scheme, address, thread) do update set {", ".join(f"{one} = excluded.{one}" for one in values)}
    """  # noqa: S608  (of our own words)
    driver(connection).execute(statement, (*chat, *values.values()))


def _has(connection: Door, column: str, person: str) -> bool:
    found = driver(connection).execute(f"select {column} from person where id = ?", (person,)).fetchone()  # noqa: S608
    return found is not None and found[0] is not None


_ANEW = """
    insert into person (id, minute, commands) values (?, ?, ?)
    on conflict (id) do update set minute = excluded.minute, commands = excluded.commands
"""
_MORE = """
    insert into person (id, minute, commands) values (?, ?, ?)
    on conflict (id) do update set commands = excluded.commands
"""
_TABLES = {
    "chat": ("thread", "quiet", "timezone", "listed", "kept", "away"),
    "saved": ("paper", "owner", "created"),
    "watched": ("thread", "paper", "owner", "known", "created"),
}
_NOTE = "insert into person (id, {0}) values (?, ?) on conflict (id) do update set {0} = excluded.{0}"
