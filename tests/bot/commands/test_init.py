"""`init`: a first configuration, with flags alone and by answers at a terminal."""

import fcntl
import os
import pty
import re
import stat
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from select import select
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.founding.draft import Draft, From, address_of
from bot.commands.founding.tried import origins
from bot.config.load import load
from tests.fakes.feed import FakeFeed, entry, rss
from tests.fakes.slack import TOKEN as SLACK_TOKEN
from tests.fakes.smtp import FakeSmtp
from tests.fakes.source import item
from tests.fakes.telegram import TOKEN as TELEGRAM_TOKEN
from tests.world import ROOT, World, until

pytestmark = pytest.mark.on_sqlite_alone("it writes the configuration, which names no server")

TODAY = datetime.now(UTC).date()
NOBODY = {"TELEGRAM_BOT_TOKEN": "", "SLACK_BOT_TOKEN": ""}
CHANNEL = "-1001000000001"


@pytest.fixture
def there(here: World) -> World:
    here.source.days[TODAY.isoformat()] = [
        item("2601.00001", "Diffusion of ideas", "We diffuse.", TODAY),
        item("2601.00002", "A survey of streams", "We survey.", TODAY),
    ]
    return here


def flags(here: World, *more: str, query: str = "diffusion") -> tuple[str, ...]:
    urls = ("--telegram-api-url", here.telegram.url, "--slack-api-url", here.slack.api_url)
    return ("init", "--source-url", here.source.url, *urls, "--query", query, *more)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.threat(14)
def test_with_flags_alone_everything_is_tried_written_and_a_first_message_sent(there: World) -> None:
    to = ("--to", "telegram:@papers", "--to", "slack:#papers")
    tokens = ("--telegram-token", TELEGRAM_TOKEN, "--slack-token", SLACK_TOKEN)
    done = there.run(*flags(there, *to, *tokens), **NOBODY)
    assert (done.returncode, done.stderr) == (0, "")
    assert "diffusion matches 1 of 2 papers that are there now\n  Diffusion of ideas\n" in done.stdout
    assert [message.text for message in there.telegram.messages] == [
        "Paper Round: from now on papers that match diffusion come here"
    ]
    assert len(there.slack.messages) == 1
    assert (mode(there.folder / "config.toml"), mode(there.folder / "paperround.env")) == (0o644, 0o600)
    assert TELEGRAM_TOKEN not in (there.folder / "config.toml").read_text() + done.stdout
    assert there.run("check", **NOBODY).returncode == 0
    assert there.run("once", **NOBODY).returncode == 0
    assert ["Diffusion of ideas" in message.text for message in there.telegram.messages] == [False, True]
    assert (there.folder / "public" / "feeds" / "diffusion.rss").is_file()


def test_feeds_alone_are_asked_for_by_a_flag_too(there: World) -> None:
    done = there.run(*flags(there, "--to", "none"), **NOBODY)
    assert (done.returncode, done.stderr) == (0, "")
    assert "[[alerts]]" not in (there.folder / "config.toml").read_text().replace("# [[alerts]]", "")
    assert there.run("check", **NOBODY).returncode == 0


def test_it_never_writes_over_a_configuration(there: World) -> None:
    (there.folder / "config.toml").write_text("mine")
    done = there.run(*flags(there, "--to", "console:"), **NOBODY)
    assert done.returncode == 2
    assert "config.toml is there already" in done.stderr
    assert (there.folder / "config.toml").read_text() == "mine"
    assert not there.source.requests


