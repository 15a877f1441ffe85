"""What is kept counted of each destination is what a count anew finds, whatever happens in which order."""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.rules.destinations import Destination
from bot.store.archive import papers
from bot.store.archive.papers import Sighting
from bot.store.database import Database
from bot.store.engine import Store, driver
from bot.store.outbox import claims, lanes, outcomes
from bot.store.outbox.claims import Claim, Ready
from bot.store.outbox.figures import figures
from bot.store.subscriptions import waiting
from feeds.paper import Paper
from tests.bot.store.at_once import AT_ONCE
from tests.desk import Desk
from tests.older import SINCE_0011

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADDRESSES = ("-1", "-2", "-3")
PAPERS = 6
ANEW = """
    select destination.id,
           count(*) filter (where due.id > 0 and (message_id is null or state in ('pending', 'sending', 'unsure'))),
           count(*) filter (where state = 'parked')
    from destination left join (due left join message on message.id = message_id) on due.destination_id = destination.id
    group by destination.id
"""
BEFORE = (
    *SINCE_0011,
    *(f"drop trigger {name}" for name in ("due_added", "due_removed", "due_moved", "message_settled")),
    *(f"alter table destination drop column {name}" for name in ("sent", "waiting", "parked", "last_sent")),
    "update alembic_version set version_num = '0010'",
)
IDS = random.Random(1)
ME = "a worker"
TERMS = replace(AT_ONCE, new_delivery=lambda _now: f"{IDS.getrandbits(128):032x}")


class KilledError(Exception):
    """All of a transaction is undone, as by a kill."""


