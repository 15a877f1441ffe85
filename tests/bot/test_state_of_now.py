"""What waits obeys the configuration of now, and never two digests come on one local date."""

import asyncio
import json
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.delivery.deliverer import Deliverer
from bot.rules.destinations import Destination
from bot.rules.standing import Times
from bot.store.database import Database
from bot.store.engine import Store
from bot.store.outbox import moments, served
from feeds.paper import Paper
from tests.desk import call_all
from tests.fakes.channel import FakeChannel, JumpingClock
from tests.fakes.source import items
from tests.world import DAILY, World, alert

pytestmark = pytest.mark.usefixtures("database")

TODAY = datetime.now(UTC).date()
TO = "telegram:@papers"


def at(hours: float) -> str:
    return f"daily {datetime.now(UTC) + timedelta(hours=hours):%H:%M}"


@pytest.fixture
def sixty(here: World) -> World:
    """Sixty papers wait for their digest."""
    here.source.days[TODAY.isoformat()] = items(60, TODAY)
    here.configure(DAILY, alert("all", "*", TO, deliver=at(2)))
    assert here.round().well()
    assert here.telegram.messages == []
    return here


def later(here: World, *tables: str, hours: float = 0.0) -> World:
    here.configure(DAILY, *tables)
    assert here.round(ahead=timedelta(hours=hours)).well()
    return here


def test_a_narrower_query_sends_what_it_matches(sixty: World) -> None:
    narrowed = alert("all", '"question 7" OR "question 9"', TO)
    later(sixty, narrowed)
    later(sixty, narrowed, hours=3)
    assert {message.text.split("\n")[0].split(":")[0] for message in sixty.telegram.messages} == {
        "Paper number 7",
        "Paper number 9",
    }
    assert sixty.run("status").returncode == 0


@pytest.mark.parametrize("tables", [(), (alert("all", "*", "console:"),), (alert("other", "nowhere", TO),)])
def test_a_removed_alert_or_destination_sends_nothing_and_nothing_waits(sixty: World, tables: tuple[str, ...]) -> None:
    later(sixty, *tables, hours=3)
    assert sixty.telegram.messages == []
    found = json.loads(sixty.run("status", "--json").stdout)
    assert all(
        not lane["waiting"] and not lane["parked"] for lane in found["destinations"] if "telegram" in lane["name"]
    )
    paper = items(1, TODAY)[0]["paper"]["id"]
    assert "no alert calls for it any more" in sixty.run("explain", paper).stdout


def test_a_renamed_alert_goes_on_and_one_that_comes_back_gets_what_it_missed(sixty: World) -> None:
    renamed = alert("renamed", "*", TO, deliver=at(2))
    later(sixty, renamed)
    later(sixty)
    later(sixty, renamed)
    later(sixty, renamed, hours=3)
    assert sum("Paper number" in line for message in sixty.telegram.messages for line in message.text.split("\n")) == 60


def test_an_alert_that_comes_and_goes_stops_nothing_and_sends_what_is_called_for_at_last(sixty: World) -> None:
    daily = at(2)  # one time: another minute would be another alert's
    for query in ('"question 7"', "*", '"question 9"', "*", '"question 7"'):
        later(sixty, alert("all", query, TO, deliver=daily))
    both = alert("other", '"question 9"', TO), alert("all", '"question 7"', TO, deliver=daily)
    later(sixty, *both)
    later(sixty, *both, hours=3)
    found = [line for message in sixty.telegram.messages for line in message.text.split("\n")]
    assert sorted(line.split(":")[0] for line in found if line.startswith("Paper number")) == [
        "Paper number 7",
        "Paper number 9",
    ]


def test_each_instead_of_daily_sends_at_once_and_quiet_hours_hold(sixty: World) -> None:
    now = datetime.now(UTC)
    quiet = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M}"
    later(sixty, alert("all", "*", TO, quiet=quiet))
    assert sixty.telegram.messages == []
    later(sixty, alert("all", "*", TO))
    assert len(sixty.telegram.messages) == 60


def test_a_changed_time_begins_with_the_next_that_comes(sixty: World) -> None:
    changed = alert("all", "*", TO, deliver=at(-1))
    later(sixty, changed, hours=3)
    assert sixty.telegram.messages == [], "its time was an hour ago: the next is tomorrow's"
    later(sixty, changed, hours=23.5)
    assert len(sixty.telegram.messages) >= 1


