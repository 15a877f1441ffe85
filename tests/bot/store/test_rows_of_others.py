"""What becomes of a message, a lane or a platform changes its own rows alone: others stand before and behind them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.rules.destinations import Destination
from bot.rules.stops import Stop
from bot.store import happened
from bot.store.engine import Store, driver
from bot.store.kind import Driver
from bot.store.outbox import (
    abandoned,
    claims,
    lanes,
    moments,
    next_up,
    outcomes,
    overview,
    posted,
    served,
    standing,
    troubles,
    waking,
)
from bot.store.outbox.claims import Ask, Claim, Ready, Taken
from bot.store.outbox.figures import Figures, Total, figures
from bot.store.outbox.outcomes import Tries
from bot.store.outbox.standing import Standing
from bot.store.outbox.terms import Hold
from bot.store.outbox.waking import Woken
from tests.bot.store.at_once import AT_ONCE

Changes = dict[str, dict[str, object] | None]
"""Table and key of each row that changed or is new: its new values, by column; None: it is gone."""
NOW = datetime.fromtimestamp(1000, UTC)
ZONE = ZoneInfo("UTC")
STATES = ("sent", "sending", "unsure", "pending", "parked")
OPEN = (2, 3, 4)
ADDRESSES = {1: ("telegram", "-1"), 2: ("telegram", "-2"), 3: ("telegram", "-3"), 4: ("slack", "C4")}
TABLES = ("destination", "message", "due", "hit", "platform", "spelling")
MINE = Claim(22, "d22", "-2", "", "", 1, "me")
ASKED = Ask(23, "-2", "d23", "", 100.0, "", 1, 2)
FREE = {"owner": None, "error": "no"}


def fill(raw: Driver) -> None:
    """Three lanes of a platform and one of another, each with a message in each state, which carries a paper."""
    raw.executemany("insert into platform (scheme) values (?)", [("slack",), ("telegram",)])
    paper = "insert into paper (id, key, entry_id, announced, first_seen, updated, data)"
    raw.executemany(
        f"{paper} values (?, ?, '', '2026-01-01', 0, 0, '')", [(number, f"p{number}") for number in range(1, 6)]
    )
    for lane, (scheme, address) in ADDRESSES.items():
        raw.execute(
            "insert into destination (id, scheme, address, not_before, failures, error, refused)"
            "values (?, ?, ?, 500, 3, 'busy', true)",
            (lane, scheme, address),
        )
        raw.execute("insert into spelling (name, destination_id) values (?, ?)", (f"{scheme}:@{lane}", lane))
        for place, state in enumerate(STATES, 1):
            carry(raw, lane, place, state)


def carry(raw: Driver, lane: int, place: int, state: str) -> None:
    number = 10 * lane + place
    settled = 900 + place if state in {"sent", "parked"} else None
    owner, ref = "me" if state == "sending" else None, f"r{number}" if state == "sent" else None
    raw.execute(
        "insert into message (id, destination_id, delivery, state, payload, not_before, attempts, unsure, fixed,"
        "created, first_tried, idle, settled, asked, ref, error, owner)"
        "values (?, ?, ?, ?, '', 7, 2, 1, true, 0, 100, 5, ?, 'far', ?, 'was busy', ?)",
        (number, lane, f"d{number}", state, settled, ref, owner),
    )
    raw.execute(
        "insert into due (id, destination_id, paper_id, due_at, mode, created, message_id)"
        "values (?, ?, ?, 10, 'each', 10, ?)",
        (number, lane, place, number),
    )
    raw.execute("insert into hit (due_id, subscription_id, created) values (?, ?, 10)", (number, number))


def rows(raw: Driver) -> dict[str, dict[str, object]]:
    found = {}
    for table in TABLES:
        read: Any = raw.execute(f"select * from {table}")
        columns = [one[0] for one in read.description]
        for row in read.fetchall():
            key = " ".join(map(str, row[:2] if table == "hit" else row[:1]))
            found[f"{table} {key}"] = dict(zip(columns, row, strict=True))
    return found


def changes(before: dict[str, dict[str, object]], after: dict[str, dict[str, object]]) -> Changes:
    gone: Changes = dict.fromkeys(before.keys() - after.keys())
    return gone | {
        name: {column: value for column, value in new.items() if name not in before or value != before[name][column]}
        for name, new in after.items()
        if new != before.get(name)
    }


@pytest.fixture
def done(tmp_path: Path) -> Callable[..., tuple[Any, Changes]]:
    """Do something in the database that is filled, after some statements; what it answers, and what it changes."""

    def do(act: Callable[[Connection], Any], *statements: str) -> tuple[Any, Changes]:
        def inside(connection: Connection) -> tuple[Any, Changes]:
            raw = driver(connection)
            fill(raw)
            for one in statements:
                raw.execute(one)
            before = rows(raw)
            return act(connection), changes(before, rows(raw))

        store = Store(tmp_path / "paperround.db")
        try:
            return store.call(inside)
        finally:
            store.close()

    return do


OF_A_MESSAGE: dict[str, tuple[Callable[[Connection], Any], Any, Changes]] = {
    "sent": (
        lambda connection: outcomes.sent(connection, 22, "r22", NOW, 5.0),
        Hold(1005.0),
        {
            "destination 2": {"not_before": 1005.0, "failures": 0, "error": None, "refused": 0, "last_sent": 1000.0}
            | {"sent": 2, "waiting": 2},
            "message 22": {"state": "sent", "ref": "r22", "settled": 1000.0, "error": None, "owner": None},
        },
    ),
    "it waits": (
        lambda connection: outcomes.wait(connection, MINE, "no", 1500.0, counted=True),
        None,
        {
            "destination 2": {"not_before": 1500.0, "failures": 4, "error": "no", "refused": 0},
            "message 22": FREE | {"state": "pending"},
        },
    ),
    "it waits, and that counts for nothing": (
        lambda connection: outcomes.wait(connection, MINE, "no", 1500.0, counted=False, refused=True),
        None,
        {"destination 2": {"not_before": 1500.0, "error": "no"}, "message 22": FREE | {"state": "pending"}},
    ),
    "given back": (
        lambda connection: outcomes.release(connection, MINE),
        None,
        {"message 22": {"state": "pending", "attempts": 1, "owner": None}},
    ),
    "goes on where its group went": (
        lambda connection: lanes.follow(connection, MINE, "moved", "-9", NOW),
        2,
        {
            "destination 2": {"address": "-9", "not_before": 1000.0, "error": "moved", "refused": 0},
            "message 22": {"state": "pending", "error": "moved", "owner": None},
        },
    ),
    "its answer was lost": (
        lambda connection: outcomes.unsure(connection, MINE, "no", 1500.0),
        None,
        {
            "destination 2": {"error": "no", "refused": 0},
            "message 22": FREE | {"state": "unsure", "unsure": 2, "not_before": 1500.0},
        },
    ),
    "its look-up waits": (
        lambda connection: outcomes.put_off(connection, ASKED, "no", 1500.0, "further"),
        None,
        {
            "destination 2": {"error": "no"},
            "message 23": {"error": "no", "not_before": 1500.0, "asked": "further"},
        },
    ),
    "changed": (
        lambda connection: outcomes.fix(connection, replace(MINE, message=22), "other", "no"),
        None,
        {"message 22": FREE | {"state": "pending", "payload": "other"}},
    ),
    "parked": (
        lambda connection: outcomes.park(connection, MINE, "no", NOW),
        True,
        {
            "destination 2": {"failures": 0, "refused": 0, "waiting": 2, "parked": 2},
            "message 22": FREE | {"state": "parked", "settled": 1000.0},
        },
    ),
    "parked when it was looked up": (
        lambda connection: outcomes.park(connection, ASKED, "no", NOW),
        True,
        {
            "destination 2": {"failures": 0, "refused": 0, "waiting": 2, "parked": 2},
            "message 23": {"error": "no", "state": "parked", "settled": 1000.0},
        },
    ),
    "closed": (
        lambda connection: outcomes.close(connection, MINE, "no", NOW),
        True,
        {
            "destination 2": {"failures": 0, "refused": 0, "waiting": 2, "parked": 2, "error": "no"}
            | {"closed": "no", "closed_at": 1000.0},
            "message 22": FREE | {"state": "parked", "settled": 1000.0},
        },
    ),
    "another worker's": (
        lambda connection: outcomes.close(connection, replace(MINE, owner="you"), "no", NOW),
        False,
        {},
    ),
    "sent since it was asked after": (
        lambda connection: outcomes.park(connection, replace(ASKED, attempts=1), "no", NOW),
        False,
        {},
    ),
    "its platform refuses us": (
        lambda connection: outcomes.stop(connection, MINE, "telegram", "no", NOW),
        None,
        {"message 22": FREE | {"state": "pending"}, "platform telegram": {"stopped": "no", "since": 1000.0}},
    ),
    "refused as the last one was": (
        lambda connection: outcomes.is_the_lanes(connection, MINE, "was busy"),
        True,
        {"destination 2": {"waiting": 4, "parked": 0}, "message 25": {"state": "pending", "settled": None}},
    ),
    "refused as its lane was": (lambda connection: outcomes.is_the_lanes(connection, MINE, "busy"), True, {}),
    "refused in other words": (lambda connection: outcomes.is_the_lanes(connection, MINE, "odd"), False, {}),
    "refused in later ones": (lambda connection: outcomes.is_the_lanes(connection, MINE, "was odd"), False, {}),
    "counted": (
        lambda connection: outcomes.failed(connection, MINE, happened.SEND, "telegram", "wait", NOW),
        Tries(895.0, 1, fixed=True, failures=3, refused=True),
        {},
    ),
    "dealt with by others": (
        lambda connection: outcomes.failed(
            connection, replace(MINE, message=99), happened.SEND, "telegram", "wait", NOW
        ),
        Tries(0.0, 0, fixed=False, failures=0),
        {},
    ),
    "lost by who had it": (
        lambda connection: abandoned.lost(connection, Taken(22, "me", lives=False), 1500.0),
        None,
        {"message 22": {"state": "unsure", "unsure": 2, "not_before": 1500.0, "owner": None}},
    ),
    "not lost by another": (
        lambda connection: abandoned.lost(connection, Taken(22, "you", lives=False), 1500.0),
        None,
        {},
    ),
}


@pytest.mark.parametrize("name", OF_A_MESSAGE)
def test_what_becomes_of_a_message_changes_it_and_its_lane(name: str, done: Callable[..., Any]) -> None:
    act, answer, changed = OF_A_MESSAGE[name]
    assert done(act) == (answer, changed)


def test_what_is_given_back_before_it_was_ever_sent_was_not_tried(done: Callable[..., Any]) -> None:
    once = "update message set attempts = 1 where id = 22"
    _, changed = done(lambda connection: outcomes.release(connection, MINE), once)
    assert changed == {"message 22": {"state": "pending", "attempts": 0, "first_tried": None, "owner": None}}


@pytest.mark.parametrize("other", [1, 3])
def test_a_refusal_is_not_the_lanes_where_another_was_refused_so(done: Callable[..., Any], other: int) -> None:
    odd = f"update destination set error = 'odd' where id = {other}"
    assert done(lambda connection: outcomes.is_the_lanes(connection, MINE, "odd"), odd) == (False, {})


@pytest.mark.parametrize(("number", "error", "is_its"), [(21, "odd", True), (21, "busy", False), (24, "odd", False)])
def test_a_refusal_is_the_lanes_where_the_one_before_was_put_back_for_it(
    done: Callable[..., Any], number: int, error: str, is_its: bool
) -> None:
    put_back = f"update message set state = 'pending', settled = null, error = '{error}' where id = {number}"
    assert done(lambda connection: outcomes.is_the_lanes(connection, MINE, "odd"), put_back) == (is_its, {})


@pytest.mark.parametrize(
    ("state", "settled", "is_its"), [("parked", 950, True), ("sent", 950, False), ("sent", 904, True)]
)
def test_a_refusal_is_the_lanes_where_the_last_that_was_settled_parked_for_it(
    done: Callable[..., Any], state: str, settled: int, is_its: bool
) -> None:
    last = f"update message set state = '{state}', settled = {settled} where id = 21"
    answer, changed = done(lambda connection: outcomes.is_the_lanes(connection, MINE, "was busy"), last)
    assert answer is is_its
    back = 21 if state == "parked" else 25
    assert set(changed) == ({f"message {back}", "destination 2"} if is_its else set())


AFRESH = {"state": "pending", "unsure": 0, "not_before": 0.0, "fixed": 0, "first_tried": None, "idle": 0.0}
OF_A_LANE: dict[str, tuple[Callable[[Connection], Any], Any, Changes]] = {
    "reopened": (
        lambda connection: outcomes.reopen(connection, 2),
        4,
        {
            "destination 2": {"failures": 0, "refused": 0, "error": None, "not_before": 0.0, "waiting": 4, "parked": 0},
            "message 25": AFRESH | {"settled": None, "asked": ""},
        },
    ),
    "reopened, and what parked for another reason stays": (
        lambda connection: outcomes.reopen(connection, 2, "another"),
        3,
        {"destination 2": {"failures": 0, "refused": 0, "error": None, "not_before": 0.0}},
    ),
    "its number is another": (
        lambda connection: lanes.renumber(connection, Destination("telegram", "@2"), "-9", NOW),
        None,
        {"destination 2": {"address": "-9", "failures": 0, "refused": 0, "error": None, "not_before": 0.0}},
    ),
    "moved": (lambda connection: lanes.move(connection, 2, "-9"), 2, {"destination 2": {"address": "-9"}}),
    "moved where one of another platform is": (
        lambda connection: lanes.move(connection, 2, "C4"),
        2,
        {"destination 2": {"address": "C4"}},
    ),
    "moved where one of another platform was first": (
        lambda connection: lanes.move(connection, 4, "-1"),
        4,
        {"destination 4": {"address": "-1"}},
    ),
    "its address is learnt": (
        lambda connection: lanes.learn(connection, "telegram", "-2", "-9"),
        None,
        {"destination 2": {"address": "-9"}},
    ),
    "held": (
        lambda connection: lanes.hold(connection, "telegram", "-2", 1500.0, "asked"),
        None,
        {"destination 2": {"not_before": 1500.0, "error": "held: asked"}},
    ),
    "not held any more, for it was not": (lambda connection: lanes.unhold(connection, "telegram", "-2"), None, {}),
    "paused with all of its platform": (
        lambda connection: outcomes.pause_platform(connection, "telegram", 1500.0),
        None,
        {"platform telegram": {"paused_until": 1500.0}},
    ),
    "joined": (
        lambda connection: lanes.move(connection, 2, "-1"),
        1,
        {"destination 1": {"sent": 2}, "destination 2": None, "spelling telegram:@2": {"destination_id": 1}}
        | {f"due 2{place}": None for place in range(1, 6)}
        | {f"hit 2{place} 2{place}": None for place in range(1, 6)}
        | {
            f"hit 1{place} 2{place}": {"due_id": 10 + place, "subscription_id": 20 + place, "created": 10.0}
            for place in range(1, 6)
        }
        | {f"message {number}": {"destination_id": 1} for number in (21, 22, 23)}
        | {"message 24": None, "message 25": None},
    ),
}


@pytest.mark.parametrize("name", OF_A_LANE)
def test_what_becomes_of_a_lane_changes_no_other(name: str, done: Callable[..., Any]) -> None:
    act, answer, changed = OF_A_LANE[name]
    assert done(act) == (answer, changed)


@pytest.mark.parametrize(("others", "goes"), [(0, True), (1, False)])
def test_what_waits_goes_with_its_name_unless_its_chat_has_another(
    done: Callable[..., Any], others: int, goes: bool
) -> None:
    waits = "update due set message_id = null where id = 22"
    spelled = ["insert into spelling (name, destination_id) values ('telegram:-2', 2)"] * others
    its = Destination("telegram", "@2")
    _, changed = done(lambda connection: lanes.reassign(connection, its, "-9", NOW), waits, *spelled)
    assert changed["spelling telegram:@2"] == {"destination_id": 5}
    assert changed.get("due 22") == ({"destination_id": 5} if goes else None)


def test_a_lane_that_was_held_goes_on_and_no_other(done: Callable[..., Any]) -> None:
    held = "update destination set error = 'held: asked' where id < 4"
    _, changed = done(lambda connection: lanes.unhold(connection, "telegram", "-2"), held)
    assert changed == {"destination 2": {"error": None, "not_before": 0.0}}


def test_a_pause_is_not_made_shorter(done: Callable[..., Any]) -> None:
    paused = "update platform set paused_until = 2000"
    assert done(lambda connection: outcomes.pause_platform(connection, "telegram", 1500.0), paused)[1] == {}


@pytest.mark.parametrize(("scheme", "some"), [("telegram", (1, 2, 3)), (None, (1, 2, 3, 4))])
def test_the_time_that_a_platform_was_stopped_counts_against_none_of_its_messages(
    done: Callable[..., Any], scheme: str | None, some: tuple[int, ...]
) -> None:
    stopped = "update platform set stopped = 'no', since = 600"
    _, changed = done(lambda connection: outcomes.resume(connection, NOW, scheme), stopped)
    idle = {f"message {lane}{place}": {"idle": 405.0} for lane in some for place in OPEN}
    schemes = {ADDRESSES[lane][0] for lane in some}
    assert changed == idle | {f"platform {one}": {"stopped": None, "since": None} for one in schemes}


def test_a_message_first_tried_while_its_platform_was_stopped_was_idle_since(done: Callable[..., Any]) -> None:
    stopped = ("update platform set stopped = 'no', since = 60", "update message set idle = 0")
    _, changed = done(lambda connection: outcomes.resume(connection, NOW, "slack"), *stopped)
    assert changed["message 42"] == {"idle": 900.0}


def test_who_is_gone_had_in_hand_what_was_being_sent(done: Callable[..., Any]) -> None:
    count, changed = done(lambda connection: abandoned.recover(connection, NOW, 8.0))
    lost = {"state": "unsure", "unsure": 2, "not_before": 1008.0, "owner": None}
    assert (count, changed) == (4, {f"message {lane}2": lost for lane in ADDRESSES})


@pytest.mark.parametrize(("worker", "count"), [("another", 4), ("me", 0), ("you", 4)])
def test_what_a_worker_that_lives_has_in_hand_is_its_own(done: Callable[..., Any], worker: str, count: int) -> None:
    lives = f"insert into worker (id, kind, host, pid, began, beat) values ('{worker}', 'work', '', 1, 0, 1e12)"
    found, changed = done(lambda connection: abandoned.recover(connection, NOW, 8.0), lives)
    assert (found, len(changed)) == (count, count)


def test_what_is_yet_to_be_settled_was_idle_while_nobody_delivered(done: Callable[..., Any]) -> None:
    _, changed = done(lambda connection: moments.slept(connection, 50.0, NOW))
    assert changed == {f"message {lane}{place}": {"idle": 55.0} for lane in ADDRESSES for place in OPEN}


@pytest.mark.parametrize(("tried", "idle"), [(949.0, 55.0), (999.5, 5.5), (1000.0, 5.0), (1000.5, 5.0)])
def test_a_message_was_idle_no_longer_than_it_was_tried(done: Callable[..., Any], tried: float, idle: float) -> None:
    since = f"update message set first_tried = {tried}"
    _, changed = done(lambda connection: moments.slept(connection, 50.0, NOW), since)
    assert changed.get("message 22", {"idle": 5.0}) == {"idle": idle}


@pytest.mark.parametrize(("delivered", "idle"), [(990.0, 15.0), (1000.0, 5.0), (1030.0, 5.0)])
def test_no_message_was_idle_while_others_delivered(done: Callable[..., Any], delivered: float, idle: float) -> None:
    def slept(connection: Connection) -> None:
        served.delivered(connection, datetime.fromtimestamp(delivered, UTC))
        moments.slept(connection, 50.0, NOW)

    assert done(slept)[1].get("message 22", {"idle": 5.0}) == {"idle": idle}


@pytest.mark.parametrize(("seconds", "stop"), [(172_800.0, None), (172_800.5, Stop(-171_800.5, 1000.0))])
def test_a_stop_of_more_than_two_days_is_noted(done: Callable[..., Any], seconds: float, stop: Stop | None) -> None:
    def slept(connection: Connection) -> Stop | None:
        moments.slept(connection, seconds, NOW)
        return served.last_stop(connection)

    assert done(slept)[0] == stop


def test_a_stopped_platform_counts_for_itself_while_nobody_delivered(done: Callable[..., Any]) -> None:
    stopped = "update platform set stopped = 'no' where scheme = 'slack'"
    _, changed = done(lambda connection: moments.slept(connection, 50.0, NOW), stopped)
    assert changed == {f"message {lane}{place}": {"idle": 55.0} for lane in (1, 2, 3) for place in OPEN}


def test_pauses_end_when_they_would_have_where_the_clock_is_set_back(done: Callable[..., Any]) -> None:
    before = datetime.fromtimestamp(100, UTC)
    changes = "update destination set not_before = 100 * id"
    _, changed = done(lambda connection: moments.set_back(connection, 250.0, before), changes)
    after = {2: 0.0, 3: 50.0, 4: 150.0}
    assert changed == {f"destination {lane}": {"not_before": left} for lane, left in after.items()}


TOLD: dict[str, tuple[Callable[[Connection], Any], Any]] = {
    "lanes that may go on": (
        lambda connection: claims.lanes(connection, NOW, 500.0),
        [claims.Lane(lane, scheme, f"{scheme}:@{lane}") for lane, (scheme, _) in ADDRESSES.items()],
    ),
    "none that may": (lambda connection: claims.lanes(connection, NOW, 499.0), []),
    "by address": (lambda connection: lanes.by_address(connection, "telegram", "-2"), [2]),
    "by place": (lambda connection: lanes.at(connection, Destination("telegram", "-2")), 2),
    "where it leads": (lambda connection: lanes.place(connection, 2), Destination("telegram", "-2")),
    "by spelling": (lambda connection: lanes.find(connection, Destination("telegram", "@2")), 2),
    "by address, where none is spelled so": (
        lambda connection: lanes.find(connection, Destination("telegram", "-2")),
        2,
    ),
    "its spellings": (lambda connection: lanes.names(connection, 2), ["telegram:@2"]),
    "what some are called": (
        lambda connection: lanes.called(connection, [2, 3]),
        {2: "telegram:@2", 3: "telegram:@3"},
    ),
    "the first": (lambda connection: lanes.some_names(connection, 2), (["telegram:@1", "telegram:@2"], 2)),
    "what is not sent": (
        lambda connection: overview.unsent(connection, NOW, ZONE, NOW),
        {f"{scheme}:@{lane}": "3 unsent: busy" for lane, (scheme, _) in ADDRESSES.items()},
    ),
    "a paper's way": (
        lambda connection: [(row.id, row.state, row.ref) for row in overview.deliveries(connection, 1, [2])[0]],
        [(21, "sent", "r21")],
    ),
    "a paper's ways": (
        lambda connection: [row.id for row in overview.deliveries(connection, 2, None)[0]],
        [12, 22, 32, 42],
    ),
    "and one of the others": (
        lambda connection: [row.id for row in overview.deliveries(connection, 5, [2], others=1)[0]],
        [15, 25],
    ),
    "lanes to wake": (lambda connection: waking.due(connection, NOW), [1, 2, 3, 4]),
    "one that was woken": (
        lambda connection: waking.woken(connection, 2),
        Woken(claims.Lane(2, "telegram", "telegram:@2"), None),
    ),
    "a message's papers": (lambda connection: posted.papers_of(connection, [2], "r21"), [1]),
    "a paper's callers": (lambda connection: posted.callers_of(connection, [2], 2), [22]),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_told_of_one_is_not_another_s(name: str, done: Callable[..., Any]) -> None:
    act, answer = TOLD[name]
    assert done(act) == (answer, {})


PAPER = """update paper set data = '{"id": "' || key || '", "title": "t", "abstract": ""}'"""


def test_a_message_carries_its_papers_in_their_order(done: Callable[..., Any]) -> None:
    places = "update due set message_id = 21, place = -id where id in (21, 22, 23)"
    found, _ = done(lambda connection: overview.carried(connection, 21), PAPER, places)
    assert [one.id for one in found] == ["p3", "p2", "p1"]


def test_what_is_due_and_in_no_message_yet_is_unsent_too(done: Callable[..., Any]) -> None:
    due = "update due set message_id = null where id in (22, 23)"
    found, _ = done(lambda connection: overview.unsent(connection, NOW, ZONE, NOW), due)
    assert found["telegram:@2"] == "3 unsent: busy"


def test_where_a_platform_is_stopped_that_is_why_nothing_of_it_is_sent(done: Callable[..., Any]) -> None:
    closed = "update destination set closed = 'gone' where id = 3"
    stopped = "update platform set stopped = 'no', since = 600 where scheme = 'telegram'"
    found, _ = done(
        lambda connection: overview.unsent(connection, NOW, ZONE, datetime.fromtimestamp(0, UTC)), closed, stopped
    )
    assert found == {
        "telegram:@1": "3 unsent: telegram is stopped: no",
        "telegram:@2": "3 unsent: telegram is stopped: no",
        "telegram:@3": "3 unsent: gone",
        "slack:@4": "3 unsent: busy",
    }


def test_who_called_for_a_delivery_is_told_first_come_first(done: Callable[..., Any]) -> None:
    some = [
        "insert into subscription (id, destination_id, destination, name, query, origin, begun, changed)"
        f"values ({number}, 2, '', '{name}', 'q{number}', 'chat', 0, 0)"
        for number, name in ((1, ""), (2, "two"), (22, "hit"), (23, "other"))
    ]
    own = "update due set subscription_id = 2, created = 11 where id = 22"
    late = "insert into hit (due_id, subscription_id, created) values (22, 1, 12)"
    found, _ = done(lambda connection: overview.hits(connection, 22), *some, own, late)
    assert [tuple(row) for row in found] == [("hit", "q22", 10.0), ("two", "q2", 11.0), ("q1", "q1", 12.0)]


@pytest.mark.parametrize("by", [1, 2, 22, 23])
def test_a_paper_waits_by_the_time_of_the_one_by_whose_time_it_is_due(done: Callable[..., Any], by: int) -> None:
    own = f"update due set subscription_id = {by}, created = 11 where id = 22"
    late = "insert into hit (due_id, subscription_id, created) values (22, 3, 12)"
    some = [
        "insert into subscription (id, destination_id, destination, query, origin, begun, changed)"
        f"values ({number}, 2, '', 'q{number}', 'chat', 0, 0)"
        for number in (1, 2, 3, 22, 23)
    ]
    waiting, _ = done(lambda connection: next_up.known(driver(connection), 22), *some, own, late)
    assert (waiting.due, waiting.came, waiting.by.id) == (22, 11.0, by)
    assert [one.id for one in waiting.callers] == [22, *([by] if by != 22 else [22]), 3]


TROUBLES = (
    "update destination set closed = 'gone' where id = 2",
    "update destination set refused = false, not_before = 99999 where id = 3",
    "update message set unsure = 9 where id = 13",
    "update message set error = null where id > 40",
    "update destination set error = null, refused = false, not_before = 400 where id = 4",
)


def test_figures_of_a_platform_are_of_its_destinations(done: Callable[..., Any]) -> None:
    unknown = "delete from platform where scheme = 'slack'"
    idle = "insert into destination (id, scheme, address) values (5, 'webhook', 'x')"
    unused = "insert into platform (scheme) values ('email')"
    found, _ = done(lambda connection: figures(connection, NOW), *TROUBLES, unknown, idle, unused)
    assert found.pop("email") == replace(found["webhook"], destinations={"open": 0, "refused": 0, "closed": 0})
    assert found.pop("webhook") == Figures(
        Total(0, 0, 0),
        {"open": 0, "paused": 0, "refused": 0},
        {"open": 1, "refused": 0, "closed": 0},
        {"pending": 0, "sending": 0, "unsure": 0},
        dict.fromkeys(found["slack"].troubles, 0),
        stopped=False,
        paused_until=0.0,
    )
    none = dict.fromkeys(found["slack"].troubles, 0)
    assert found == {
        "slack": Figures(
            Total(1, 3, 1),
            {"open": 3, "paused": 0, "refused": 0},
            {"open": 1, "refused": 0, "closed": 0},
            {"pending": 1, "sending": 1, "unsure": 1},
            none | {"parked": 1},
            stopped=False,
            paused_until=0.0,
        ),
        "telegram": Figures(
            Total(3, 6, 6),
            {"open": 0, "paused": 3, "refused": 3},
            {"open": 1, "refused": 1, "closed": 1},
            {"pending": 3, "sending": 3, "unsure": 3},
            none | {"closed": 1, "parked": 3, "paused": 1, "refused": 1, "unsure": 1},
            stopped=False,
            paused_until=0.0,
        ),
    }


@pytest.mark.parametrize(("since", "told"), [(600.0, 1), (700.0, 1), (700.5, 0)])
def test_where_nobody_is_heard_for_five_minutes_a_person_is_wanted(
    done: Callable[..., Any], since: float, told: int
) -> None:
    unheard = f"update platform set unheard = 'no', unheard_since = {since} where scheme = 'telegram'"
    found, _ = done(lambda connection: figures(connection, NOW), unheard)
    assert (found["telegram"].troubles["unheard"], found["slack"].troubles["unheard"]) == (told, 0)


def test_each_lane_stands_as_its_own_rows_say(done: Callable[..., Any]) -> None:
    wanted = ["telegram:@2", "telegram:@9", "telegram:@3"]
    found, _ = done(lambda connection: standing.standing(connection, wanted, everything=True), *TROUBLES)
    lane = standing.Lane
    assert found == Standing(
        [
            lane("telegram:@2", "closed", 1, 0, 4, "gone", None),
            lane("telegram:@9", "open", 0, 0, 0, "", None),
            lane("telegram:@3", "open", 1, 3, 1, "was busy", None, next_try=99999.0),
            lane("telegram:@1", "refused", 1, 3, 1, "busy", None, configured=False, next_try=500.0),
            lane("slack:@4", "open", 1, 3, 1, "", None, configured=False),
        ]
    )
    assert [one.troubled() for one in found.lanes] == [True, False, True, True, True]


@pytest.mark.parametrize("wanted", [["telegram:@2", "telegram:-2"], ["telegram:-2", "telegram:@2"]])
def test_a_lane_that_is_spelled_twice_stands_once_by_its_first_name(
    done: Callable[..., Any], wanted: list[str]
) -> None:
    twice = "insert into spelling (name, destination_id) values ('telegram:-2', 2)"
    found, _ = done(lambda connection: standing.standing(connection, wanted), twice)
    assert [one.name for one in found.lanes if one.configured] == wanted[:1]


def test_a_lane_that_waits_for_its_own_error_says_until_when(done: Callable[..., Any]) -> None:
    quiet = "update message set error = null"
    found, _ = done(lambda connection: standing.standing(connection, ["telegram:@2"]), quiet)
    assert [one.next_try for one in found.lanes] == [500.0] * 4


@pytest.mark.parametrize(
    ("error", "why", "reason"), [("'busy'", "null", "busy"), ("null", "'slow'", "slow"), ("'busy'", "'slow'", "busy")]
)
def test_a_lane_says_why_it_waits_or_why_its_message_does(
    done: Callable[..., Any], error: str, why: str, reason: str
) -> None:
    its = f"update destination set refused = false, error = {error} where id = 2"
    mine = f"update message set error = case state when 'pending' then null when 'parked' then null else {why} end"
    found, _ = done(lambda connection: standing.standing(connection, ["telegram:@2"]), its, mine)
    assert found.lanes[0].reason == reason


def test_each_trouble_is_told_of_its_own_lane(done: Callable[..., Any]) -> None:
    found, _ = done(lambda connection: troubles.in_delivery(connection, NOW), *TROUBLES)
    assert found == {
        "closed 2": "telegram:@2 is closed: gone; reopen it with: paperround retry telegram:@2",
        "parked 1": "telegram:@1: 1 parked, the last one: was busy",
        "parked 2": "telegram:@2: 1 parked, the last one: was busy",
        "parked 3": "telegram:@3: 1 parked, the last one: was busy",
        "parked 4": "slack:@4: 1 parked, the last one: None",
        "paused 3": "telegram:@3 waits for hours: busy",
        "unsure 1": "telegram:@1: answers are lost again and again: was busy",
    }


@pytest.mark.parametrize(("closed", "told"), [(1, True), (2, False), (3, True)])
def test_a_notice_goes_where_its_own_lane_is_open(done: Callable[..., Any], closed: int, told: bool) -> None:
    gone = f"update destination set closed = 'gone' where id = {closed}"
    answer, changed = done(lambda connection: troubles.tell(connection, 2, "text", "new", NOW), gone)
    assert (answer, set(changed)) == (told, {"message 46"} if told else set())


TERMS = replace(AT_ONCE, interval=lambda _address: 5.0)
READY = [Ready("text", (22, 24))]
FREED = "update due set message_id = null where id in (22, 24)"


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        ("update due set message_id = 21 where id = 22", Hold(1000.0)),
        ("update due set message_id = 21 where id = 24", Hold(1000.0)),
        ("update due set destination_id = 4, paper_id = 5 where id = 24", Hold(1000.0)),
        ("update destination set not_before = 1000.5 where id = 2", Hold(1000.5)),
        ("update destination set closed = 'gone' where id = 2", None),
        ("update destination set unsubscribed = 1 where id = 2", None),
    ],
)
def test_what_was_packed_is_not_claimed_if_it_is_not_as_it_was(
    done: Callable[..., Any], after: str, answer: Hold | None
) -> None:
    emptied = "delete from hit where due_id = 45", "delete from due where id = 45"
    found = done(lambda connection: claims.claim_packed(connection, 2, READY, NOW, TERMS, "me"), FREED, *emptied, after)
    assert found == (answer, {})


def test_what_was_packed_is_claimed_with_all_that_it_carries(done: Callable[..., Any]) -> None:
    free = "update destination set not_before = 1000 where id = 2"
    two = [*READY, Ready("more", (25,))]
    unpacked = "update due set message_id = null where id = 25"
    ids = iter(("first", "second"))
    terms = replace(TERMS, new_delivery=lambda _now: next(ids))
    claim, changed = done(
        lambda connection: claims.claim_packed(connection, 2, two, NOW, terms, "me"), FREED, unpacked, free
    )
    assert claim == Claim(46, "first", "-2", "", "text", 2, "me")
    made = {"delivery": "first", "state": "sending", "payload": "text", "attempts": 1, "first_tried": 1000.0}
    waits = {"delivery": "second", "state": "pending", "payload": "more", "attempts": 0, "first_tried": None}
    assert made.items() <= changed["message 46"].items()
    assert (changed["message 46"]["owner"], changed["message 47"]["owner"]) == ("me", None)
    assert waits.items() <= changed["message 47"].items()
    assert {key: its for key, its in changed.items() if key[:3] == "due"} == {
        "due 22": {"message_id": 46},
        "due 24": {"message_id": 46},
        "due 25": {"message_id": 47},
    }
    assert changed["destination 2"] == {"not_before": 1005.0}


@pytest.mark.parametrize(
    ("after", "answer", "changed"),
    [
        ("update message set attempts = 3 where id = 23", Hold(1000.0), {}),
        ("update message set state = 'pending' where id = 23", Hold(1000.0), {}),
        ("update message set not_before = 1000.5 where id = 23", Hold(1000.0), {}),
        ("update destination set closed = 'gone' where id = 2", None, {}),
        (
            "update due set mode = 'uncalled' where message_id = 23",
            None,
            {
                "destination 2": {"waiting": 2},
                "message 23": {"state": "uncalled", "settled": 1000.0, "error": "no alert calls for it any more"},
            },
        ),
        (
            "update message set not_before = 1000 where id = 23",
            Claim(23, "d23", "-2", "", "", 1, "me"),
            {
                "destination 2": {"not_before": 1005.0},
                "message 23": {"state": "sending", "attempts": 3, "asked": "", "owner": "me"},
            },
        ),
    ],
)
def test_a_message_that_was_not_found_is_sent_again_if_it_is_as_it_was(
    done: Callable[..., Any], after: str, answer: object, changed: Changes
) -> None:
    assert done(lambda connection: claims.claim_again(connection, 2, ASKED, NOW, TERMS, "me"), after) == (
        answer,
        changed,
    )


@pytest.mark.parametrize(
    ("states", "lane", "answer"),
    [
        ("update message set id = id", 2, Taken(22, "me", lives=False)),
        ("update message set state = 'sent' where id = 22", 2, Ask(23, "-2", "d23", "", 100.0, "", 1, 2, "far")),
        ("update message set state = 'sent' where id in (22, 23)", 2, Claim(24, "d24", "-2", "", "", 1, "me")),
        ("update message set state = 'sent' where id in (22, 23, 24)", 2, None),
        ("update destination set not_before = 1000.5 where id = 2", 2, Hold(1000.5)),
        ("update message set not_before = 1000.5 where id = 22", 2, Hold(1000.5)),
        ("update destination set closed = 'gone' where id = 2", 2, None),
        ("update message set id = id", 9, None),
    ],
)
def test_a_lane_goes_on_with_its_first_open_message(
    done: Callable[..., Any], states: str, lane: int, answer: object
) -> None:
    found, _ = done(lambda connection: claims.step(connection, lane, NOW, TERMS, "me", lambda *_: None), states)
    assert found == answer


@pytest.mark.parametrize(
    ("statement", "ref"),
    [
        ("update message set settled = 100 where id = 22", "r22"),
        ("update message set settled = 101 where id = 22", ""),
        ("update message set settled = 99 where id in (21, 22)", "r22"),
        ("update message set state = 'parked', settled = 9 * (id = 21) where id < 23", ""),
        ("update message set settled = 9 where id in (11, 21, 31)", "r22"),
    ],
)
def test_a_lost_answer_is_looked_for_from_behind_what_surely_arrived_before_it_was_sent(
    done: Callable[..., Any], statement: str, ref: str
) -> None:
    first = "update message set state = 'sent', settled = 99, ref = 'r22' where id = 22"
    step, _ = done(lambda connection: claims.step(connection, 2, NOW, TERMS, "me", lambda *_: None), first, statement)
    assert (step.message, step.after) == (23, ref)
