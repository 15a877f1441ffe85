"""What is no longer kept goes some at a time: what goes, what stays, and where to go on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.store.engine import Store, driver
from bot.store.outbox import pruning

HORIZON = datetime.fromtimestamp(100, UTC)


class Rows:
    """A database with some rows of an outbox."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "paperround.db")
        self._do("insert into destination (id, scheme, address) values (1, 'telegram', '-1')")

    def _do(self, statement: str, *values: object) -> list[Any]:
        return self.store.call(lambda connection: driver(connection).execute(statement, values).fetchall())

    def message(self, number: int, state: str, created: float, settled: float | None, papers: int = 0) -> None:
        insert = "insert into message (id, destination_id, delivery, state, payload, created, settled)"
        self._do(f"{insert} values (?, 1, ?, ?, '', ?, ?)", number, str(number), state, created, settled)
        for paper in range(number * 1000, number * 1000 + papers):
            self.due(paper, created, number)
            self._do("insert into hit (due_id, subscription_id, created) values (?, 7, 0)", paper)

    def due(self, number: int, created: float, message: int | None = None, subscription: int = 1) -> None:
        paper = "insert into paper (id, key, entry_id, announced, first_seen, updated, data)"
        self._do(f"{paper} values (?, ?, '', '', 0, 0, '')", number, str(number))
        self._do(
            "insert into due (id, destination_id, paper_id, due_at, mode, subscription_id, created, message_id)"
            "values (?, 1, ?, 0, 'each', ?, ?, ?)",
            number,
            number,
            subscription,
            created,
            message,
        )

    def entry(self, number: int, created: float, done: float | None) -> None:
        insert = "insert into inbox (id, kind, key, body, created, done) values (?, 'it', ?, '', ?, ?)"
        self._do(insert, number, str(number), created, done)

    def subscription(self, number: int, ended: float | None, origin: str) -> None:
        insert = "insert into subscription (id, destination_id, destination, query, origin, begun, ended, changed)"
        self._do(f"{insert} values (?, 1, '', '*', ?, 0, ?, 0)", number, origin, ended)

    def ids(self, table: str) -> list[int]:
        return [number for (number,) in self._do(f"select {'due_id' if table == 'hit' else 'id'} from {table}")]

    def prune(self, what: Callable[..., Any], *given: object) -> Any:
        def inside(connection: Connection) -> Any:
            return what(connection, *given)

        return self.store.call(inside)


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Rows]:
    made = Rows(tmp_path)
    yield made
    made.store.close()


def test_messages_that_are_done_with_go_and_others_stay_however_old(rows: Rows) -> None:
    for number, state in enumerate(("sent", "skipped", "uncalled", "parked", "pending", "sending", "unsure"), 1):
        rows.message(number, state, 10, 20 if number < 5 else None, papers=1)
    assert rows.prune(pruning.messages, 0, HORIZON) is None
    assert rows.ids("message") == [4, 5, 6, 7]
    assert rows.ids("due") == rows.ids("hit") == [4000, 5000, 6000, 7000]


@pytest.mark.parametrize(
    ("created", "settled", "stays"),
    [(99, 99, False), (99, 100, True), (100, 100, True), (99, None, False), (10, 101, True)],
)
def test_a_message_goes_by_when_it_was_settled(rows: Rows, created: float, settled: float | None, stays: bool) -> None:
    rows.message(1, "sent", created, settled)
    assert rows.prune(pruning.messages, 0, HORIZON) is None
    assert rows.ids("message") == ([1] if stays else [])


def test_messages_go_from_behind_one_on_and_until_there_are_younger_ones(rows: Rows) -> None:
    for number, created in enumerate((10, 10, 10, 200, 10), 1):
        rows.message(number, "sent", created, 20)
    assert rows.prune(pruning.messages, 1, HORIZON) is None
    assert rows.ids("message") == [1, 4, 5]


def test_so_many_messages_are_looked_at_at_once(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MESSAGES", 3)
    for number in range(1, 8):
        rows.message(number, "parked" if number == 2 else "sent", 10, 20)
    assert rows.prune(pruning.messages, 0, HORIZON) == 3
    assert rows.prune(pruning.messages, 3, HORIZON) == 6
    assert rows.prune(pruning.messages, 6, HORIZON) is None
    assert rows.ids("message") == [2]


def test_so_many_papers_go_at_once(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "PAPERS", 3)
    for number in range(1, 6):
        rows.message(number, "sent", 10, 20, papers=2)
    assert rows.prune(pruning.messages, 0, HORIZON) == 2
    assert rows.prune(pruning.messages, 2, HORIZON) == 4
    assert rows.prune(pruning.messages, 4, HORIZON) is None
    assert rows.ids("message") == rows.ids("due") == []


def test_entries_that_were_dealt_with_go(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    some = ((10, 20), (10, None), (10, 100), (10, 99), (20, 30), (100, 101), (150, 160))
    for number, (created, done) in enumerate(some, 1):
        rows.entry(number, created, done)
    monkeypatch.setattr(pruning, "ROWS", 4)
    assert rows.prune(pruning.inbox, 0, HORIZON) == 4
    assert rows.ids("inbox") == [2, 3, 5, 6, 7]
    assert rows.prune(pruning.inbox, 4, HORIZON) is None
    assert rows.ids("inbox") == [2, 3, 6, 7]
    assert rows.prune(pruning.inbox, 7, HORIZON) is None


def test_subscriptions_that_called_for_what_is_still_there_are_known(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 7):
        rows.due(number, 10 if number < 6 else 100, subscription=10 + number)
        rows._do("insert into hit (due_id, subscription_id, created) values (?, ?, 0)", number, 20 + number)
    monkeypatch.setattr(pruning, "ROWS", 3)
    assert rows.prune(pruning.called, HORIZON, 0) == ({11, 12, 13, 21, 22, 23}, 3)
    assert rows.prune(pruning.called, HORIZON, 3) == ({14, 15, 16, 24, 25, 26}, None)
    assert rows.prune(pruning.called, HORIZON, 6) == (set(), None)


def test_subscriptions_that_ended_long_ago_are_forgotten_but_for_the_files_and_the_newest(rows: Rows) -> None:
    some = ((50, "chat"), (100, "chat"), (99, "mail"), (50, "config"), (None, "chat"), (50, "chat"))
    for number, (ended, origin) in enumerate(some, 1):
        rows.subscription(number, ended, origin)
    assert rows.prune(pruning.ended, HORIZON) == {1, 3}
    rows._do("insert into beginning (subscription_id, source, day) values (1, 'daily', ''), (3, 'daily', '')")
    rows.prune(pruning.forget, [1, 5])
    assert rows.ids("subscription") == [2, 3, 4, 5, 6]
    assert rows._do("select subscription_id from beginning") == [(3,)]
