"""What a delivery decides about time: when it looks again, when digests may go, what a clock that moved means."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.channels.channel import Kind, SendError
from bot.delivery.deliverer import Deliverer
from bot.rules.destinations import Destination
from bot.rules.manners import Manner
from bot.store.outbox import lanes, outcomes
from bot.store.outbox.claims import Taken
from bot.store.outbox.terms import Hold
from tests.desk import NOON, Desk, outside
from tests.fakes.channel import FakeChannel, JumpingClock

BERLIN = "Europe/Berlin"
MINUTE = timedelta(minutes=1)


class Wall(JumpingClock):
    """A wall clock that may be set, while seconds go on."""

    ahead = timedelta()

    def steady(self) -> float:
        return (self.at - self.ahead).timestamp()

    def set(self, ahead: timedelta) -> None:
        self.ahead += ahead
        self.at += ahead


class Delivery(Deliverer):
    """One on a desk."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.wall = self.desk.clock = Wall(NOON)
        super().__init__(self.desk.store, {"telegram": self.desk.channel}, ZoneInfo(BERLIN), 8.0, self.wall)


@pytest.fixture
def delivery(tmp_path: Path) -> Iterator[Delivery]:
    made = Delivery(tmp_path)
    yield made
    made.desk.store.close()


def test_an_id_is_32_digits_that_begin_with_its_time(delivery: Delivery) -> None:
    made = [delivery._new_delivery(NOON + timedelta(microseconds=number)) for number in range(50)]
    assert {len(one) for one in made} == {32}
    assert {int(one[:14], 16) for one in made} == {int(NOON.timestamp() * 1e6) + number for number in range(50)}
    assert len({one[14:] for one in made}) == 50
    assert max(one[14] for one in made) > "7"
    assert all(earlier < later for earlier, later in pairwise(made))


def test_digests_wait_for_sources_after_a_sleep_and_go_after_a_round_that_began_since(delivery: Delivery) -> None:
    assert delivery._no_digest_before(NOON) <= NOON.timestamp()
    delivery.hold_digests(NOON, 600.0)
    assert delivery._no_digest_before(NOON) == NOON.timestamp() + 600
    delivery.let_digests_go(NOON - MINUTE)
    assert delivery._no_digest_before(NOON) == NOON.timestamp() + 600
    delivery.let_digests_go(NOON)
    assert delivery._no_digest_before(NOON) <= NOON.timestamp()


@pytest.mark.parametrize(("seconds", "waits"), [(30.0, False), (31.0, True), (-600.0, False)])
def test_no_digest_goes_while_nobody_was_told_of_a_sleep(delivery: Delivery, seconds: float, waits: bool) -> None:
    delivery.wall.set(timedelta(seconds=seconds))
    until = delivery._no_digest_before(NOON)
    assert until == NOON.timestamp() + 15 if waits else until <= NOON.timestamp()
    assert delivery.moved() == seconds
    assert delivery._no_digest_before(NOON) <= NOON.timestamp()


async def test_pauses_end_when_they_would_have_where_the_clock_is_set_back_and_no_digest_waits(
    delivery: Delivery,
) -> None:
    gate = await delivery.gate_of("telegram")
    gate.paused_until = NOON.timestamp() + 600
    delivery.hold_digests(NOON, 600.0)
    delivery.wall.set(timedelta(seconds=40))
    assert delivery.moved() == 40
    delivery.wall.set(timedelta(seconds=0.5))
    assert delivery.moved() == 0.5
    assert gate.paused_until == NOON.timestamp() + 600
    assert delivery._no_digest_before(NOON) == NOON.timestamp() + 600
    delivery.wall.set(timedelta(seconds=-100))
    assert delivery.moved() == -100
    assert gate.paused_until == NOON.timestamp() + 500
    assert delivery._no_digest_before(NOON) <= NOON.timestamp()
    delivery.wall.set(timedelta(seconds=-0.5))
    delivery.moved()
    assert gate.paused_until == NOON.timestamp() + 499.5
    gate.paused_until = 50.0
    delivery.wall.set(timedelta(seconds=-100))
    delivery.moved()
    assert gate.paused_until == 0.0


