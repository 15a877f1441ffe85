"""Kills, outages and restarts: nothing is lost, and what the contract allows is all that is doubled."""

import json
import random
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

import feedparser
import pytest

from bot.commands.once import Result
from tests.fakes.source import items
from tests.world import DAILY, INBOX, SITE, World, alert, feed, until

TODAY = datetime.now(UTC).date()
BOTH = ("telegram:@papers", "slack:#papers")
PAPERS = "-1001000000001"
"""The chat that @papers is."""


def test_a_kill_at_any_moment_of_a_round_loses_nothing(here: World) -> None:
    """Random moments over the whole round, from reading the configuration to the last send."""
    here.source.days[TODAY.isoformat()] = items(40, TODAY)
    here.configure(DAILY, feed("all", "*"), alert("all", "*", *BOTH))
    chance = random.Random(20260105)
    kills = 0
    for _ in range(3):
        process = here.start("once")
        try:
            process.wait(timeout=chance.uniform(0.2, 2.0))
        except Exception:  # noqa: BLE001  (still running: that is the moment)
            process.kill()
            process.wait()
            kills += 1
    assert here.round(wait=90.0).well()  # on a server, until who died is surely dead
    assert_complete(here, 40, telegram_twice=kills, slack_twice=0)


@pytest.mark.on_sqlite_alone("on a server one waits until who died is surely dead: test_several_workers.py")
@pytest.mark.parametrize("platform", ["telegram", "slack"])
def test_a_kill_right_after_the_platform_accepted(here: World, platform: str) -> None:
    here.source.days[TODAY.isoformat()] = items(8, TODAY)
    here.configure(DAILY, alert("all", "*", *BOTH))
    server = here.telegram if platform == "telegram" else here.slack
    server.fail_next(1, "accept_then_hang")
    process = here.start("once")
    until(lambda: server.messages)
    process.kill()
    process.wait()
    assert here.round().well()
    assert_complete(here, 8, telegram_twice=1, slack_twice=0)


def assert_complete(here: World, count: int, *, telegram_twice: int, slack_twice: int) -> None:
    for server, allowed in ((here.telegram, telegram_twice), (here.slack, slack_twice)):
        seen = Counter(message.text.split("\n")[0] for message in server.messages)
        assert len(seen) == count, (type(server), len(seen))
        assert sum(seen.values()) - count <= allowed


@pytest.mark.parametrize("fault", ["accept_then_reset", "accept_then_502", "accept_then_garbage", "accept_then_hang"])
def test_a_lost_answer_doubles_nothing_on_slack_and_one_on_telegram(here: World, fault: str) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", *BOTH))
    here.telegram.fail_next(1, fault)
    here.slack.fail_next(1, fault)
    assert here.round().well()
    assert_complete(here, 3, telegram_twice=1, slack_twice=0)


@pytest.mark.parametrize("fault", ["500", "reset", "close", "429"])
def test_a_failure_before_acceptance_loses_and_doubles_nothing(here: World, fault: str) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", *BOTH))
    here.telegram.fail_next(1, fault)
    here.slack.fail_next(1, fault)
    here.telegram.retry_after = here.slack.retry_after = 1
    assert here.round().well()
    assert_complete(here, 3, telegram_twice=0, slack_twice=0)


def test_a_second_process_is_told_of_the_first_while_others_may_look(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    first = here.start("run")
    until(lambda: len(here.telegram.messages) == 3)
    paper = items(1, TODAY)[0]["paper"]["id"]
    commands = [here.start(*words) for words in (["once"], ["status"], ["try", "paper"], ["explain", paper])]
    said = [command.communicate(timeout=100) for command in commands]
    assert [command.returncode for command in commands] == [1, 0, 0, 0]
    assert str(first.pid) in said[0][1]
    assert "3 papers in 30 days" in said[2][0]
    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=10) == 0


