"""What of `each` comes as one digest, and what a digest of several alerts, days and sources is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Kind, SendError
from bot.store.database import Database
from bot.store.engine import driver
from feeds.paper import Paper
from tests.newsroom import NOON, TO, Newsroom, papers
from tests.world import alert

DAY = NOON.date()


@pytest.fixture
def room(tmp_path: Path, database: Database) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path, database)
    yield made
    made.store.close()


def names(count: int, first: int = 1) -> str:
    return ", ".join(f"P{n}" for n in range(first, first + count))


async def test_more_than_together_of_one_reading_come_as_one_digest_and_up_to_it_one_by_one(room: Newsroom) -> None:
    await room.alerts("all")
    await room.read(papers(8))
    assert await room.deliver() == [f"P{n}" for n in range(1, 9)]
    room.later(minutes=30)
    await room.read(papers(9, 9))
    assert await room.deliver() == [names(9, 9)]
    assert (room.issue.names, room.issue.full, room.issue.late) == (("all",), 10, False)


async def test_together_0_never_makes_a_digest(room: Newsroom) -> None:
    await room.alerts("all", together=0)
    await room.read(papers(40))
    assert len(await room.deliver()) == 40


async def test_what_several_sources_or_readings_bring_is_counted_apart(room: Newsroom) -> None:
    await room.alerts("all")
    await room.read(papers(8))
    await room.read(papers(8, 9), "lab")
    assert len(await room.deliver()) == 16
    room.later(minutes=30)
    await room.read(papers(5, 20))
    room.later(minutes=30)
    await room.read(papers(5, 30))
    assert len(await room.deliver()) == 10


async def test_papers_of_a_reading_wait_for_its_end_however_many_parts_it_has(room: Newsroom) -> None:
    await room.alerts("all")
    await room.read(papers(5), ends=False)
    assert await room.deliver() == []
    await room.read(papers(5, 6))
    assert await room.deliver() == [names(10)]


async def test_a_reading_that_takes_long_holds_what_it_gave_for_a_minute(room: Newsroom) -> None:
    await room.alerts("all")
    await room.read(papers(5), ends=False)
    room.later(seconds=61)
    assert await room.deliver() == ["P1", "P2", "P3", "P4", "P5"]


async def test_what_a_long_reading_gave_last_comes_with_what_is_due(room: Newsroom) -> None:
    await room.alerts("all")
    began = room.clock.now()
    await room.read(papers(5), ends=False)
    room.later(seconds=61)
    await room.read(papers(5, 6), began=began, ends=False)
    assert await room.deliver() == [names(10)]


async def test_another_sources_end_releases_nothing_and_a_start_releases_all(room: Newsroom) -> None:
    await room.alerts("all")
    await room.read(papers(3), ends=False)
    await room.read([], "lab")
    assert await room.deliver() == []
    await room.alerts("all")
    assert len(await room.deliver()) == 3


async def test_a_new_alerts_papers_of_a_day_are_counted_as_one_reading(room: Newsroom) -> None:
    await room.alerts("first")
    await room.read(papers(20))
    assert len(await room.deliver()) == 1
    await room.configure(alert("second", "*", "telegram:-1002", together=8))
    assert await room.deliver() == [names(20)]


async def test_each_alert_is_counted_for_itself(room: Newsroom) -> None:
    await room.configure(*(alert(name, name, TO, together=8) for name in ("alpha", "beta")))
    some = papers(14)
    await room.read([replace(one, abstract="alpha" if n < 7 else "beta") for n, one in enumerate(some)])
    assert len(await room.deliver()) == 14
    room.later(minutes=30)
    some = papers(14, 20)
    await room.read([replace(one, abstract="alpha" if n < 10 else "beta") for n, one in enumerate(some)])
    assert await room.deliver() == [names(10, 20), "P30", "P31", "P32", "P33"]


@pytest.mark.parametrize(("sizes", "messages"), [((3, 10), 6), ((3, 0), 6), ((3, 4), 1), ((8, 8), 6)])
async def test_where_several_alerts_call_the_largest_together_counts(
    room: Newsroom, sizes: tuple[int, int], messages: int
) -> None:
    await room.configure(*(alert(f"a{size}{n}", "*", TO, together=size) for n, size in enumerate(sizes)))
    await room.read(papers(6))
    assert len(await room.deliver()) == messages


@pytest.mark.parametrize(("tops", "full"), [((3, 5), 5), ((3, 0), 20), ((2, 2), 2)])
async def test_where_several_alerts_call_the_largest_top_counts(
    room: Newsroom, tops: tuple[int, int], full: int
) -> None:
    await room.configure(*(alert(f"a{n}", "*", TO, deliver="batch", top=top) for n, top in enumerate(tops)))
    await room.read(papers(20))
    assert len(await room.deliver()) == 1
    assert room.issue.full == full


@pytest.mark.parametrize(("silents", "silent"), [((True, False), False), ((True, True), True), ((False, False), False)])
async def test_where_several_alerts_call_there_is_a_sound_if_one_wants_it(
    room: Newsroom, silents: tuple[bool, bool], silent: bool
) -> None:
    await room.configure(*(alert(f"a{n}", "*", TO, silent=one) for n, one in enumerate(silents)))
    await room.read(papers(2))
    await room.deliver()
    assert [post.silent for post in room.channel.posts] == [silent] * 2
    room.later(minutes=30)
    await room.configure(*(alert(f"a{n}", "*", TO, deliver="batch", silent=one) for n, one in enumerate(silents)))
    await room.read(papers(2, 10))
    await room.deliver()
    assert room.issue.silent is silent


async def test_how_messages_look_is_decided_by_the_configuration_of_now(room: Newsroom) -> None:
    await room.alerts("all", deliver="daily 13:00")
    await room.read(papers(20))
    await room.alerts("all", deliver="daily 13:00", top=3, silent=True)
    room.later(hours=2)
    assert len(await room.deliver()) == 1
    assert (room.issue.full, room.issue.silent) == (3, True)
    await room.alerts("all", together=0)
    await room.read(papers(20, 30))
    await room.alerts("all", together=19)
    assert await room.deliver() == [names(20, 30)]


async def test_papers_stand_by_votes_then_as_they_came(room: Newsroom) -> None:
    await room.alerts("all", deliver="batch")
    votes = (3, None, 7, 3, 0)
    await room.read([replace(one, votes=count) for one, count in zip(papers(5), votes, strict=True)])
    assert await room.deliver() == ["P3, P1, P4, P5, P2"]


async def test_a_digest_in_parts_marks_each_paper_with_its_own_message(room: Newsroom) -> None:
    room.channel.most = 2
    await room.alerts("all", deliver="batch")
    await room.read([replace(one, votes=n) for n, one in enumerate(papers(5))])
    room.channel.failures.append(SendError(Kind.DROP, "no"))
    assert await room.deliver() == ["P3, P2", "P1"]
    rows = "select p.key from due join paper p on p.id = paper_id join message m on m.id = message_id where state = ?"
    parked = room.store.call(lambda connection: driver(connection).execute(rows, ("parked",)).fetchall())
    assert {key for (key,) in parked} == {"2601.00005", "2601.00004"}


async def test_a_lost_answer_sends_the_same_bytes_again_whatever_changed_meanwhile(room: Newsroom) -> None:
    await room.alerts("all")
    await room.read(papers(9))
    room.channel.failures.append(SendError(Kind.UNSURE, "lost"))
    await room.deliver()
    await room.read([replace(one, votes=one.id == "2601.00009") for one in papers(9)])
    await room.deliver(60)
    first, second = room.channel.posts
    assert first.text == second.text == names(9)


async def test_quiet_hours_hold_a_digest_of_each_by_the_alerts_own_clock(room: Newsroom) -> None:
    await room.alerts("all", quiet="12:00-14:00", timezone="Asia/Tokyo")  # noon here is nine in the evening there
    await room.read(papers(9))
    assert await room.deliver() == [names(9)]
    await room.alerts("all", quiet="20:00-22:00", timezone="Asia/Tokyo")
    await room.read(papers(9, 20))
    assert await room.deliver() == []
    room.later(minutes=59)
    assert await room.deliver() == []
    room.later(minutes=2)
    assert await room.deliver() == [names(9, 20)]


async def test_a_daily_digest_comes_by_the_alerts_own_clock_once_a_date(room: Newsroom) -> None:
    await room.alerts("all", deliver="daily 09:00", timezone="Asia/Tokyo")
    arrived = []
    for hour in range(72):
        await room.read(papers(1, 100 + hour))
        if await room.deliver():
            arrived.append(room.clock.now())
        room.later(hours=1)
    midnight = NOON.replace(hour=0)
    assert arrived == [midnight + timedelta(days=day) for day in (1, 2, 3)]


async def days_missed(room: Newsroom, days: int, first: date, number: int = 1000) -> None:
    await room.read([one for n in range(days) for one in papers(12, number + 12 * n, first + timedelta(days=n))])


async def test_after_a_long_stop_a_digest_says_that_it_catches_up(room: Newsroom) -> None:
    await room.alerts("all")
    await room.read(papers(3))
    await room.deliver()
    room.later(days=9)
    await room.alerts("all")
    await days_missed(room, 9, DAY + timedelta(days=1))
    assert len(await room.deliver()) == 1
    assert (len(room.issue.items), room.issue.late) == (108, True)
    room.later(days=1.5)
    await days_missed(room, 9, DAY + timedelta(days=1), 5000)
    assert len(await room.deliver()) == 1
    assert not room.issue.late, "it was caught up with days ago"


@pytest.mark.parametrize(("stopped", "days"), [(1.0, 2), (2.6, 2), (1.9, 4)])
async def test_a_night_or_a_weekend_is_no_long_stop(room: Newsroom, stopped: float, days: int) -> None:
    await room.alerts("all", deliver="batch")
    await room.read(papers(1))
    room.later(days=stopped)
    await room.alerts("all", deliver="batch")
    await days_missed(room, days, room.clock.now().date() - timedelta(days=days - 1))
    await room.deliver()
    assert not room.issue.late


async def test_a_digest_leads_to_the_pages_of_its_query_and_days(room: Newsroom) -> None:
    site = '[publish]\nbase_url = "https://papers.example.org/round"\n'
    some = [Paper("2601.00001", "P1", "alpha", announced=DAY), Paper("2601.00002", "P2", "alpha", announced=DAY)]
    one = alert("a", "title:P1 OR alpha", TO, deliver="batch")
    await room.configure(site, one)
    await room.read(some[:1])
    await room.deliver()
    assert room.issue.pages == {DAY: f"https://papers.example.org/round/day/{DAY}.html"}
    await room.configure(site, "[web]", one, alert("b", "alpha", TO, deliver="batch"))
    await room.read(some[1:])
    await room.deliver()
    asked = "search?q=title%3AP1%20OR%20alpha"
    assert room.issue.pages == {DAY: f"https://papers.example.org/round/{asked}&day={DAY}"}
    await room.configure("[web]", one)
    await room.read([replace(some[0], id="2601.00003", title="P3")])
    assert await room.deliver() == ["P3"]
    assert room.issue.pages == {}, "nobody knows at which address it serves"