class Book:
    """An outbox in one transaction, and how many papers were sent from it."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.raw, self.sent = connection, driver(connection), 0
        lanes.of(connection, [Destination("telegram", one) for one in ADDRESSES])
        for number in range(PAPERS):
            paper = Paper(f"2601.{number:05}", f"Paper {number}", "About it.")
            papers.add(
                connection, Sighting("daily", "huggingface", paper, NOW.date()), NOW, lambda _, key: f"tag:{key}"
            )
        self.papers = [number for (number,) in self.raw.execute("select id from paper order by id")]

    def do(self, what: str, lane: int, some: int) -> None:
        """One thing that happens to a lane, where it can."""
        ids = [number for (number,) in self.raw.execute("select id from destination order by id")]
        steps: dict[str, Callable[[int, int], None]] = {
            "due": self._due,
            "claim": self._claim,
            "sent": self._sent,
            "join": self._join,
            "pruned": self._pruned,
            "reopen": lambda lane, _: self._counted(outcomes.reopen(self.connection, lane)),
            "skip": lambda lane, _: self._counted(waiting.skip(self.connection, lane, None, NOW)),
        }
        steps.get(what, lambda lane, _: self._settled(what, lane))(ids[lane % len(ids)], some)

    def _counted(self, _: int) -> None:
        """How many is not what is asked here."""

    def _due(self, lane: int, some: int) -> None:
        self.raw.executemany(
            "insert into due (destination_id, paper_id, due_at, mode, created) values (?, ?, 0, 'each', 0)"
            " on conflict (destination_id, paper_id) do nothing",
            [(lane, self.papers[(some + more) % PAPERS]) for more in range(3)],
        )

    def _claim(self, lane: int, some: int) -> None:
        free = self.raw.execute(
            "select id from due where destination_id = ? and message_id is null", (lane,)
        ).fetchall()
        if self._in_hand(lane) is None and free:
            packed = [Ready("{}", tuple(one for (one,) in free[: 1 + some % 2]))]
            assert isinstance(claims.claim_packed(self.connection, lane, packed, NOW, TERMS, ME), Claim | None)

    def _in_hand(self, lane: int) -> int | None:
        wanted = "select min(id) from message where destination_id = ? and state in ('pending', 'sending', 'unsure')"
        ((found,),) = self.raw.execute(wanted, (lane,)).fetchall()
        return found

    def _sent(self, lane: int, _: int) -> None:
        if (message := self._in_hand(lane)) is not None:
            ((papers_of_it,),) = self.raw.execute(
                "select count(*) from due where message_id = ?", (message,)
            ).fetchall()
            outcomes.sent(self.connection, message, "7", NOW, 0.0)
            self.sent += papers_of_it

    def _settled(self, what: str, lane: int) -> None:
        if (message := self._in_hand(lane)) is None:
            return
        self.raw.execute("update message set state = 'sending', owner = ? where id = ?", (ME, message))
        claim = Claim(message, "", "", "", "", 1, ME)
        match what:
            case "unsure":
                outcomes.unsure(self.connection, claim, "no answer", 0.0)
            case "wait":
                outcomes.wait(self.connection, claim, "later", 0.0, counted=True)
            case "park":
                outcomes.park(self.connection, claim, "too odd", NOW)
            case "close":
                outcomes.close(self.connection, claim, "blocked", NOW)

    def _join(self, lane: int, some: int) -> None:
        lanes.move(self.connection, lane, ADDRESSES[some % len(ADDRESSES)])

    def _pruned(self, lane: int, _: int) -> None:
        self.raw.execute(
            "delete from due where destination_id = ?"
            " and message_id in (select id from message where state in ('sent', 'skipped'))",
            (lane,),
        )

    def check(self) -> None:
        """What is kept is what is there."""
        anew = {lane: (waits, parked) for lane, waits, parked in self.raw.execute(ANEW)}
        kept = self.raw.execute("select id, waiting, parked, sent from destination").fetchall()
        assert {lane: (waits, parked) for lane, waits, parked, _ in kept} == anew
        assert sum(sent for *_, sent in kept) == self.sent
        (its,) = figures(self.connection, NOW).values()
        whole = its.papers
        assert whole.sent == self.sent
        assert whole.waiting + whole.parked == sum(waits + parked for waits, parked in anew.values())


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    made = Store(database)
    yield made
    made.close()


HAPPENS = ("due", "claim", "sent", "unsure", "wait", "park", "close", "reopen", "skip", "join", "pruned")
STEP = st.tuples(
    st.sampled_from(("due", "claim", "claim", "sent", *HAPPENS)), st.integers(0, 1), st.integers(0, 5), st.booleans()
)


def test_the_counters_are_what_a_count_anew_finds(store: Store) -> None:
    @settings(max_examples=40 if isinstance(store.database, Path) else 8, deadline=None)
    @example([("due", 0, 0, False), ("claim", 0, 1, False), ("park", 0, 0, False), ("skip", 0, 0, False)])
    @example([("due", 0, 0, False), ("due", 1, 0, False), ("skip", 0, 0, False), ("join", 0, 1, False)])
    @given(st.lists(STEP, min_size=8, max_size=40))
    def hold(steps: list[tuple[str, int, int, bool]]) -> None:
        with pytest.raises(KilledError):
            store.call(all_happens, steps)

    hold()


def all_happens(connection: Connection, steps: list[tuple[str, int, int, bool]]) -> None:
    book = Book(connection)
    for what, lane, some, killed in steps:
        before = book.sent
        with suppress(KilledError), connection.begin_nested():
            book.do(what, lane, some)
            if killed:
                book.sent = before
                raise KilledError
        book.check()
    raise KilledError  # the next one begins with an empty outbox


def test_a_database_of_before_the_counters_is_counted_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.enqueue(3, "-1", "-2")
    asyncio.run(desk.drain())
    desk.enqueue(5, "-1", "-2")
    asked = "select id, sent, waiting, parked, last_sent from destination order by id"
    with sqlite3.connect(desk.path) as there:
        kept = there.execute(asked).fetchall()
        for statement in BEFORE:
            there.execute(statement)
    desk.store.close()
    Store(desk.path).close()
    assert there.execute(asked).fetchall() == kept
    assert [row[1:4] for row in kept] == [(3, 2, 0)] * 2
    there.close()
