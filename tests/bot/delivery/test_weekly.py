"""The round-up that goes with a weekly digest: what it is counted from, and how often that is read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import weekly
from bot.delivery.weekly import Weekly
from bot.rules.manners import Manner
from bot.store.archive.near import Near
from bot.store.database import Database
from feeds.paper import Paper
from tests.newsroom import TO, Newsroom
from tests.world import alert

MONDAY = datetime(2026, 1, 12, 8, tzinfo=UTC)
SUNDAY = date(2026, 1, 11)


def some(count: int, title: str, back: int, first: int = 0) -> list[Paper]:
    day = SUNDAY - timedelta(days=back)
    return [Paper(f"{title}-{back}-{n}", f"{title} {n} of {back}", "x", announced=day) for n in range(first, count)]


@pytest.fixture
def rooms() -> Iterator[list[Newsroom]]:
    made: list[Newsroom] = []
    yield made
    for one in made:
        one.store.close()


async def lived(rooms: list[Newsroom], folder: Path, database: Database, *tables: str) -> Newsroom:
    """Twelve weeks of five papers on graphs and two on robots, and a week of six on graphs and four of a new word."""
    room = Newsroom(folder, database)
    rooms.append(room)
    room.channel.rounds_up = True  # type: ignore[attr-defined]
    room.clock.at = MONDAY - timedelta(days=4)
    await room.configure(*tables)
    past = [one for back in range(13, 91, 7) for one in [*some(5, "graphs", back), *some(2, "robots", back)]]
    await room.read([*past, *some(6, "graphs", 3), *some(4, "FooNet", 3)])
    room.clock.at = MONDAY + timedelta(hours=2)
    return room


def by_the_week(name: str, query: str) -> str:
    return alert(name, query, TO, deliver="weekly mon 09:00")


async def test_it_counts_each_query_of_the_destination_over_thirteen_weeks(
    rooms: list[Newsroom], tmp_path: Path, database: Database
) -> None:
    room = await lived(
        rooms,
        tmp_path,
        database,
        by_the_week("graphs", "graph"),
        by_the_week("robots", "robot*"),
        alert("each", "absent", TO),
    )
    await room.deliver()
    told = room.issue.roundup
    assert told is not None
    assert (told.window.first, told.window.last) == (date(2026, 1, 5), SUNDAY)
    assert [(one.query, one.papers, one.usual) for one in told.courses] == [
        ("graphs", (*[5] * 12, 6), 5.0),
        ("robots", (*[2] * 12, 0), 2.0),
    ]
    assert [(one.word, one.papers) for one in told.new] == [("FooNet", 4)]


async def test_a_digest_that_is_not_weekly_has_none(
    rooms: list[Newsroom], tmp_path: Path, any_database: Database
) -> None:
    room = await lived(rooms, tmp_path, any_database, alert("daily", "graph", TO, deliver="daily 09:00"))
    await room.deliver()
    assert [one.roundup for one in room.channel.issues] == [None]


async def test_the_archive_is_read_once_for_all_of_a_day(
    rooms: list[Newsroom], tmp_path: Path, any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await lived(rooms, tmp_path, any_database, by_the_week("graphs", "graph"), by_the_week("robots", "robot*"))
    read: list[object] = []
    known = weekly._read

    def counted(*its: Any) -> Any:
        read.append(its)
        return known(*its)

    monkeypatch.setattr(weekly, "_read", counted)
    one = Weekly(room.store.database, Near(room.store.database))

    def asked(queries: Sequence[str], now: datetime) -> list[tuple[int, ...]]:
        told = one.roundup([Manner(query=query) for query in queries], now)
        assert told is not None
        return [course.papers for course in told.courses]

    assert len(asked(["graph", "robot*"], MONDAY)) == 2
    assert len(asked(["robot*"], MONDAY + timedelta(hours=9))) == 1
    assert asked(["age<2d", "(("], MONDAY) == []
    assert len(read) == 1
    assert asked(["title:graph"], MONDAY) == asked(["graph"], MONDAY)
    assert len(read) == 2
    asked(["graph"], MONDAY + timedelta(days=1))
    assert len(read) == 3
    asked(["graph"], MONDAY)
    assert len(read) == 4, "the clock was set back"


@pytest.mark.parametrize(("back", "new"), [(7, []), (90, []), (91, []), (200, []), (None, ["FooNet"])])
async def test_a_word_is_new_that_no_paper_before_had_however_long_ago(
    rooms: list[Newsroom], tmp_path: Path, any_database: Database, back: int | None, new: list[str]
) -> None:
    room = await lived(rooms, tmp_path, any_database, by_the_week("graphs", "graph"))
    if back is not None:
        await room.read(some(1, "FooNet", back))
    told = Weekly(room.store.database, Near(room.store.database)).roundup([Manner(query="graph")], MONDAY)
    assert told is not None
    assert [one.word for one in told.new] == new


def test_a_mail_goes_without_what_the_database_does_not_tell(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (path := tmp_path / "broken.db").write_text("no database " * 100)
    assert Weekly(path, Near(path)).roundup([Manner(query="graph")], MONDAY) is None
    assert "a mail goes without its round-up: " in caplog.text


async def test_an_archive_that_begins_this_week_has_nothing_to_tell(
    rooms: list[Newsroom], tmp_path: Path, any_database: Database
) -> None:
    room = Newsroom(tmp_path, any_database)
    rooms.append(room)
    await room.configure(by_the_week("graphs", "graph"))
    await room.read(some(3, "graphs", 3))
    one = Weekly(room.store.database, Near(room.store.database))
    assert one.roundup([Manner(query="graph")], MONDAY) is None