def test_sigterm_ends_run_with_0_after_the_send_in_hand(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    here.telegram.fail_next(1, "accept_then_hang")
    process = here.start("run")
    until(lambda: here.telegram.messages)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert here.round().well()
    assert_complete_on_telegram(here, 3, twice=1)


def assert_complete_on_telegram(here: World, count: int, twice: int) -> None:
    seen = Counter(message.text.split("\n")[0] for message in here.telegram.messages)
    assert len(seen) == count
    assert sum(seen.values()) - count <= twice


def test_run_reads_again_on_its_schedule(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    process = here.start("run")
    until(lambda: len(here.telegram.messages) == 1)
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    until(lambda: len(here.telegram.messages) == 2)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0


def sent(result: Result) -> int:
    return sum(result.tally.sent.values())


def test_a_new_alert_brings_its_head_start_and_no_more(here: World) -> None:
    for back in range(8):
        day = TODAY - timedelta(days=back)
        here.source.days[day.isoformat()] = items(2, day, first=1000 + 10 * (TODAY - day).days)
    here.configure(DAILY)
    here.round()
    one = alert("first", "paper", "telegram:@papers")
    here.configure(DAILY, one)
    assert sent(here.round()) == 4, "today and yesterday"
    here.configure(DAILY, one, alert("second", "question", "telegram:@papers", head_start="3d"))
    assert sent(here.round()) == 4, "two more days; today's and yesterday's papers went there already"
    here.configure(DAILY, alert("first", "papers", "telegram:@papers"))
    assert sent(here.round()) == 0, "an edited query may have today and yesterday, and they went there already"
    here.configure(DAILY, alert("first", "paper", "telegram:-100777"))
    assert sent(here.round()) == 4, "a new destination brings a day"
    assert sent(here.round()) == 0


def test_a_new_source_brings_a_day_not_its_lookback(here: World) -> None:
    for back in range(8):
        day = TODAY - timedelta(days=back)
        here.source.days[day.isoformat()] = items(2, day, first=1000 + 10 * (TODAY - day).days)
    here.configure(INBOX, alert("all", "*", "telegram:@papers"))
    here.round()
    here.configure(INBOX, DAILY, alert("all", "*", "telegram:@papers"))
    assert sent(here.round()) == 4


def test_stopped_for_two_weeks_an_old_alert_gets_all_it_missed(here: World) -> None:
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    for ahead in range(-7, 15):
        day = TODAY + timedelta(days=ahead)
        here.source.days[day.isoformat()] = items(2, day, first=1000 + 10 * (TODAY - day).days)
    assert sent(here.round()) == 4
    result = here.round(ahead=timedelta(days=14))
    assert sent(result) == 28
    days = [message.text for message in here.telegram.messages[4:]]
    assert len(set(days)) == 28


def test_quiet_hours_and_daily_hold_without_being_a_failure(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    later = (datetime.now(UTC) + timedelta(hours=2)).strftime("%H:%M")
    here.configure(DAILY, alert("all", "*", "telegram:@papers", deliver=f"daily {later}"))
    result = here.round()
    assert (sent(result), result.well()) == (0, True)
    after = here.round(ahead=timedelta(hours=3))
    assert sent(after) == 3
    assert len(here.telegram.messages) == 1


def test_a_broken_source_and_a_closed_destination_stop_nothing_else(here: World) -> None:
    here.source.fault("html")
    here.drop("digest.json", json.dumps(items(2, TODAY)).encode())
    here.telegram.refuse(PAPERS, "Forbidden: bot was kicked from the channel chat")
    here.configure(DAILY, INBOX, feed("all", "*"), alert("all", "*", *BOTH))
    done = here.run("once")
    assert done.returncode == 1
    assert len(here.slack.messages) == 2
    assert "FAILED source daily" in done.stdout
    assert "telegram:@papers" in done.stdout
    assert "kicked" in done.stdout
    told = here.run("status", "--json")
    assert told.returncode == 1
    found = json.loads(told.stdout)
    assert {one["name"]: one["state"] for one in found["sources"]} == {"daily": "failed", "inbox": "ok"}
    lanes = {one["name"]: one for one in found["destinations"]}
    assert lanes["telegram:@papers"]["state"] == "closed"
    assert (lanes["telegram:@papers"]["parked"], lanes["slack:#papers"]["sent"]) == (2, 2)
    here.telegram.refuse(PAPERS, "")
    here.source.faults.clear()
    assert here.run("retry", "telegram:@papers").returncode == 0
    assert here.round().well()
    assert len(here.telegram.messages) == 2


def test_a_refused_token_stops_its_platform_and_keeps_the_queue(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", *BOTH))
    done = here.run("once", TELEGRAM_BOT_TOKEN="999999:revoked-token-revoked-token-revoked")
    assert done.returncode == 1
    assert "FAILED telegram" in done.stdout
    assert "revoked-token" not in done.stdout + done.stderr
    assert len(here.slack.messages) == 3
    assert here.run("check", TELEGRAM_BOT_TOKEN="999999:revoked-token-revoked-token-revoked").returncode == 2
    assert here.round().well()
    assert len(here.telegram.messages) == 3


@pytest.mark.usefixtures("database")
def test_two_spellings_of_one_chat_get_a_paper_once(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"), alert("id", "paper", "telegram:-1001000000001"))
    assert here.round().well()
    assert len(here.telegram.messages) == 3


@pytest.mark.usefixtures("database")
def test_a_group_that_became_a_supergroup_keeps_its_queue(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.telegram.migrate("-500", "-1005000000000")
    here.configure(DAILY, alert("all", "*", "telegram:-500"))
    assert here.round().well()
    assert [message.chat for message in here.telegram.messages] == ["-1005000000000"] * 3


def test_check_names_who_we_are_and_sends_a_test_line(here: World) -> None:
    here.configure(DAILY, feed("all", "*"), alert("all", "*", *BOTH), site=SITE)
    done = here.run("check", "--send")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (len(here.telegram.messages), len(here.slack.messages)) == (1, 1)
    assert "all well" in done.stdout


@pytest.mark.threat(14)
def test_no_secret_reaches_any_output(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, feed("all", "*"), alert("all", "*", *BOTH))
    for server in (here.telegram, here.slack):
        for fault in ("reset", "accept_then_garbage"):
            server.fail_next(1, fault)
    done = here.run("once", "-v")
    shown = (done.stdout + done.stderr).encode()
    shown += b"".join(path.read_bytes() for path in here.folder.rglob("*") if path.is_file())
    for token in (here.telegram.token, here.slack.token):
        assert token.encode() not in shown


def test_a_feed_of_young_papers_loses_them_as_they_age(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, feed("young", "age<2d"), feed("all", "*"))
    here.round()
    assert here.files()["feeds/young.atom"][0].count(b"<entry>") == 3
    here.round(ahead=timedelta(days=2))
    assert here.files()["feeds/young.atom"][0].count(b"<entry>") == 0
    assert here.files()["feeds/all.atom"][0].count(b"<entry>") == 3


def test_an_edited_feed_is_filled_from_the_archive_at_once(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(12, TODAY)
    here.configure(DAILY, feed("some", '"question 1"'))
    here.round()
    here.source.faults.clear()
    here.configure(feed("some", "question"), feed("new", '"question 2"'))
    here.round()
    assert here.files()["feeds/some.atom"][0].count(b"<entry>") == 12
    assert here.files()["feeds/new.atom"][0].count(b"<entry>") == 1


@pytest.mark.on_sqlite_alone("its folder")
@pytest.mark.threat(25)
def test_a_full_disk_is_one_clear_error_and_nothing_is_lost(here: World) -> None:
    """RLIMIT_FSIZE stands for a full disk: a write beyond it fails."""
    here.source.days[TODAY.isoformat()] = items(60, TODAY)
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers"))
    here.round()
    before = here.files()
    tomorrow = TODAY + timedelta(days=1)
    here.source.days[tomorrow.isoformat()] = items(90, tomorrow, first=500)
    program = (
        "import resource, signal, datetime; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000));"
        "from bot.commands import once; from pathlib import Path; from tests.world import MovedClock;"
        "once.CLOCK = MovedClock(datetime.timedelta(days=1));"
        "raise SystemExit(once.command(Path('config.toml'), verbose=False, wait=5))"
    )
    done = here.run_python(program)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr, done.stderr
    assert "make room" in done.stderr
    assert all(not feedparser.parse(content).bozo for name, (content, _) in here.files().items() if "atom" in name)
    assert set(here.files()) >= set(before)
    here.round(ahead=timedelta(days=1))
    assert len({message.text.split("\n")[0] for message in here.telegram.messages}) == 150


@pytest.mark.on_sqlite_alone("its folder")
def test_folders_that_may_not_be_written_are_one_clear_error(here: World) -> None:
    here.configure(DAILY, feed("all", "*"))
    (here.folder / "var").write_text("a file stands where the folder should")
    done = here.run("once")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot be opened" in done.stderr


def test_feeds_that_cannot_be_written_fail_the_round_but_not_the_deliveries(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    (here.folder / "public").write_text("a file stands where the folder should")
    here.configure(DAILY, feed("all", "*"), alert("all", "*", "telegram:@papers"))
    done = here.run("once")
    assert done.returncode == 1
    assert "FAILED publish" in done.stdout
    assert len(here.telegram.messages) == 2


def test_a_daily_digest_that_was_missed_comes_late_and_holds_what_was_just_collected(here: World) -> None:
    slot = (datetime.now(UTC) - timedelta(hours=1)).strftime("%H:%M")
    here.configure(DAILY, alert("all", "*", "telegram:@papers", deliver=f"daily {slot}"))
    here.round()
    tomorrow = TODAY + timedelta(days=1)
    here.source.days[tomorrow.isoformat()] = items(3, tomorrow)
    assert sent(here.round(ahead=timedelta(days=1))) == 3
    assert len(here.telegram.messages) == 1
    here.source.days[tomorrow.isoformat()] = items(5, tomorrow)
    assert sent(here.round(ahead=timedelta(days=1, minutes=30))) == 0
    assert sent(here.round(ahead=timedelta(days=2))) == 2
