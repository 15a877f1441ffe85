"""The command line, as a shell sees it."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.source import items
from tests.fakes.telegram import TOKEN as TELEGRAM_TOKEN
from tests.world import DAILY, ROOT, World, alert, feed

TODAY = datetime.now(UTC).date()


def test_help_imports_nothing_that_a_command_needs_later() -> None:
    program = "import sys; from bot.cli import cli; cli(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "once" in done.stdout
    for heavy in ("telegram", "slack_sdk", "sqlalchemy", "pydantic", "httpx", "lark", "asyncio", "rich", "apscheduler"):
        assert f"'{heavy}'" not in done.stdout


def test_a_search_of_the_archive_reads_it_by_the_driver_alone_once_it_is_made(here: World) -> None:
    here.configure(feed("all", "*"))
    for command in ("try", "search"):
        arguments = f"['--config', 'config.toml', {command!r}, 'diffusion']"
        program = (
            f"import sys; from bot.cli import cli, Options; cli({arguments}, obj=Options(), standalone_mode=False)"
        )
        assert here.run(command, "diffusion").returncode == 0  # makes the database
        telling = f"import sys, atexit; atexit.register(lambda: print(sorted(sys.modules))); {program}"
        done = here.run_python(telling, PYTHONUTF8="1")  # an interpreter of its own
        assert "papers" in done.stdout, done.stderr
        assert "'sqlalchemy'" not in done.stdout


@pytest.mark.on_sqlite_alone("a server's dialect is what a round on a server meets")
def test_a_round_loads_the_formats_and_the_database_that_it_meets(here: World) -> None:
    here.configure(DAILY, feed("all", "*"))
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    assert here.run("once").returncode == 0  # makes the database
    telling = "import sys, atexit; atexit.register(lambda: print(sorted(sys.modules)))"
    program = f"{telling}; from bot.cli import cli, Options; cli(['once'], obj=Options(), standalone_mode=False)"
    done = here.run_python(program, PYTHONUTF8="1")  # an interpreter of its own
    assert "'feeds.digests.huggingface'" in done.stdout, done.stderr
    for other in ("feedparser", "feeds.digests.arxiv_api", "lxml.html", "sqlalchemy.dialects.postgresql", "telegram"):
        assert f"'{other}'" not in done.stdout


def test_the_demo_runs_every_time_and_says_what_to_do_next(here: World) -> None:
    for _ in range(2):
        done = here.run("demo")
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("https://arxiv.org/abs/") == 4
        assert " init " in done.stdout
        assert str(here.folder / "paperround-demo" / "public" / "feeds") in done.stdout
    assert (here.folder / "paperround-demo" / "public" / "feeds" / "agents.rss").is_file()
    assert [path.name for path in here.folder.iterdir()] == ["paperround-demo"]


def test_the_demo_touches_no_folder_that_it_did_not_make(here: World) -> None:
    (here.folder / "paperround-demo").mkdir()
    (here.folder / "paperround-demo" / "mine").write_text("precious")
    assert here.run("demo").returncode == 0
    assert (here.folder / "paperround-demo" / "mine").read_text() == "precious"


@pytest.mark.parametrize("before", [True, False])
def test_config_and_verbose_go_before_or_after_the_command(here: World, before: bool) -> None:
    here.configure(feed("all", "*"))
    (here.folder / "config.toml").rename(here.folder / "other.toml")
    options = ("--config", "other.toml", "-v")
    arguments = (*options, "status") if before else ("status", *options)
    assert here.run(*arguments).returncode == 0


def test_the_environment_names_the_configuration(here: World) -> None:
    here.configure(feed("all", "*"))
    (here.folder / "config.toml").rename(here.folder / "other.toml")
    assert here.run("status").returncode == 2
    assert here.run("status", PAPERROUND_CONFIG="other.toml").returncode == 0


def test_a_configuration_mistake_is_exit_2_and_one_line(here: World) -> None:
    here.configure('[[feeds]]\nslug = "x"\nqurey = "*"\n')
    done = here.run("once")
    assert done.returncode == 2
    assert done.stderr == "paperround: feeds[0].qurey: is no known key (did you mean query?)\n"
    assert done.stdout == ""


def test_a_missing_secret_is_exit_2_for_commands_that_need_it(here: World) -> None:
    here.configure(alert("all", "*", "telegram:@papers"))
    for command in (("once",), ("run",), ("check",)):
        done = here.run(*command, TELEGRAM_BOT_TOKEN="")
        assert (done.returncode, "telegram.token_env" in done.stderr) == (2, True)
    assert here.run("status", TELEGRAM_BOT_TOKEN="").returncode == 0


@pytest.mark.parametrize("command", ["try", "search"])
def test_a_bad_query_is_exit_2_with_a_caret_under_the_fault(here: World, command: str) -> None:
    here.configure(feed("all", "*"))
    done = here.run(command, "diffusion titel:x")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert lines[1].index("titel") == lines[2].index("^")
    assert "did you mean title" in lines[0]


def test_an_unknown_paper_is_exit_1(here: World) -> None:
    here.configure(feed("all", "*"))
    done = here.run("explain", "2601.99999")
    assert done.returncode == 1
    assert "2601.99999" in done.stderr


def test_an_unknown_command_is_exit_2(here: World) -> None:
    assert here.run("onec").returncode == 2


def test_version(here: World) -> None:
    project = (ROOT / "pyproject.toml").read_text()
    version = here.run("--version").stdout.split()[-1]
    assert f'version = "{version}"' in project


def test_try_tells_papers_words_and_weeks(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(5, TODAY)
    here.configure(DAILY)
    assert here.run("once").returncode == 0
    told = json.loads(here.run("try", '"question 3" OR number', "--json").stdout)
    assert len(told["papers"]) == 5
    assert sum(week["papers"] for week in told["weeks"]) == 5
    assert {"number"} <= set(told["papers"][0]["words"])
    assert "5 papers in 30 days" in here.run("try", "number").stdout


def test_the_package_holds_what_it_needs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    listing = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(wheel)], capture_output=True, text=True, check=True
    )
    for name in (
        "bot/demo/digest.json",
        "bot/demo/config.toml",
        "feeds/query/grammar.lark",
        "versions/0001_initial.py",
    ):
        assert name in listing.stdout


def test_logs_are_a_json_object_a_line_and_hold_no_secret(here: World) -> None:
    here.configure(DAILY, alert("all", "*", "telegram:@papers"), '[log]\nformat = "json"\n')
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.telegram.fail_next(1, "500")
    done = here.run("once", "-v")
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"time", "level", "logger", "message"} <= set(said[0])
    (delivery,) = {one["delivery"] for one in said if "delivery" in one}
    assert {"bot.delivery.trail", "bot.delivery.lane"} <= {
        one["logger"] for one in said if one.get("delivery") == delivery
    }
    assert here.telegram.messages
    assert TELEGRAM_TOKEN not in done.stderr