def test_what_was_refused_or_parked_is_dropped_once_nothing_calls_for_it(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", TO))
    here.telegram.refuse("-1001000000001", "Forbidden: bot was kicked from the channel chat")
    assert not here.round().well()
    here.telegram.refuse("-1001000000001", "")
    here.configure(DAILY)
    assert here.round().well()
    assert here.run("status").returncode in {0, 1}
    here.configure(DAILY, alert("other", "nowhere", TO))
    here.run("retry", TO)
    assert here.round().well()
    assert here.telegram.messages == []


def test_skip_drops_what_waits_or_what_of_it_a_query_matches(sixty: World) -> None:
    done = sixty.run("skip", TO, '"question 7"')
    assert (done.returncode, done.stdout.strip()) == (0, f"{TO}: 1 paper skipped, never to be sent there")
    assert "skipped" in sixty.run("explain", items(7, TODAY)[6]["paper"]["id"]).stdout
    assert "59 papers" in sixty.run("skip", TO).stdout
    later(sixty, alert("all", "*", TO), hours=3)
    assert sixty.telegram.messages == []
    assert sixty.run("skip", "telegram:@never").returncode == 2
    assert sixty.run("skip", TO, "a AND").returncode == 2


def test_a_clock_set_back_ends_no_wait_late(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(4, TODAY)
    here.configure(DAILY, alert("all", "*", TO))
    here.telegram.retry_after = 3000
    here.telegram.fail_next(1, "429")
    assert not here.round(ahead=timedelta(hours=2), wait=1).well()
    here.telegram.retry_after = 1
    assert not here.round(ahead=timedelta(hours=1, minutes=59), wait=1).well(), "that pause is still true"
    assert here.round(ahead=timedelta(hours=3)).well()
    assert len(here.telegram.messages) == 4


@pytest.mark.threat(26)
def test_a_clock_that_was_set_right_between_two_rounds_takes_its_waits_along(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", TO))
    here.telegram.retry_after = 3000
    here.telegram.fail_next(1, "429")
    assert not here.round(ahead=timedelta(hours=2), wait=1).well()
    here.telegram.retry_after = 1
    assert not here.round(wait=1).well(), "the pause is still true, by the right clock"
    assert here.round(ahead=timedelta(hours=1)).well()
    assert len(here.telegram.messages) == 2


BERLIN = ZoneInfo("Europe/Berlin")


class Life:
    """An alert and its destination, over days: rounds at odd times, a process that is not always there."""

    def __init__(self, database: Database, rule: str, first: date) -> None:
        self.store = Store(database)
        self.rule = rule
        self.clock = JumpingClock(datetime(first.year, first.month, first.day, 5, tzinfo=UTC))
        self.channel = FakeChannel(self.clock)
        self.chance = random.Random(first.toordinal())
        self.count = 0
        self.digests: list[datetime] = []

    def round(self, new: int) -> None:
        self.store.call(self._round, new)

    def _round(self, connection: Connection, new: int) -> None:
        now, to = self.clock.now(), Destination("telegram", "-1001")
        moments.go_on(connection, now)
        first, self.count = self.count + 1, self.count + new
        some = [Paper(f"2601.{number:05}", f"P{number}", "x") for number in range(first, self.count + 1)]
        call_all(connection, [to], some, now, Times(self.rule, "", BERLIN.key))

    def deliver(self) -> None:
        before = len(self.channel.posts)
        deliverer = Deliverer(self.store, {"telegram": self.channel}, BERLIN, 8.0, self.clock)
        asyncio.run(deliverer.drain(self.clock.now().timestamp(), asyncio.Event()))
        self.digests += [self.clock.now()] * (len(self.channel.posts) > before)

    def mark(self) -> None:
        self.store.call(served.mark, self.clock.now())


@pytest.mark.once_is_enough
@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 7, 1)])
def test_never_two_digests_on_one_local_date_in_400_days(any_database: Database, day: date) -> None:
    life = Life(any_database, "daily 09:00", day)
    chance = life.chance
    for number in range(200):
        slot = datetime.combine(day + timedelta(days=number), datetime.min.time(), BERLIN).replace(hour=9)
        at_work = chance.random() > 0.1
        moments_of_day = sorted([chance.uniform(-6, 10) * 3600, chance.uniform(-60, 90), chance.uniform(0, 60)])
        for seconds in moments_of_day:
            when = slot.astimezone(UTC) + timedelta(seconds=seconds)
            if chance.random() < 0.03:
                when += timedelta(hours=chance.choice((-1, 1)))
            if seconds > 0 > moments_of_day[0] and at_work:
                life.clock.at = slot.astimezone(UTC) + timedelta(seconds=chance.uniform(0, 5))
                life.deliver()
            life.clock.at = when
            if at_work:
                life.round(chance.choice((0, 0, 1, 3)))
                life.deliver()
                life.mark()
    life.clock.at += timedelta(days=2)
    life.deliver()
    life.clock.at += timedelta(days=2)
    life.deliver()
    life.store.close()
    dates = Counter(moment.astimezone(BERLIN).date() for moment in life.digests)
    assert [one for one, count in dates.items() if count > 1] == []
    titles = [title for post in life.channel.posts for title in post.text.split(", ")]
    assert sorted(titles) == sorted(f"P{number}" for number in range(1, life.count + 1))
    assert len(dates) > 100