def test_other_secrets_beside_it_are_kept(there: World) -> None:
    (there.folder / "paperround.env").write_text("MINE=1\n")
    to = ("--to", "telegram:@papers", "--telegram-token", TELEGRAM_TOKEN)
    done = there.run(*flags(there, *to), **NOBODY)
    assert (done.returncode, there.telegram.messages) == (2, [])
    assert (there.folder / "paperround.env").read_text() == "MINE=1\n"
    (there.folder / "paperround.env").write_text(f"MINE=1\nTELEGRAM_BOT_TOKEN='{TELEGRAM_TOKEN}'\n")
    (there.folder / "paperround.env").chmod(0o600)
    assert there.run(*flags(there, *to), **NOBODY).returncode == 0
    assert "MINE=1" in (there.folder / "paperround.env").read_text()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("--query", "a OR"), r"\^"),
        (("--source-url", "http://127.0.0.1:9"), "--source-url: as huggingface: "),
        (
            ("--to", "telegram:@nowhere", "--telegram-token", TELEGRAM_TOKEN),
            "--to: telegram:@nowhere: .*Chat not found",
        ),
        (("--to", "telegram:@papers", "--telegram-token", "123456789:AAwrong"), "--telegram-token: .*BotFather"),
        (("--to", "telegram:@papers"), "--telegram-token: is missing"),
        (("--to", "slack:#papers", "--slack-token", "xoxb-wrong"), "--slack-token: .*invalid_auth"),
        (("--to", "slack:#gone", "--slack-token", SLACK_TOKEN), "--to: slack:#gone: "),
        (("--to", "email:me@example.org"), "--smtp: is missing"),
        (("--to", "email:me@example.org", "--smtp", "smtp://127.0.0.1:9", "--from", "us@localhost"), "--smtp: "),
        (("--to", "pigeon:home"), "--to: 'pigeon:home' is no destination"),
        (("--telegram-token", TELEGRAM_TOKEN), "--to: nobody wrote where the bot is"),
    ],
)
def test_what_is_wrong_is_told_by_its_flag_and_nothing_is_written(
    there: World, wrong: tuple[str, ...], told: str
) -> None:
    arguments = ["paperround", *flags(there), *wrong]
    program = f"import sys; sys.argv = {arguments!r}; from bot.cli import main; from bot.commands import init; "
    done = there.run_python(f"{program} init._LOOK = 0.0; main()", **NOBODY)
    assert done.returncode == 2, done.stdout
    assert re.search(told, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    files = [path.name for path in there.folder.rglob("*") if path.is_file()]
    assert files == (["paperround.db.key"] if "--smtp" in wrong else [])
    assert not there.telegram.messages


def test_a_chat_is_found_by_what_is_posted_there_and_nothing_is_taken_from_who_listens(there: World) -> None:
    there.telegram.kinds[CHANNEL] = "channel"
    there.telegram.said(CHANNEL, "anything")
    waiting = list(there.telegram.updates)
    done = there.run(*flags(there, "--telegram-token", TELEGRAM_TOKEN), **NOBODY)
    assert done.returncode == 0, done.stderr
    assert [message.chat for message in there.telegram.messages] == [CHANNEL]
    assert [str(one) for one in load(there.folder / "config.toml").destinations] == [f"telegram:{CHANNEL}"]
    assert there.telegram.updates == waiting
    asked = [one.params for one in there.telegram.requests if one.method == "getUpdates"]
    assert [sorted(params) for params in asked] == [["timeout"]]


def test_mail_by_flags_sends_a_first_one(there: World) -> None:
    with FakeSmtp() as server:
        mail = (
            "--smtp",
            f"smtp://127.0.0.1:{server.port}",
            "--from",
            "papers@localhost",
            "--to",
            "email:me@example.org",
        )
        done = there.run(*flags(there, *mail), **NOBODY)
    assert (done.returncode, done.stderr) == (0, "")
    assert [one.recipients for one in server.taken] == [("me@example.org",)]
    assert [str(one) for one in load(there.folder / "config.toml").destinations] == ["email:me@example.org"]


@pytest.mark.parametrize("page", ["", "<!doctype html><title>The lab</title>"])
def test_an_address_that_is_no_server_of_daily_papers_is_read_as_a_feed(there: World, page: str) -> None:
    with FakeFeed() as lab:
        lab.page = page
        lab.body = rss(entry(1, title="Diffusion in a lab"))
        arguments = ("init", "--source-url", f"{lab.url}/feed/", "--query", "diffusion")
        done = there.run(*arguments, **NOBODY)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Diffusion in a lab" in done.stdout
    config = load(there.folder / "config.toml", {})
    assert [one.kind for one in config.settings.sources] == ["feed"]
    assert not config.settings.alerts


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        ("cs.CL, stat.ML", ["arxiv"]),
        ("https://rss.arxiv.org/rss/cs.CL+cs.LG", ["arxiv"]),
        ("arxiv.org/list/math.AG/recent", ["arxiv"]),
        ("https://huggingface.co/papers", ["huggingface"]),
        ("lab.example.org/feed.xml", ["huggingface", "feed"]),
    ],
)
def test_what_an_answer_means(answer: str, kinds: list[str]) -> None:
    assert [one.kind for one in origins(answer)] == kinds


@pytest.mark.parametrize(
    ("scheme", "typed", "address"),
    [
        ("slack", "papers", "#papers"),
        ("slack", " slack:#papers", "#papers"),
        ("slack", "C0000000001", "C0000000001"),
        ("telegram", "Diffusion_Papers", "@Diffusion_Papers"),
        ("telegram", "-1001000000001/42", "-1001000000001/42"),
        ("email", "email:me@example.org", "me@example.org"),
    ],
)
def test_an_address_may_be_typed_without_its_sign(scheme: str, typed: str, address: str) -> None:
    assert address_of(scheme, typed) == address


