"""What is packed alone is packed once for all destinations of an alert; a digest goes by votes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.channel import Item
from bot.delivery import packing
from bot.delivery.packing import Packer, loaded
from bot.rules.destinations import Destination
from bot.rules.manners import Manner
from bot.store.engine import driver
from bot.store.outbox import next_up
from bot.store.outbox.next_up import Pack, Waiting
from feeds.paper import Paper
from tests.desk import NOON, Desk, call_all

MINUTE = timedelta(minutes=1)


class Packing:
    """Papers that wait, and how often the channel packed one."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.packer = Packer(self.desk.channel, None)
        self.packed: list[str] = []
        pack = self.desk.channel.pack

        def noted(item: Item, *, silent: bool = False) -> Any:
            self.packed.append(item.paper.title)
            return pack(item, silent=silent)

        self.desk.channel.pack = noted

    def waiting(self, *votes: int | None) -> list[Waiting]:
        some = [Paper(f"2601.{number:05}", f"Paper {number}", "x", votes=its) for number, its in enumerate(votes, 1)]
        self.desk.store.call(call_all, [Destination("telegram", "-1")], some, NOON)

        def known(connection: Any) -> list[Waiting]:
            raw = driver(connection)
            ids = [number for (number,) in raw.execute("select id from due order by id").fetchall()]
            return [next_up.known(raw, number) for number in ids]

        return self.desk.store.call(known)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Packing]:
    made = Packing(tmp_path)
    yield made
    made.desk.store.close()


def test_a_paper_that_goes_alone_is_packed_once_an_hour(at: Packing) -> None:
    (one,) = at.waiting(1)
    move = Pack([one], digest=False)
    assert at.packer.at_hand(move, NOON) is None
    (ready,) = at.packer.pack(move, NOON)
    assert (loaded(ready.payload)["text"], ready.dues) == ("Paper 1", (one.due,))
    again = Pack([replace(one, due=99)], digest=False)
    assert at.packer.at_hand(again, NOON + 59 * MINUTE) == ready.payload
    at.packer.pack(again, NOON + 59 * MINUTE)
    assert at.packed == ["Paper 1"]
    assert at.packer.at_hand(Pack([one], digest=True), NOON) is None, "a digest is nobody else's"
    assert at.packer.at_hand(again, NOON + 60 * MINUTE) is None, "its age may be another one"


def test_a_query_that_an_older_version_wrote_and_is_none_any_more_marks_nothing(at: Packing) -> None:
    (one,) = at.waiting(1)
    old = replace(one, callers=tuple(its._replace(query="((") for its in one.callers))
    (ready,) = at.packer.pack(Pack([old], digest=False), NOON)
    assert loaded(ready.payload)["text"] == "Paper 1"


def test_the_last_that_were_packed_are_kept(at: Packing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_KEPT", 2)
    moves = [Pack([one], digest=False) for one in at.waiting(1, 2, 3)]
    for one in moves:
        at.packer.pack(one, NOON)
    assert [at.packer.at_hand(one, NOON) is not None for one in moves] == [False, True, True]


def test_a_digest_goes_by_votes_then_in_order(at: Packing) -> None:
    some = at.waiting(None, 0, 7, 0, 9)
    at.desk.channel.most = 2
    ready = at.packer.pack(Pack(some, digest=True), NOON)
    assert [loaded(one.payload)["text"] for one in ready] == ["Paper 5, Paper 3", "Paper 2, Paper 4", "Paper 1"]
    dues = [one.due for one in some]
    assert [one.dues for one in ready] == [(dues[4], dues[2]), (dues[1], dues[3]), (dues[0],)]


class Roundups:
    """Says that it was asked."""

    def roundup(self, asked: Any, now: Any) -> Any:
        return f"of {len(asked)}"


@pytest.mark.parametrize(("rounds_up", "weekly", "told"), [(True, 1, "of 1"), (True, 0, None), (False, 1, None)])
def test_a_weekly_digest_ends_with_a_round_up_where_the_channel_has_them(
    at: Packing, rounds_up: bool, weekly: int, told: str | None
) -> None:
    if rounds_up:
        at.desk.channel.rounds_up = True
    some = at.waiting(1)
    packer = Packer(at.desk.channel, None, None, Roundups())  # type: ignore[arg-type]
    packer.pack(Pack(some, digest=True, weekly=(Manner(),) * weekly), NOON)
    assert [issue.roundup for issue in at.desk.channel.issues] == [told]
