"""With thousands of destinations an answer is one screen: the file's, some of those in trouble, the rest counted."""

import io
import sqlite3
from collections.abc import Iterator

import pytest

from bot.commands import check, explain, status
from bot.config.load import Config, load
from bot.store.engine import Store
from bot.store.outbox import claims, lanes, overview
from bot.store.outbox.standing import OTHERS
from bot.watch.state import state
from bot.watch.status import status as as_it_stands
from bot.web.metrics import Metrics
from tests.desk import NOON, Desk

MANY, SCREEN = 2_000, 40
FILE = """
database = "sqlite:///paperround.db"
[telegram]
token_env = "TOKEN"
api_url = "http://127.0.0.1:9"
[[alerts]]
name = "all"
query = "*"
to = ["telegram:-1000000000001"]
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Two papers are due to each; half of the chats are closed, of the others one paper is parked."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "config.toml").write_text(FILE)
    desk = Desk(folder)
    desk.enqueue(2, *(f"-100{number:010}" for number in range(1, MANY + 1)))
    desk.store.close()
    with sqlite3.connect(desk.path) as there:
        there.execute(
            "insert into message (id, destination_id, delivery, state, payload, created) "
            "select id, destination_id, id, 'pending', '{}', 1 from due where paper_id = 1"
        )
        there.execute("update due set message_id = id where paper_id = 1")
        there.execute("update message set state = 'parked', error = 'too odd', settled = 5 where destination_id % 2")
        there.execute("update destination set closed = 'blocked' where id % 2 = 0")
    there.close()
    return load(folder / "config.toml", {"TOKEN": "1:x"})


@pytest.fixture
def store(config: Config) -> Iterator[Store]:
    made = Store(config.database, only_looks=True)
    yield made
    made.close()


def test_status_names_the_files_destinations_and_some_in_trouble(config: Config, store: Store) -> None:
    found = store.call(as_it_stands, config, NOON)
    text = status.text_of(found, config.settings.timezone).splitlines()
    assert len(text) <= SCREEN
    assert text[-1] == f"  and {MANY - 1 - OTHERS} more in trouble: paperround status --all"
    assert len(store.call(as_it_stands, config, NOON, everything=True).destinations) == MANY


def test_explain_names_the_files_deliveries_and_some_in_trouble(config: Config, store: Store) -> None:
    told = store.call(explain.explain, config, "2601.00001", NOON)
    assert told is not None
    text = explain.text_of(told, config.settings.timezone).splitlines()
    assert len(text) <= SCREEN
    assert "telegram:-1000000000001" in text[-OTHERS - 2]
    assert told.more == MANY - 1 - OTHERS
    rows, count = store.call(overview.deliveries, 1, None)
    assert len(rows) == count == MANY
    every = [row.destination_id for row in rows]
    assert store.call(overview.deliveries, 1, every) == (rows, MANY)


async def test_check_looks_into_the_files_chats_alone(config: Config) -> None:
    page = io.StringIO()
    await check.check(config, page, send=False)
    text = page.getvalue().splitlines()
    assert len(text) <= SCREEN
    assert f"  and {MANY - 1 - OTHERS} more in trouble: paperround check --all" in text


def test_metrics_count_all_destinations_by_platform(config: Config, store: Store) -> None:
    text = Metrics().text(2, store.call(state, config, NOON)).decode()
    deliveries = [line for line in text.splitlines() if line.startswith("paperround_deliveries")]
    # Each open chat has one paper that waits; a closed one's both count as parked.
    assert sorted(deliveries) == [
        f'paperround_deliveries{{platform="telegram",state="parked"}} {float(MANY * 3 // 2)}',
        'paperround_deliveries{platform="telegram",state="sent"} 0.0',
        f'paperround_deliveries{{platform="telegram",state="waiting"}} {float(MANY // 2)}',
    ]


def test_what_a_destination_is_called_is_found_by_an_index(store: Store) -> None:
    """Without it `status` of 3,000 destinations took 5.3 s (measured)."""

    def plan(connection: object) -> list[str]:
        statement = lanes._CALLED.format("1, 2, 3")
        raw = connection.connection.driver_connection  # type: ignore[attr-defined]
        return [row[3] for row in raw.execute(f"explain query plan {statement}")]

    assert any("spelling_destination" in step for step in store.call(plan))


@pytest.mark.parametrize("work", ["why_it_waits", "lanes"])
def test_what_waits_is_found_by_the_index_of_open_messages(store: Store, work: str) -> None:
    """Bound words would read every message that there ever was (bot.store.outbox.claims.IS_OPEN)."""
    asked: list[str] = []

    def plans(connection: object) -> list[str]:
        raw = connection.connection.driver_connection  # type: ignore[attr-defined]
        raw.set_trace_callback(asked.append)
        if work == "lanes":
            claims.lanes(connection, NOON, NOON.timestamp())  # type: ignore[arg-type]
        else:
            overview.why_it_waits(connection, 1)  # type: ignore[arg-type]
        raw.set_trace_callback(None)
        return [row[3] for one in asked if "message" in one for row in raw.execute(f"explain query plan {one}")]

    assert any("message_open" in step for step in store.call(plans))