@given(query=st.text(min_size=1), title=st.text())
def test_any_query_makes_a_file_that_says_the_same(query: str, title: str) -> None:
    source = From("feed", title or "x", (("url", "https://lab.example.org/feed"),), "A feed")
    draft = Draft(source=source, query=query, to=("console:",))
    table = tomli.loads(draft.text())
    assert table["alerts"][0]["query"] == query
    assert re.fullmatch(r"[a-z0-9-]{1,64}", table["feeds"][0]["slug"])


class Typist:
    """Somebody at a terminal, who answers what they see."""

    def __init__(self, master: int) -> None:
        self.seen = self.ever = ""
        self._master = master

    def wait_for(self, words: str) -> None:
        while words not in self.seen:
            assert select([self._master], [], [], 20)[0], f"{words!r} was never said: {self.seen}"
            part = os.read(self._master, 65536).decode()
            self.seen, self.ever = self.seen + part, self.ever + part

    def answer(self, question: str, typed: str) -> None:
        self.wait_for(question)
        self.seen = self.seen.partition(question)[2]
        os.write(self._master, typed.encode() + b"\n")


def _take_terminal() -> None:
    """Passwords are asked for at the terminal that a session has, and its Ctrl-C goes there."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextmanager
def terminal(here: World, *arguments: str) -> Iterator[tuple[Typist, subprocess.Popen[bytes]]]:
    master, slave = pty.openpty()
    environment = {**os.environ, **NOBODY, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}
    command = [sys.executable, "-m", "bot", *arguments]
    streams: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
    own = {"start_new_session": True, "preexec_fn": _take_terminal}
    process = subprocess.Popen(command, cwd=here.folder, env=environment, **streams, **own)
    os.close(slave)
    try:
        yield Typist(master), process
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_at_a_terminal_it_asks_and_a_wrong_answer_is_asked_for_again(there: World) -> None:
    there.telegram.kinds[CHANNEL] = "channel"
    there.telegram.other_poller = True
    with FakeSmtp() as server, terminal(there, "init", "--telegram-api-url", there.telegram.url) as (typist, process):
        typist.answer("Where do papers come from?", there.source.url)
        typist.answer("Which papers do you want?", "survey")
        typist.wait_for("A survey of streams")
        typist.answer("Keep this query?", "n")
        typist.answer("Which papers do you want?", "diffusion OR")
        typist.answer("Which papers do you want?", "diffusion")
        typist.answer("Keep this query?", "y")
        typist.answer("Where are they sent?", "pigeons")
        typist.answer("Where are they sent?", "telegram and mail")
        typist.answer("Where are they sent?", "telegram, mail")
        typist.answer("the bot's token", "nonsense")
        typist.answer("the bot's token", TELEGRAM_TOKEN)
        typist.answer("your mail server", "smtp://127.0.0.1:9")
        typist.answer("whom are mails from?", "papers@localhost")
        typist.answer("your mail server", f"smtp://127.0.0.1:{server.port}")
        typist.answer("whom are mails from?", "papers@localhost")
        typist.wait_for("post anything there now")
        typist.wait_for("the chat cannot be found out")
        there.telegram.other_poller = False
        there.telegram.said(CHANNEL, "anything")
        typist.answer("Which one?", "again")
        typist.answer("Which one?", "1")
        typist.answer("to which address?", "me@example.org")
        typist.wait_for("What next:")
        assert process.wait(20) == 0
    assert TELEGRAM_TOKEN not in typist.ever
    config = load(there.folder / "config.toml", {})
    assert str(config.settings.alerts[0].query) == "diffusion"
    assert [message.chat for message in there.telegram.messages] == [CHANNEL]
    assert [one.recipients for one in server.taken] == [("me@example.org",)]


def test_who_breaks_off_finds_nothing_written(there: World) -> None:
    with terminal(there, "init", "--source-url", there.source.url) as (typist, process):
        typist.wait_for("Which papers do you want?")
        os.write(typist._master, b"\x04")  # a signal may come between a question and its reading
        typist.wait_for("no configuration was written")
        assert process.wait(20) == 2
    assert list(there.folder.iterdir()) == []


def test_who_breaks_off_while_an_answer_is_tried_finds_nothing_written(there: World) -> None:
    there.source.fault("hang")
    with terminal(there, "init", "--source-url", there.source.url) as (typist, process):
        until(lambda: there.source.requests)
        os.write(typist._master, b"\x03")
        typist.wait_for("no configuration was written")
        assert process.wait(20) == 2
    assert list(there.folder.iterdir()) == []