async def test_a_platform_that_was_paused_before_is_paused_when_it_is_opened(delivery: Delivery) -> None:
    delivery.desk.store.call(outcomes.pause_platform, "telegram", NOON.timestamp() + 600)
    assert (await delivery.gate_of("telegram")).paused_until == NOON.timestamp() + 600
    delivery.desk.store.call(outcomes.pause_platform, "telegram", NOON.timestamp() + 900)
    assert (await delivery.gate_of("telegram")).paused_until == NOON.timestamp() + 600, "it is opened once"


def test_a_date_ends_at_midnight_where_the_reader_is(delivery: Delivery) -> None:
    ends = {zone: delivery._end_of_day(Manner(timezone=zone), NOON) - NOON.timestamp() for zone in ("UTC", BERLIN)}
    assert ends == {"UTC": 12 * 3600, BERLIN: 11 * 3600}
    late = NOON + timedelta(hours=11, minutes=30)
    assert delivery._end_of_day(Manner(timezone=BERLIN), late) == late.timestamp() + 23.5 * 3600


@pytest.mark.parametrize(
    ("deliver", "last", "until"),
    [
        ("each", 0.0, None), ("daily 09:00", None, None), ("daily 09:00", 0.0, 21 * 3600),
        ("daily 09:00", -24 * 3600, None), ("daily 18:00", 0.0, 6 * 3600),
    ],
)  # fmt: skip
def test_a_digest_that_went_on_this_date_goes_at_the_next_one(
    delivery: Delivery, deliver: str, last: float | None, until: float | None
) -> None:
    went = None if last is None else NOON.timestamp() + last
    found = delivery._put_off(Manner(deliver=deliver), NOON, went)
    assert (found and found - NOON.timestamp()) == until


def test_kept_quiet_hours_are_of_the_zone_of_people(delivery: Delivery) -> None:
    assert delivery._held("", NOON) is None
    assert delivery._held("12:00-15:00", NOON) == NOON.timestamp() + 2 * 3600  # 13:00 in Berlin
    assert delivery._held("09:00-13:00", NOON) is None


@pytest.mark.parametrize(("later", "least", "most"), [(0.1, 0.05, 1.0), (None, 0.05, 1.0)])
async def test_it_rests_until_the_next_paper_falls_due_or_a_round_wakes_it(
    delivery: Delivery, later: float | None, least: float, most: float
) -> None:
    wake, stop = asyncio.Event(), asyncio.Event()
    began = asyncio.get_running_loop().time()
    if later is None:
        asyncio.get_running_loop().call_later(0.1, wake.set)
    else:
        delivery.desk.enqueue(1)
        due = f"update due set due_at = {NOON.timestamp() + later}"
        delivery.desk.store.call(lambda connection: connection.exec_driver_sql(due) and None)
    await delivery.rest(wake, stop)
    assert least <= asyncio.get_running_loop().time() - began < most
    assert not wake.is_set()


async def test_a_lane_that_was_woken_has_its_turn_and_no_other(delivery: Delivery) -> None:
    desk = delivery.desk
    desk.enqueue(2, "-1", "-2")
    hands = delivery.hands(asyncio.Event())
    assert await delivery.turn(1, hands, 60.0, 10.0) is None
    assert [post.address for post in desk.channel.posts] == ["-1", "-1"]
    assert outside(desk.store, "select distinct destination_id from message") == [(1,)]
    assert await delivery.turn(99, hands, 60.0, 10.0) is None
    desk.store.call(outcomes.stop_platform, "telegram", "no", NOON)
    assert await delivery.turn(2, hands, 60.0, 10.0) is None
    assert len(desk.channel.posts) == 2


async def test_a_lane_of_a_platform_that_is_not_ours_has_no_turn(delivery: Delivery) -> None:
    delivery.desk.store.call(lanes.of, [Destination("slack", "#papers")])
    assert await delivery.turn(1, delivery.hands(asyncio.Event()), 60.0, 10.0) is None


