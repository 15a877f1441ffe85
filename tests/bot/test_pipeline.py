"""The main job, end to end, by the command line and real loopback platforms."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import feedparser
import pytest

from tests.fakes.source import item, items
from tests.world import DAILY, INBOX, World, alert, feed

TODAY = datetime.now(UTC).date()


def days_of(world: World, recorded: Path, names: list[str], last: date) -> list[date]:
    """Put recorded days into the source, moved so that the newest is `last`."""
    moved = last - date.fromisoformat(names[-1])
    placed = []
    for name in names:
        text = (recorded / f"{name}.json").read_text()
        day = date.fromisoformat(name) + moved
        world.source.days[day.isoformat()] = json.loads(
            text.replace(f'"submittedOnDailyAt": "{name}', f'"submittedOnDailyAt": "{day}')
        )
        placed.append(day)
    return placed


def test_a_copied_page_becomes_feeds_and_messages_once(here: World, data: Path) -> None:
    here.drop("page.txt", (data / "page_text" / "000_db072aecd6137a54.txt").read_bytes())
    to = ("telegram:@papers", "slack:#papers")
    here.configure(INBOX, feed("streaming", "streaming"), feed("prefix", "streaming*"), alert("s", "streaming", *to))
    first = here.run("once")
    assert first.returncode == 0, first.stderr + first.stdout
    assert len(here.telegram.messages) == 50
    assert len(here.slack.messages) == 50
    assert len(feedparser.parse(here.files()["feeds/streaming.rss"][0]).entries) == 50
    assert len(feedparser.parse(here.files()["feeds/prefix.atom"][0]).entries) == 52
    before = here.files()
    assert here.run("once").returncode == 0
    assert here.files() == before
    assert (len(here.telegram.messages), len(here.slack.messages)) == (50, 50)


@pytest.mark.usefixtures("database")
def test_a_week_of_daily_papers_comes_whole_and_once(here: World, data: Path) -> None:
    names = [f"2025-09-{day:02}" for day in (15, 16, 17, 18, 19, 22)]
    placed = days_of(here, data / "hf_api" / "days", names, TODAY)
    big = items(82, placed[-2], first=40000)
    here.source.days[placed[-2].isoformat()] = big
    here.source.at_most = 50
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers", head_start="30d"))
    assert here.run("once").returncode == 0
    wanted = {one["paper"]["id"] for day in here.source.days.values() for one in day}
    found = json.loads(here.run("search", "*", "--json").stdout)["papers"]
    assert {paper["key"] for paper in found} == wanted
    assert len(found) == len(wanted) == len(here.telegram.messages)
    assert {one["key"] for one in found if one["announced"] == str(placed[-2])} == {one["paper"]["id"] for one in big}


def test_a_day_that_grew_is_complete_after_the_second_round_with_its_new_votes(here: World) -> None:
    day = items(40, TODAY)
    here.source.days[TODAY.isoformat()] = day[:15]
    here.configure(DAILY, alert("all", "*", "telegram:@papers"), alert("liked", "votes>=50", "slack:#papers"))
    assert here.run("once").returncode == 0
    assert (len(here.telegram.messages), len(here.slack.messages)) == (15, 0)
    day[3]["paper"]["upvotes"] = 51
    here.source.days[TODAY.isoformat()] = day
    assert here.round(ahead=timedelta(minutes=1)).well()
    assert (len(here.telegram.messages), len(here.slack.messages)) == (40, 1)
    found = {one["key"]: one["votes"] for one in json.loads(here.run("search", "*", "--json").stdout)["papers"]}
    assert len(found) == 40
    assert found[day[3]["paper"]["id"]] == 51
    day[3]["paper"]["upvotes"] = 60
    assert here.round(ahead=timedelta(minutes=2)).well()
    assert len(here.slack.messages) == 1
    told = json.loads(here.run("explain", day[3]["paper"]["id"], "--json").stdout)
    everything, liked = (one["alerts"][0]["matched"] for one in told["deliveries"])
    assert everything < liked  # when it was first true
    assert "  liked: votes>=50" in here.run("explain", day[3]["paper"]["id"]).stdout.splitlines()


@pytest.mark.usefixtures("database")
def test_explain_tells_why_a_paper_was_not_sent(here: World) -> None:
    before = TODAY - timedelta(days=5)
    here.source.days = {before.isoformat(): items(1, before), TODAY.isoformat(): items(1, TODAY, first=9)}
    here.configure(DAILY, feed("papers", "paper"), alert("all", "*", "telegram:@papers", "console:"))
    assert here.run("once").returncode == 0
    key = here.source.days[before.isoformat()][0]["paper"]["id"]
    (told,) = json.loads(here.run("explain", key, "--json").stdout)["alerts"]
    reason = f"announced {before}, and the alert begins with {TODAY - timedelta(days=1)}"
    assert told["unsent"] == {"telegram:@papers": reason, "console:": reason}
    shown = here.run("explain", key).stdout.splitlines()
    assert f"    not to console: {reason}" in shown
    assert "  papers: paper" in shown  # the feed, and the word that put it there
    other = here.source.days[TODAY.isoformat()][0]["paper"]["id"]
    assert json.loads(here.run("explain", other, "--json").stdout)["alerts"][0]["unsent"] == {}


def test_one_paper_from_two_sources_is_one_with_all_its_reasons(here: World) -> None:
    title, abstract = (
        "Streaming Minds: A Study of Rivers",
        "We study how minds flow. Rivers are compared with thoughts at length.",
    )
    here.source.days[TODAY.isoformat()] = [item("2601.00042", title, abstract, TODAY, votes=7)]
    page = f"Daily Papers\n\nby AK and the research community\n\n{title}\n\n{abstract}\n"
    here.drop("page.txt", page.encode())
    here.configure(
        DAILY,
        INBOX,
        feed("all", "*"),
        alert("rivers", "rivers", "telegram:@papers"),
        alert("minds", "source:inbox minds", "telegram:@papers"),
    )
    assert here.run("once").returncode == 0
    assert len(here.telegram.messages) == 1
    assert len(feedparser.parse(here.files()["feeds/all.rss"][0]).entries) == 1
    told = json.loads(here.run("explain", "2601.00042", "--json").stdout)
    assert {one["source"] for one in told["seen"]} == {"daily", "inbox"}
    (delivery,) = told["deliveries"]
    assert {one["alert"] for one in delivery["alerts"]} == {"rivers", "minds"}
    assert here.run("once").returncode == 0
    assert len(here.telegram.messages) == 1


def test_order_is_oldest_day_first_then_the_lists_own(here: World) -> None:
    yesterday = TODAY - timedelta(days=1)
    here.source.days = {TODAY.isoformat(): items(5, TODAY), yesterday.isoformat(): items(5, yesterday, first=10)}
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    assert here.run("once").returncode == 0
    numbers = [int(message.text.split()[2]) for message in here.telegram.messages]
    assert numbers == [10, 11, 12, 13, 14, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("deliver", ["each", "batch"])
def test_a_topic_and_a_batch_arrive_as_asked(here: World, deliver: str) -> None:
    here.source.days[TODAY.isoformat()] = items(12, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:-1001234567890/42", deliver=deliver))
    assert here.run("once").returncode == 0
    assert {message.thread for message in here.telegram.messages} == {"42"}
    assert len(here.telegram.messages) == (12 if deliver == "each" else 1)


@pytest.mark.usefixtures("database")
def test_a_dry_run_shows_everything_and_changes_nothing(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers"))
    shown = here.run("once", "--dry-run")
    assert shown.returncode == 0
    lines = [line for line in shown.stdout.splitlines() if line.startswith("-->")]
    assert lines == [f"--> telegram:@papers  {TODAY:%y%m}.0000{n}  Paper number {n}" for n in (1, 2, 3)]
    assert "feeds/all.rss" in shown.stdout
    assert not here.telegram.requests
    assert sorted(path.name for path in here.folder.iterdir()) == ["config.toml"]


@pytest.mark.on_sqlite_alone("its files")
def test_feed_files_are_for_everyone_and_state_for_its_owner(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.configure(DAILY, feed("all", "*"))
    assert here.run("once").returncode == 0
    assert {path.stat().st_mode & 0o777 for path in (here.folder / "public").rglob("*.*")} == {0o644}
    assert {path.stat().st_mode & 0o077 for path in (here.folder / "var").iterdir()} == {0}


def test_a_poisoned_record_costs_only_itself(here: World, data: Path) -> None:
    hostile = json.loads((data / "hostile.json").read_text())
    listed = [
        item(one["id"], one["title"], one["abstract"], TODAY, authors=one.get("authors", ["A B"])) for one in hostile
    ]
    listed.insert(3, {"paper": {"id": 7}})
    here.source.days[TODAY.isoformat()] = listed
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers", "slack:#papers"))
    done = here.run("once")
    assert done.returncode == 0, done.stdout + done.stderr
    empty = [one for one in hostile if not one["title"].strip()]
    assert len(here.telegram.messages) == len(here.slack.messages) == len(hostile) - len(empty)
    assert f"source daily: {len(empty) + 1} items skipped" in done.stdout
    assert all(message.mentions == [] for message in here.slack.messages)
    parsed = feedparser.parse(here.files()["feeds/all.atom"][0])
    assert not parsed.bozo
    assert len(parsed.entries) == len(hostile) - len(empty)


def test_a_webhook_gets_its_papers(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", "slack-webhook:lab"))
    text = (here.folder / "config.toml").read_text() + '\n[slack.webhooks.lab]\nurl_env = "LAB"\n'
    (here.folder / "config.toml").write_text(text)
    done = here.run("once", LAB=here.slack.webhook_url("lab"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(here.slack.messages) == 3


def test_what_the_pace_leaves_behind_is_told_and_comes_next_time(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(4, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace("chat_per_minute = 60000", "chat_per_minute = 20"))
    done = here.run("once", "--wait", "1s", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["well"]) == (1, False)
    assert told["sent"] == {"telegram:@papers": 1}
    assert told["unsent"]["telegram:@papers"].startswith("3 unsent")
    path.write_text(path.read_text().replace("chat_per_minute = 20", "chat_per_minute = 60000"))
    assert here.run("once").returncode == 0
    assert len(here.telegram.messages) == 4


def test_messages_keep_the_pace_that_is_asked(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(4, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace("chat_per_minute = 60000", "chat_per_minute = 120"))
    assert here.run("once").returncode == 0
    times = [message.time for message in here.telegram.messages]
    assert all(later - earlier >= 0.45 for earlier, later in pairwise(times))


@pytest.mark.on_sqlite_alone("its files")
def test_feeds_are_the_same_bytes_with_another_hash_seed_and_after_a_rebuild(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(30, TODAY)
    here.configure(DAILY, feed("all", "*"), feed("some", "question OR number"))
    assert here.run("once", PYTHONHASHSEED="1").returncode == 0
    first = {name: content for name, (content, _) in here.files().items()}
    assert here.run("once", PYTHONHASHSEED="2").returncode == 0
    assert {name: content for name, (content, _) in here.files().items()} == first
    for path in (here.folder / "var").iterdir():
        path.unlink()
    assert here.run("once", PYTHONHASHSEED="3").returncode == 0
    again = feedparser.parse(here.files()["feeds/all.atom"][0])
    assert [entry.id for entry in again.entries] == [
        entry.id for entry in feedparser.parse(first["feeds/all.atom"]).entries
    ]


def test_papers_of_two_sources_come_in_one_order(here: World) -> None:
    """Oldest day first, whichever source was read first."""
    days = [TODAY - timedelta(days=back) for back in (3, 2, 1, 0)]
    here.source.days = {day.isoformat(): items(2, day, first=1000 + 10 * n) for n, day in enumerate(days)}
    for n, day in enumerate(days):
        here.drop(f"{n}.json", json.dumps(items(2, day, first=5000 + 10 * n)).encode())
    here.configure(DAILY, INBOX, alert("all", "*", "telegram:@papers", head_start="5d"))
    assert here.run("once").returncode == 0
    numbers = [int(message.text.split()[2]) for message in here.telegram.messages]
    assert len(numbers) == 16
    assert [number % 1000 // 10 for number in numbers] == sorted(number % 1000 // 10 for number in numbers)


def test_a_feed_keeps_its_number_of_entries_and_all_that_is_younger_than_two_days(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(30, TODAY)
    here.configure(DAILY, feed("all", "*"))
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace("[publish]", "[publish]\nentries = 5"))
    here.round()
    assert here.files()["feeds/all.atom"][0].count(b"<entry>") == 30
    here.round(ahead=timedelta(days=3))
    assert here.files()["feeds/all.atom"][0].count(b"<entry>") == 5
