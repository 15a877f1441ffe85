"""What a newcomer, a shell or a hostile digest does to Paper Round, and what it must not do back."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.config.load import load
from bot.config.mistakes import ConfigError
from tests.fakes.source import items
from tests.world import DAILY, ENVIRONMENT, INBOX, ROOT, SITE, World, alert, feed, until

TODAY = datetime.now(UTC).date()
ABSTRACT = "We study this at length, and what we find is written down here with care. It is more than one sentence."


@pytest.mark.parametrize("title", ["🙂", "—", "$$", "\ufffd"])
def test_a_title_without_a_letter_costs_nothing_else(here: World, title: str) -> None:
    listed = items(2, TODAY)
    listed[0]["paper"].pop("id")
    here.drop("page.txt", f"Daily Papers\n\nby AK and the research community\n\n{title}\n\n{ABSTRACT}\n".encode())
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(INBOX, DAILY, alert("all", "*", "telegram:@papers"))
    for _ in range(2):
        done = here.run("once")
        assert done.returncode == 0, done.stdout + done.stderr
    assert 2 <= len(here.telegram.messages) <= 3


def test_a_chat_whose_id_cannot_be_looked_up_waits_rather_than_get_a_paper_twice(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.telegram.fail_next(1, "502", "getChat")
    here.configure(DAILY, alert("a", "*", "telegram:@papers"), alert("b", "paper", "telegram:-1001000000001"))
    first = here.run("once", "--wait", "2s")
    assert first.returncode == 1
    assert "could not be looked up" in first.stdout
    assert here.run("once").returncode == 0
    assert len(here.telegram.messages) == 3


def test_a_platform_taken_out_of_the_configuration_keeps_its_queue(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers", "slack:#papers"))
    assert here.run("once", TELEGRAM_BOT_TOKEN="999999:revoked").returncode == 1
    path = here.folder / "config.toml"
    whole = path.read_text()
    start = whole.index("[telegram]")
    path.write_text((whole[:start] + whole[whole.index("[slack]") :]).replace('"telegram:@papers", ', ""))
    done = here.run("once")
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, "what nothing calls for is no trouble"
    paper = here.source.days[TODAY.isoformat()][0]["paper"]["id"]
    assert "telegram:@papers: uncalled" in here.run("explain", paper).stdout
    path.write_text(whole)
    assert here.run("once").returncode == 0
    assert len({message.text for message in here.telegram.messages}) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_once_while_it_collects(here: World, number: int) -> None:
    here.source.fault("hang")
    here.configure(DAILY)
    process = here.start("once")
    until(lambda: here.source.requests)
    process.send_signal(number)
    assert process.wait(timeout=10) == 1


def test_a_secret_written_where_its_name_belongs_is_not_shown(here: World) -> None:
    for table, key in (("telegram", "token"), ("slack", "token"), ("slack.webhooks.lab", "url")):
        secret = (
            "123456789:AAbbccddeeffgghhiijjkkllmmnnooppqq"
            if key == "token"
            else "https://hooks.slack.com/services/T/B/x"
        )
        here.configure()
        (here.folder / "config.toml").write_text(f'[{table}]\n{key}_env = "{secret}"\n')
        done = here.run("check")
        assert done.returncode == 2
        assert "never the secret itself" in done.stderr
        assert secret not in done.stderr


def test_the_command_line_wins_over_the_environment(here: World) -> None:
    here.configure(feed("all", "*"))
    (here.folder / "other.toml").write_text("nonsense = 1\n")
    assert here.run("--config", "config.toml", "status", PAPERROUND_CONFIG="other.toml").returncode == 0
    assert here.run("status", "--config", "config.toml", PAPERROUND_CONFIG="other.toml").returncode == 0
    assert here.run("status", PAPERROUND_CONFIG="other.toml").returncode == 2


@pytest.mark.parametrize(
    "table",
    [
        "[publish]\nformats = []",
        'head_start = "999999w"',
        '[[sources]]\nname = "x"\nkind = "huggingface"\nurl = "http://h:x"',
        '[publish]\ndirectory = "\\u0000"',
        'database = "sqlite:///:memory:"',
        '[delivery]\ntimeout = "0s"',
        '[telegram]\ntoken_env = "TELEGRAM_BOT_TOKEN"\nper_second = true',
        '[telegram]\ntoken_env = "TELEGRAM_BOT_TOKEN"\nper_second = inf',
        '[telegram]\ntoken_env = "BROKEN"',
        '[slack.webhooks.lab]\nurl_env = "NOT_URL"',
        '[sources]\nname = "x"',
    ],
)
def test_odd_values_are_refused_with_their_key(here: World, table: str) -> None:
    path = here.folder / "config.toml"
    path.write_text(table + "\n")
    with pytest.raises(ConfigError) as caught:
        load(path, {**ENVIRONMENT, "BROKEN": "one\ntwo", "NOT_URL": "abc"})
    assert caught.value.key
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_is_no_mistake(here: World) -> None:
    path = here.folder / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + b'timezone = "UTC"\n')
    load(path)


def test_a_dry_run_shows_papers_though_a_pause_holds_their_lane(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace("chat_per_minute = 60000", "chat_per_minute = 1"))
    assert here.run("once").returncode == 0
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    assert here.run("once", "--dry-run").stdout.count("--> telegram:@papers") == 2


def test_a_dry_run_with_a_dead_source_is_exit_1(here: World) -> None:
    here.source.fault("html")
    here.configure(DAILY)
    assert here.run("once", "--dry-run").returncode == 1


def test_a_day_in_the_future_is_not_believed(here: World) -> None:
    listed = items(1, TODAY)
    listed[0]["paper"]["submittedOnDailyAt"] = "9999-12-31T00:00:00.000Z"
    here.source.days[TODAY.isoformat()] = listed
    here.configure(DAILY)
    assert here.run("once").returncode == 0
    (paper,) = json.loads(here.run("search", "*", "--json").stdout)["papers"]
    assert paper["announced"] == str(TODAY)


@pytest.mark.threat(26)
def test_a_clock_that_was_ahead_silences_nothing(here: World) -> None:
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    here.round(ahead=timedelta(days=1400))
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.round()
    assert len(here.telegram.messages) == 2


@pytest.mark.parametrize("query", ["-survey", "--"])
def test_a_query_may_begin_with_a_minus(here: World, query: str) -> None:
    here.configure(feed("all", "*"))
    done = here.run("search", query)
    assert done.returncode == 2
    assert "No such option" not in done.stderr


def shell(here: World, line: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT), "PAPERROUND": f"{sys.executable} -m bot"}
    return subprocess.run(
        ["bash", "-c", line], cwd=here.folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "line",
    [
        "$PAPERROUND status >&-",
        "$PAPERROUND search '*' > /dev/full",
        "PYTHONIOENCODING=ascii $PAPERROUND once",
        "$PAPERROUND once | head -1",
        "$PAPERROUND explain $'caf\\xe9'",
    ],
)
def test_whatever_a_shell_does_there_is_no_traceback(here: World, line: str) -> None:
    here.source.days[TODAY.isoformat()] = items(30, TODAY)
    here.configure(DAILY, alert("all", "*", "console:"))
    assert "Traceback" not in shell(here, line).stderr


@pytest.mark.parametrize(
    "command", ["search '*'", "search '*' --json", "try '*'", "export '*'", "status", "subscriptions", "check", "once"]
)
def test_a_result_that_is_not_written_whole_is_a_failure(here: World, command: str) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"), site=SITE)
    assert here.run("once").returncode == 0
    done = shell(here, f"$PAPERROUND {command} > /dev/full")
    assert (done.returncode, done.stderr.count("No space left on device")) == (1, 1)


@pytest.mark.parametrize("path", ["inbox", "inbox/", "inbox/*"])
def test_a_folder_stands_for_what_is_in_it(here: World, path: str) -> None:
    here.drop("digest.json", json.dumps(items(2, TODAY)).encode())
    here.configure(INBOX.replace("inbox/*", path), feed("all", "*"))
    assert "2 new papers" in here.run("once").stdout


def test_a_folder_that_is_not_there_is_told(here: World) -> None:
    here.configure(INBOX.replace("inbox/*", "nowhere/*"), feed("all", "*"))
    assert "nowhere does not exist" in here.run("once").stderr
    assert "nowhere does not exist yet" in here.run("check").stdout