@pytest.mark.parametrize(("lost", "told"), [(2, 0), (3, 1), (5, 1)])
async def test_the_third_answer_that_is_lost_is_told(
    delivery: Delivery, caplog: pytest.LogCaptureFixture, lost: int, told: int
) -> None:
    delivery.desk.enqueue(1)
    delivery.desk.channel.failures.extend([SendError(Kind.UNSURE, "no answer")] * lost)
    await delivery.desk.drain()
    assert delivery.desk.channel.taken == ["Paper 1"]
    found = [one for one in warned(caplog) if "was lost" in one]
    assert found == ["telegram:-1001 the answer to one message was lost 3 times: no answer"] * told


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelname in {"WARNING", "ERROR"}]


def test_that_a_platform_refuses_us_is_told_once(delivery: Delivery, caplog: pytest.LogCaptureFixture) -> None:
    hands = delivery.hands(asyncio.Event())
    for reason in ("no", "no more"):
        hands.stopped("telegram", reason)
    assert delivery.tally.stopped == {"telegram": "no more"}
    assert warned(caplog) == ["telegram refuses us: no; what is due there is kept"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (3599.0, []),
        (3600.0, ["telegram:-1001 waits for 1.0 hours: busy"]),
        (3_600_000.0, ["telegram:-1001 waits for 1000.0 hours: busy"]),
    ],
)
async def test_a_pause_of_more_than_an_hour_is_told(
    delivery: Delivery, caplog: pytest.LogCaptureFixture, seconds: float, told: list[str]
) -> None:
    delivery.desk.enqueue(1)
    delivery.desk.channel.failures.append(SendError(Kind.WAIT, "busy", retry_after=seconds))
    await delivery.desk.drain(0)
    assert warned(caplog) == told


@pytest.mark.parametrize(("wait", "told"), [(5.0, 0), (6.0, 1)])
async def test_what_is_waited_for_is_told_where_it_is_felt(
    delivery: Delivery, caplog: pytest.LogCaptureFixture, wait: float, told: int
) -> None:
    delivery.desk.enqueue(1)
    delivery.desk.store.call(lanes.hold, "telegram", "-1001", NOON.timestamp() + wait, "asked")
    await delivery.desk.drain(60)
    found = warned(caplog)
    assert len(found) == told
    assert all(one.endswith("(--wait ends 12:01:00 UTC): held: asked; Ctrl-C is safe") for one in found)


@pytest.mark.parametrize(("patience", "sent"), [(5.0, 0), (6.0, 1)])
async def test_a_lane_waits_as_long_as_it_has_patience(delivery: Delivery, patience: float, sent: int) -> None:
    delivery.desk.enqueue(1)
    delivery.desk.channel.failures.append(SendError(Kind.WAIT, "busy", retry_after=5.0))
    (run,) = await delivery._lanes(delivery.hands(asyncio.Event()), NOON.timestamp())
    hold = await run.go(None, patience)
    assert (run.sent, hold is None) == (sent, bool(sent))


