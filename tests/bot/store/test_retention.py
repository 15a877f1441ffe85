"""What is no longer kept goes in small steps, and nothing comes twice for it: what was seen and sent outlives it."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Kind, SendError
from bot.commands.explain import Explanation, explain, no_longer_kept, text_of
from bot.intake import kept
from bot.rules.destinations import Destination
from bot.store import inbox, retention
from bot.store.archive import pruning as archive
from bot.store.archive.pruned import Pruned
from bot.store.database import Database
from bot.store.engine import Store, driver
from bot.store.outbox import lanes
from bot.store.outbox import pruning as outbox
from bot.store.subscriptions import imported
from bot.store.subscriptions.imported import Wanted
from bot.store.subscriptions.rows import Subscription
from feeds.paper import Paper
from feeds.query import parse_query
from tests.desk import outside
from tests.newsroom import NOON, TO, Newsroom, papers
from tests.world import alert

SHORT = '[keep]\npapers = "90d"\ndeliveries = "30d"\n'
EVERYTHING = alert("all", "*", TO)


@pytest.fixture
async def room(tmp_path: Path, database: Database) -> AsyncIterator[Newsroom]:
    made = Newsroom(tmp_path, database)
    await made.configure(SHORT, EVERYTHING)
    yield made
    made.store.close()


async def tidy(room: Newsroom, store: Store | None = None) -> None:
    zone, clock = room.config.settings.timezone, room.clock
    await retention.tidy(store or room.store, kept(room.config), zone, clock.now, clock.steady)


def rows(room: Newsroom, *tables: str) -> list[int]:
    return [outside(room.store, f"select count(*) from {table}")[0][0] for table in tables]


async def sent_and_old(room: Newsroom, count: int = 3, days: int = 31) -> list[Paper]:
    some = papers(count)
    await room.read(some)
    assert len(await room.deliver()) == count
    room.later(days=days)
    await tidy(room)
    return some


async def test_what_was_sent_goes_and_is_never_sent_again(room: Newsroom) -> None:
    some = await sent_and_old(room)
    assert rows(room, "message", "due", "hit", "went", "paper") == [0, 0, 0, 3, 3]
    await room.read([replace(one, abstract="another text", votes=9) for one in some])
    await room.read([replace(one, abstract="yet another") for one in some], "lab")
    assert await room.deliver() == []
    await room.configure(
        SHORT, EVERYTHING, alert("more", "P1 OR P2", TO, head_start="90d"), alert("new", "votes>3", TO)
    )
    assert await room.deliver() == []
    await room.read(papers(1, first=9, day=room.clock.now().date()))
    assert await room.deliver() == ["P9"]


async def test_what_waits_or_is_parked_stays_however_old_it_is(room: Newsroom) -> None:
    await room.configure(SHORT, alert("all", "*", TO, deliver="weekly mon 09:00"), alert("now", "P9", TO))
    await room.read(papers(3))
    room.channel.failures.append(SendError(Kind.DROP, "too long for them"))
    await room.read(papers(1, first=9))
    assert await room.deliver() == []
    room.later(days=300)
    await tidy(room)
    assert rows(room, "due", "paper", "pruned") == [4, 4, 0]
    assert rows(room, "message where state = 'parked'") == [1]
    assert await room.deliver() == ["P1, P2, P3"]


async def test_a_paper_goes_and_is_known_when_it_is_shown_again(room: Newsroom) -> None:
    some = await sent_and_old(room, days=91)
    assert rows(room, "paper", "sighting", "paper_key", "went", "due", "pruned") == [0, 0, 0, 0, 0, 3]
    await room.read(some)
    await room.read([replace(one, votes=99, abstract="new words") for one in some], "lab")
    addressed = replace(
        some[0], id="https://arxiv.org/abs/2601.00001v2", links={"abstract": "https://arxiv.org/abs/2601.00001v2"}
    )
    await room.read([addressed], "lab")
    assert rows(room, "paper", "news", "due") == [0, 0, 0]
    assert await room.deliver() == []
    await room.read(papers(1, first=4, day=room.clock.now().date()))
    assert await room.deliver() == ["P4"]


async def test_papers_without_an_id_are_known_again_and_others_of_their_title_are_new(room: Newsroom) -> None:
    title, text = (
        "A study of rare birds in the north",
        "We count birds in a forest for a year: few are left.",
    )
    old = Paper("a-study-of-rare-birds", title, text, announced=NOON.date())
    await room.read([old])
    assert len(await room.deliver()) == 1
    room.later(days=91)
    await tidy(room)
    assert rows(room, "paper", "pruned") == [0, 1]
    await room.read([old])
    assert rows(room, "paper") == [0]
    other = replace(old, abstract="Songs of twelve kinds are recorded; a model tells them apart by night.")
    await room.read([replace(other, announced=room.clock.now().date())])
    assert rows(room, "paper") == [1]
    assert await room.deliver() == [title]


async def test_a_paper_of_a_feed_stays_with_its_feed(tmp_path: Path, database: Database) -> None:
    room = Newsroom(tmp_path, database)
    await room.configure(SHORT, EVERYTHING)
    await room.read(papers(3))
    await room.deliver()
    await room.configure(SHORT, EVERYTHING, '[[feeds]]\nslug = "two"\nquery = "P2"\n')
    room.later(days=200)
    await tidy(room)
    assert rows(room, "paper", "pruned", "feed_paper") == [1, 2, 1]
    room.store.close()


async def test_explain_says_what_is_known_of_what_went(room: Newsroom) -> None:
    await sent_and_old(room)
    told = room.store.call(explain, room.config, "2601.00001", room.clock.now())
    assert isinstance(told, Explanation)
    text = text_of(told, room.config.settings.timezone)
    assert f"{TO}: sent at 2026-01-07 12:00:00 UTC; what was sent is kept for 30 days" in text
    assert "it is due with the next round" not in text
    room.later(days=60)
    await tidy(room)
    gone = room.store.call(explain, room.config, "https://arxiv.org/abs/2601.00001", room.clock.now())
    assert isinstance(gone, Pruned)
    sentence = "2601.00001 was first seen 2026-01-07 12:00:00 UTC and kept for 91 days ([keep] papers); "
    assert no_longer_kept(gone, room.config.settings.timezone) == f"P1\n{sentence}it was sent to 1 destination"


async def test_a_kill_between_two_steps_loses_nothing_and_the_next_goes_on(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PAPERS", 2)
    monkeypatch.setattr(archive, "AT_ONCE", 2)
    some = papers(7)
    await room.read(some)
    await room.deliver()
    room.later(days=91)
    before = room.clock.now() - timedelta(days=30)
    for steps in range(1, 4):  # a process that is killed after so many of them, and one that begins again
        killed, after = Store(room.store.database), 0
        for _ in range(steps):
            after = killed.call(outbox.messages, after, before=before) or 0
        killed.close()
        await room.read(some)
        assert await room.deliver() == []
    await tidy(room)
    assert rows(room, "due", "message", "paper", "went", "pruned") == [0, 0, 0, 0, 7]
    await room.read(some)
    assert await room.deliver() == []


async def test_it_is_done_once_a_local_day_and_goes_on_where_time_was_up(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.read(papers(3))
    await room.deliver()
    room.later(days=31)
    monkeypatch.setattr(retention, "PATIENCE", -1.0)
    await tidy(room)
    assert rows(room, "message", "meta where name = 'tidied'") == [3, 0]
    monkeypatch.undo()
    await tidy(room)
    assert rows(room, "message") == [0]
    await room.read(papers(1, first=5, day=room.clock.now().date()))
    await room.deliver()
    room.store.call(lambda here: driver(here).execute("update message set created = 0, settled = 0"))
    await tidy(room)
    assert rows(room, "message") == [1]
    room.later(days=1)
    await tidy(room)
    assert rows(room, "message") == [0]


@pytest.mark.once_is_enough
async def test_no_step_takes_more_than_it_may(room: Newsroom) -> None:
    await room.read(papers(400))
    await room.configure(SHORT, alert("all", "*", TO, together=0))
    await room.deliver()
    room.later(days=31)
    after: int | None = 0
    left = [rows(room, "due")[0]]
    while after is not None:
        after = room.store.call(outbox.messages, after, before=room.clock.now() - timedelta(days=30))
        left.append(rows(room, "due")[0])
    assert left[-1] == 0
    assert max(a - b for a, b in itertools.pairwise(left)) <= outbox.PAPERS


async def test_an_ended_subscription_goes_when_nothing_names_it_but_the_files_stays(room: Newsroom) -> None:
    here = "telegram:-2"
    for name, query in enumerate(("P1", "P2", "nothing", "P3")):
        parsed = parse_query(query)
        one = Wanted(Destination("telegram", "-2"), query, lambda lane, _, q=parsed: Subscription(here, lane, q))
        room.later(seconds=name)
        room.store.call(imported.take, [one], "chat", room.clock.now())
    room.later(seconds=1)
    await room.read(papers(2))
    await room.deliver()
    lane = room.store.call(lanes.find, Destination("telegram", "-2"))
    assert lane is not None
    for query in ("P1", "nothing"):
        assert room.store.call(imported.remove, lane, query, room.clock.now()) == 1
    room.later(days=29)
    await room.configure(SHORT)
    await tidy(room)
    ended = "subscription where ended is not null and origin"
    assert rows(room, f"{ended} = 'chat'", f"{ended} = 'config'") == [2, 1]
    room.later(days=31)
    await tidy(room)
    assert rows(room, f"{ended} = 'chat'", f"{ended} = 'config'", "subscription") == [0, 1, 3]


async def test_an_alert_that_comes_back_gets_what_it_missed_and_nothing_else(room: Newsroom) -> None:
    await sent_and_old(room)
    await room.configure(SHORT)
    await room.read(papers(2, first=5, day=room.clock.now().date()))
    room.later(days=5)
    await tidy(room)
    await room.configure(SHORT, EVERYTHING)
    assert sorted(await room.deliver()) == ["P5", "P6"]


async def test_of_two_chats_that_are_one_nothing_comes_twice(room: Newsroom) -> None:
    await sent_and_old(room, 1)
    other = "telegram:@papers"
    await room.configure(SHORT, EVERYTHING, alert("other", "*", other, head_start="40d", deliver="weekly mon 09:00"))
    lane, there = (room.store.call(lanes.find, Destination("telegram", name)) for name in ("-1001", "@papers"))
    assert lane is not None
    assert there is not None
    assert rows(room, "due") == [1]
    assert room.store.call(lanes.move, there, "-1001") == lane
    assert rows(room, "due", "went") == [0, 1]


async def test_the_inbox_forgets_what_was_done_long_ago(room: Newsroom) -> None:
    for key in ("1", "2"):
        room.store.call(inbox.append, "telegram", key, "x", room.clock.now())
    assert room.store.call(inbox.consume, lambda _connection, _entry: None, room.clock.now())
    room.later(days=31)
    await tidy(room)
    assert rows(room, "inbox", "inbox where done is null") == [1, 1]
