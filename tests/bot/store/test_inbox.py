"""The inbox: stored once by its key, dealt with once and in order, whatever breaks between."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, text

from bot.store import inbox
from bot.store.database import Database
from bot.store.engine import Store
from bot.store.inbox import Entry

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_an_entry_takes_effect_once_and_in_order_also_after_a_kill(database: Database) -> None:
    store = Store(database)
    assert store.call(inbox.append, "telegram", "1", "first", NOON)
    assert store.call(inbox.append, "telegram", "2", "second", NOON)
    assert not store.call(inbox.append, "telegram", "1", "first", NOON)
    assert store.call(inbox.append, "slack", "1", "third", NOON)
    broken = ["first", "second"]

    def note(connection: Connection, entry: Entry) -> None:
        connection.execute(text("insert into meta (name, value) values (:name, :name)"), {"name": entry.body})
        if entry.body in broken:
            broken.remove(entry.body)
            raise KeyError(entry.body)

    with pytest.raises(KeyError):
        store.call(inbox.consume, note, NOON)
    assert store.call(inbox.consume, note, NOON)
    with pytest.raises(KeyError):
        store.call(inbox.consume, note, NOON)
    left = store.call(inbox.oldest)
    assert left is not None
    assert left.body == "second"
    store.call(inbox.give_up, left.id, "it is none", NOON)
    assert store.call(inbox.consume, note, NOON)
    assert not store.call(inbox.consume, note, NOON)
    done = store.call(lambda at: at.execute(text("select name from meta order by name")).scalars().all())
    assert [name for name in done if name in {"first", "second", "third"}] == ["first", "third"]
    store.close()


def test_what_is_noted_is_known_again_and_asks_for_nothing(database: Database) -> None:
    store = Store(database)
    assert store.call(inbox.note, "request", "a", NOON)
    assert not store.call(inbox.note, "request", "a", NOON)
    assert store.call(inbox.note, "request", "b", NOON)
    assert store.call(inbox.oldest) is None
    store.close()
