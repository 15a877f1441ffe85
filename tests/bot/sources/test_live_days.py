"""The last recorded days of Daily Papers, lived through again: lists grow, votes rise, every second answer fails."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.fakes.source import Item, items
from tests.world import DAILY, World, alert, feed

TODAY = datetime.now(UTC).date()
DAYS = 4
SHARES = (0.35, 0.7)
"""How much of a day's list is there when it is looked at; on the next day all of it is."""
LONG_AGO = [TODAY - timedelta(days=n) for n in (60, 59)]


def shifted(path: Path, day: date) -> list[Item]:
    """A recorded list, as if it were of this day."""
    listed: list[Item] = json.loads(path.read_bytes())
    for one in listed:
        one["paper"]["submittedOnDailyAt"] = f"{day}T00:00:00.000Z"
    return listed


def part(listed: list[Item], share: float) -> list[Item]:
    """The list as it was while it filled up: fewer papers, fewer votes."""
    count = max(1, round(len(listed) * share))
    return [
        {**one, "paper": {**one["paper"], "upvotes": round(one["paper"]["upvotes"] * share)}} for one in listed[:count]
    ]


def live_through(here: World, days: dict[date, list[Item]]) -> None:
    """Two rounds a day; half of the days asked for fail at first, in one way or another."""
    number = 0
    for day in sorted(days):
        for hours, share in zip((8, 16), SHARES, strict=True):
            shown = {one: part(listed, share if one == day else 1) for one, listed in days.items() if one <= day}
            here.source.days |= {one.isoformat(): listed for one, listed in shown.items()}
            for one in shown:
                number += 1
                if number % 2:
                    kind = ("partial", "status", "html", "reset")[number // 2 % 4]
                    here.source.fault(kind, day=one.isoformat(), times=1)
            moment = datetime(day.year, day.month, day.day, hours, tzinfo=UTC)
            here.round(moment - datetime.now(UTC))


def found(here: World) -> dict[str, tuple[str, int]]:
    listed = json.loads(here.run("search", "*", "--json").stdout)["papers"]
    assert len({one["key"] for one in listed}) == len(listed)
    return {one["key"]: (one["announced"], one["votes"]) for one in listed}


def test_growing_lists_and_failing_answers_lose_and_double_nothing_and_a_backfill_alerts_nobody(
    here: World, data: Path
) -> None:
    recorded = sorted((data / "hf_api" / "days").glob("*.json"))[-DAYS:]
    placed = [TODAY - timedelta(days=n) for n in reversed(range(DAYS))]
    days = {day: shifted(path, day) for day, path in zip(placed, recorded, strict=True)}
    old = {day: items(3, day, first=100 * n + 1) for n, day in enumerate(LONG_AGO)}
    here.source.days = {day.isoformat(): listed for day, listed in old.items()}
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers", head_start="90d"))

    live_through(here, days)
    here.source.fault("partial", day=str(LONG_AGO[0]), times=1)
    done = here.run("backfill", "daily", "--since", str(LONG_AGO[0]), "--until", str(LONG_AGO[-1]))
    assert done.returncode == 0, done.stdout + done.stderr
    here.source.days |= {day.isoformat(): listed for day, listed in days.items()}
    here.source.faults.clear()
    assert here.round(timedelta(days=1)).well()

    wanted: dict[str, tuple[str, int]] = {}
    for day, listed in sorted({**old, **days}.items()):
        for one in listed:
            first_day = wanted.get(one["paper"]["id"], (day.isoformat(), 0))[0]
            wanted[one["paper"]["id"]] = (first_day, one["paper"]["upvotes"])
    assert found(here) == wanted
    live = {one["paper"]["id"] for listed in days.values() for one in listed}
    sent = Counter(link for message in here.telegram.messages for link in message.links if "/abs/" in link)
    assert {link.rpartition("/")[2] for link in sent} == live
    assert len(here.telegram.messages) == len(live)