async def test_a_pause_of_a_platform_is_over_at_its_end(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery.desk.enqueue(1)
    (await delivery.gate_of("telegram")).paused_until = NOON.timestamp()
    monkeypatch.setattr(delivery.wall, "steady", count(NOON.timestamp()).__next__)
    assert await delivery.turn(1, delivery.hands(asyncio.Event()), 60.0, 10.0) is None
    assert delivery.desk.channel.taken == ["Paper 1"]


@pytest.mark.parametrize("seconds", [2.0, 1.5])
async def test_a_turn_is_as_long_as_it_was_given(delivery: Delivery, seconds: float) -> None:
    delivery.desk.enqueue(5)
    hands = delivery.hands(asyncio.Event())

    def a_second() -> None:
        delivery.wall.at += timedelta(seconds=1)

    delivery.desk.channel.before_send = a_second
    hold = await delivery.turn(1, hands, seconds, 10.0)
    assert len(delivery.desk.channel.posts) == 2
    assert hold is not None
    assert hold.until == delivery.wall.now().timestamp()


async def test_what_a_lane_asks_after_is_left_alone_for_a_second_by_one_that_was_joined_with_it(
    delivery: Delivery,
) -> None:
    channel, hands = delivery.desk.channel, delivery.hands(asyncio.Event())
    channel.can_find, channel.concurrency, channel.takes_first = True, 2, True
    answered = channel.find_waits_for = asyncio.Event()
    delivery.desk.store.call(lanes.of, [Destination("telegram", "-1")])
    delivery.desk.enqueue(1, "-2")
    channel.failures.append(SendError(Kind.UNSURE, "lost"))
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(delivery.turn(2, hands, 60.0, 60.0))
        while not channel.looked_for:  # noqa: ASYNC110
            await asyncio.sleep(0)
        delivery.desk.store.call(lanes.move, 2, "-1")
        assert await delivery.turn(1, hands, 60.0, 0.5) == Hold(delivery.wall.now().timestamp() + 1)
        answered.set()
    assert (len(channel.looked_for), channel.taken, delivery.desk.state()) == (1, ["Paper 1"], ["sent"])


async def test_what_is_settled_of_a_lane_is_what_it_sent_and_parked(delivery: Delivery) -> None:
    delivery.desk.enqueue(3)
    delivery.desk.channel.failures.append(SendError(Kind.DROP, "odd"))
    (run,) = await delivery._lanes(delivery.hands(asyncio.Event()), NOON.timestamp())
    assert run.settled == 0
    await run.go(None, 10.0)
    assert (run.sent, run.settled) == (2, 3)
    assert delivery.tally.sent == {"telegram:-1001": 2}


async def test_a_refusal_that_comes_again_is_the_lanes_and_nothing_stays_parked(delivery: Delivery) -> None:
    delivery.desk.enqueue(3)
    delivery.desk.channel.failures.extend([SendError(Kind.DROP, "odd")] * 2)
    (run,) = await delivery._lanes(delivery.hands(asyncio.Event()), NOON.timestamp())
    await run.go(None, 10.0)
    assert (run.sent, run.settled, delivery.tally.parked) == (0, 0, [])


@pytest.mark.parametrize("refusals", [1, 2, 3])
async def test_what_failed_before_is_not_taken_for_the_first_refusal(delivery: Delivery, refusals: int) -> None:
    delivery.desk.enqueue(1)
    refused = SendError(Kind.WAIT, "full", patient=True, closes_after=0.0, refusals=refusals)
    delivery.desk.channel.failures.extend([SendError(Kind.WAIT, "busy"), *[refused] * 9])
    await delivery.desk.drain()
    assert len(delivery.desk.channel.posts) == 1 + refusals
    assert delivery.desk.state() == ["parked"]


class Shared:
    """What a store on a server says of itself."""

    is_shared = True


def test_a_lane_keeps_its_pace_and_a_platform_that_of_all_who_send(delivery: Delivery) -> None:
    channel = delivery.desk.channel = FakeChannel(delivery.wall, interval=2.0)
    channel.per_second = 4.0
    assert delivery._terms_of("telegram", channel).turns is None
    assert delivery._terms_of("telegram", channel).interval("-1") == 2.02
    delivery._store = Shared()  # type: ignore[assignment]
    turns = delivery._terms_of("telegram", channel).turns
    assert turns is not None
    assert (turns.scheme, turns.gap, turns.steady()) == ("telegram", 1.05 / 4, NOON.timestamp())


@pytest.mark.parametrize(("owner", "lives", "since"), [("gone", False, 8.0), ("other", True, None)])
async def test_what_was_being_sent_by_who_is_gone_is_looked_up_when_that_has_settled(
    delivery: Delivery, owner: str, lives: bool, since: float | None
) -> None:
    delivery.desk.enqueue(1)
    (run,) = await delivery._lanes(delivery.hands(asyncio.Event()), NOON.timestamp())
    taken = Taken(1, owner, lives)
    sending = f"""
        insert into message (id, destination_id, delivery, state, payload, created, owner)
        values (1, 1, 'd', 'sending', '', 0, '{owner}')
    """
    delivery.desk.store.call(lambda connection: connection.exec_driver_sql(sending) and None)
    assert await run._taken(taken) == Hold(NOON.timestamp() + 1)
    found = outside(delivery.desk.store, "select state, not_before, owner from message")
    assert found == [("sending", 0.0, owner) if since is None else ("unsure", NOON.timestamp() + since, None)]
