"""What people hit on the way out, at the edges and at the end: a row a trouble, with the right value."""

import contextlib
import gzip
import io
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.commands.demo import demo
from bot.config.load import _once_each, load
from bot.config.mistakes import ConfigError
from bot.fetch import Fetcher, FetchError
from bot.fetch.body import read_body
from bot.process.clock import Clock
from bot.publishing.files import clear_leftovers, feed_of
from bot.rules.rhythm import interval_trigger
from bot.rules.words import ascii_url, counted, headed, local
from bot.sources.changed import Reading
from bot.store.database import Database, StoreError
from bot.store.engine import HEAD, Store
from bot.store.kinds import exists, only_writer
from bot.web.app import OriginForm
from bot.web.published import Published, _link
from tests.fakes.feed import FakeFeed, entry, rss
from tests.fakes.source import items
from tests.fakes.telegram import TOKEN
from tests.older import make_0003
from tests.world import INBOX, ROOT, World, alert, feed

TODAY = datetime.now(UTC).date()
FEED = '[[sources]]\nname = "lab"\nkind = "feed"\nurl = "{url}"\nevery = "1h"\n'


# -- 19: whose zone it is, the configuration says ----------------------------------------------------------------

ZONES = ("UTC+3", '"Europe/Rome"', "Europe/Rome", "", ":/etc/localtime", "Nonsense/Nowhere", "CET-1CEST", "UTC",
         "+03:00", "/no/such/file", "<+03>-3")  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_19_the_machines_zone_is_nobodys_business(zone: str) -> None:
    program = (
        "from datetime import UTC, datetime, timedelta\n"
        "from bot.rules.rhythm import interval_trigger\n"
        "trigger = interval_trigger(timedelta(hours=1))\n"
        "assert trigger.get_next_fire_time(None, datetime.now(UTC))\n"
    )
    environment = {**os.environ, "TZ": zone, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_19_no_trigger_asks_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise AssertionError("the machine was asked for its zone")

    monkeypatch.setattr("apscheduler.triggers.interval.get_localzone", never)
    assert interval_trigger(timedelta(hours=1)).get_next_fire_time(None, datetime.now(UTC))


# -- 20 to 25: HTTP as browsers read it --------------------------------------------------------------------------


async def fetched(site: FakeFeed, path: str) -> httpx.Response | Any:
    fetcher = Fetcher("", [site.url])
    try:
        return await fetcher.get(site.url + path)
    finally:
        await fetcher.aclose()


async def test_20_an_address_that_asks_for_its_own_cookie_is_read_and_the_cookie_forgotten() -> None:
    with FakeFeed() as site:
        for _ in range(2):
            assert (await fetched(site, "/cookie")).body == site.body
        sent = [request.params.get("Cookie") for request in site.requests if request.method == "cookie"]
    assert sent == [None, "been=here", None, "been=here"]


@pytest.mark.parametrize(("times", "well"), [(1, True), (4, True), (5, True), (6, False)])
async def test_20_five_redirects(times: int, well: bool) -> None:
    with FakeFeed() as site:
        if well:
            assert (await fetched(site, f"/again/{times}")).status == 200
        else:
            with pytest.raises(FetchError, match="more than 5"):
                await fetched(site, f"/again/{times}")


PLAIN = rss(entry(1))


async def pieces(body: bytes) -> Any:
    yield body


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("UTF-8", PLAIN),
        ("utf8", b"plain text of any kind"),
        ("none", PLAIN),
        ("aws-chunked", PLAIN),
        ("identity", PLAIN),
        ("text/xml", PLAIN),
        ("binary", b"\n " + PLAIN),
        ("br", PLAIN),
        ("deflate", b"\xef\xbb\xbf" + PLAIN),
        ("gzip, gzip", b'[{"a": 1}]'),
        ("UTF-16", PLAIN.decode().encode("utf-16")),
        ("text/html; charset=UTF-8", b"a mail, as it stands"),
        ("ISO-8859-1", b"a mail, as it stands"),
        ("8bit", b"a mail, as it stands"),
    ],
)
async def test_21_what_is_no_encoding_is_read_as_what_it_is(encoding: str, body: bytes) -> None:
    assert await read_body(pieces(body), encoding, 10_000) == body


async def test_21_a_gzip_under_two_names_is_inflated() -> None:
    assert await read_body(pieces(gzip.compress(PLAIN)), "aws-chunked,gzip", 10_000) == PLAIN


@pytest.mark.parametrize("rest", [b"\0\0\0", b"\r\n", b"<!-- cached -->"])
async def test_21_what_follows_a_gzip_is_nothing(rest: bytes) -> None:
    assert await read_body(pieces(gzip.compress(PLAIN) + rest), "gzip", 10_000) == PLAIN


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        (PLAIN, True),
        (PLAIN.decode().encode("utf-16"), True),
        (PLAIN.decode().encode("utf-16-be"), True),
        (PLAIN + b"<!-- " + b"x" * 9000 + b" -->", True),
        (PLAIN + b"<script>" + b"y" * 100_000 + b"</script>", True),
        (PLAIN[:-20], False),
        (PLAIN.decode().encode("utf-16")[:-40], False),
        (b"<rss><channel><item><![CDATA[ </rss> ]]></item><item>cut he", False),
        (b"", False),
    ],
)
def test_25_a_feed_is_whole_where_it_was_closed(body: bytes, whole: bool) -> None:
    assert Reading(body, "").is_whole is whole


@pytest.mark.parametrize(
    "words", ["Rate exceeded.", "rate limit exceeded", "  Too many requests\n", "Slow down!", "Rate limited"]
)  # fmt: skip
async def test_24_a_refusal_in_words_is_a_refusal(words: str) -> None:
    with FakeFeed() as site:
        site.body = words.encode()
        with pytest.raises(FetchError) as caught:
            await fetched(site, "/feed/")
    assert caught.value.retry_after == 300


# -- 26: an inbox ------------------------------------------------------------------------------------------------

JUNK = (
    "desktop.ini",
    "Thumbs.db",
    "x.json.crdownload",
    "good.eml~",
    "~$list.docx",
    "a.part",
    "b.tmp",
    ".DS_Store",
    "c.swp",
)


def test_26_junk_is_quiet_and_the_rest_is_said_once(here: World) -> None:
    here.configure(INBOX, feed("all", "*"))
    for name in JUNK:
        here.drop(name, b"\x00 whatever")
    here.drop("empty.json", b"")
    assert here.round().well()
    here.drop("notes.txt", b"nothing that anybody knows")
    first = here.round()
    assert not first.well()
    assert "notes.txt" in str(first.report.failed)
    assert here.round().well()
    told = here.run("status")
    assert "could not be read" in told.stdout
    assert "notes.txt" in told.stdout
    assert json.loads(here.run("status", "--json").stdout)["sources"][0]["unread"]
    (here.folder / "inbox" / "notes.txt").unlink()
    assert here.round().well()
    assert "notes.txt" not in here.run("status").stdout


# -- 36: the end -------------------------------------------------------------------------------------------------


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:  # who connects waits in its queue
        yield server.getsockname()[1]


IMAP = '[[sources]]\nname = "mail"\nkind = "imap"\nurl = "imap://me@127.0.0.1:{port}/INBOX"\npassword_env = "MAIL"\n'


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize(("command", "code"), [("run", 0), ("once", 1)])
@pytest.mark.parametrize("table", [IMAP, FEED.replace("{url}", "http://127.0.0.1:{port}/")], ids=["imap", "http"])
def test_36_the_end_comes_within_grace(here: World, number: int, command: str, code: int, table: str) -> None:
    with silent() as port:
        here.configure(table.replace("{port}", str(port)), feed("all", "*"))
        process = here.start(command, MAIL="x")
        assert process.stderr
        _until_asked(here)
        process.send_signal(number)
        began = time.monotonic()
        assert process.wait(timeout=20) == code
        assert time.monotonic() - began < 3 + 4  # grace, and a busy machine
        said = process.stderr.read()
        assert "Traceback" not in said, said


def _until_asked(here: World) -> None:
    """The round has begun once the sources are noted."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(StoreError):
            if exists(here.database) and here.rows("select 1 from source"):
                return
        time.sleep(0.05)
    raise AssertionError("the round never began")


def test_36_a_hangup_is_nothing_to_one_that_was_told_to_ignore_it(here: World) -> None:
    here.configure(feed("all", "*"))
    program = (
        "import asyncio, os, signal\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from bot.process.stopping import stop_event\n"
        "async def main():\n"
        "    stop = stop_event(3, 0)\n"
        "    os.kill(os.getpid(), signal.SIGHUP)\n"
        "    await asyncio.sleep(0.1)\n"
        "    print(stop.is_set())\n"
        "asyncio.run(main())\n"
    )
    assert here.run_python(program).stdout == "False\n"


def test_36_whatever_hangs_the_end_comes_and_a_second_signal_is_obeyed_at_once(here: World) -> None:
    program = (
        "import asyncio, os, signal, time\n"
        "from bot.process.loop import run\n"
        "from bot.process.stopping import stop_event\n"
        "async def main():\n"
        "    stop_event({grace}, 7)\n"
        "    for _ in range({signals}):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        await asyncio.sleep(0.1)\n"
        "    time.sleep(60)\n"
        "run(main())\n"
    )
    assert here.run_python(program.replace("{grace}", "0.3").replace("{signals}", "1")).returncode == 7
    assert here.run_python(program.replace("{grace}", "60").replace("{signals}", "2")).returncode == -signal.SIGTERM


def test_36_a_resolver_that_is_silent_holds_up_no_end(here: World) -> None:
    program = (
        "import asyncio, socket, time\n"
        "socket.getaddrinfo = lambda *a, **k: time.sleep(100)\n"
        "from bot.process.loop import run\n"
        "async def main():\n"
        "    try:\n"
        "        async with asyncio.timeout(0.2):\n"
        "            await asyncio.open_connection('nowhere.example', 80)\n"
        "    except TimeoutError:\n"
        "        print('ended')\n"
        "run(main())\n"
    )
    began = time.monotonic()
    assert here.run_python(program).stdout == "ended\n"
    assert time.monotonic() - began < 60


# -- 39: databases of other versions -----------------------------------------------------------------------------

COMMANDS = (("once",), ("run",), ("status",), ("serve",), ("search", "x"), ("explain", "x"), ("once", "--dry-run"))


def versioned(here: World, version: str) -> Database:
    here.configure(feed("all", "*"), '[web]\nlisten = "127.0.0.1:0"\n')
    database = here.config.database
    Store(database).close()
    here.tell(f"update alembic_version set version_num = '{version}'")
    return database


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_39_a_newer_database_is_one_sentence(here: World, command: tuple[str, ...]) -> None:
    versioned(here, "0099")
    done = here.run(*command)
    assert done.returncode == 1
    assert "newer Paper Round" in done.stderr
    assert "0099" in done.stderr
    assert done.stderr.count("paperround: ") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("status",), ("search", "x"), ("serve",)], ids=" ".join)
def test_39_who_looks_changes_nothing_under_one_at_work(here: World, command: tuple[str, ...]) -> None:
    with only_writer(versioned(here, "0003")):
        done = here.run(*command)
    assert done.returncode == 1
    assert "older version" in done.stderr
    assert str(os.getpid()) in done.stderr
    assert "Traceback" not in done.stderr
    assert here.rows("select version_num from alembic_version") == [("0003",)]


@pytest.mark.on_sqlite_alone("a file of before servers")
def test_39_nobody_at_work_and_it_is_brought_up_to_date(here: World) -> None:
    here.configure(feed("all", "*"))
    path = here.config.database
    Store(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        make_0003(connection)
    assert here.run("status").returncode == 0
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select version_num from alembic_version").fetchone() == (HEAD,)


# -- 41 to 43: the file and its secrets --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "key", "words"),
    [
        ('[[feed]]\nslug = "a"\n', "feed", "did you mean feeds?"),
        ("[[arxiv]]\nx = 1\n", "arxiv", "[[sources]]"),
        ('[imap]\nurl = "x"\n', "imap", "[[sources]]"),
        ("[huggingface]\nx = 1\n", "huggingface", "[[sources]]"),
        ("[arxiv.feed]\na = 1\n", "arxiv", "[[sources]]"),
        ("[feed]\nimap = 1\n", "feed", "did you mean feeds?"),
        ('[[alert]]\nname = "a"\n', "alert", "did you mean alerts?"),
        ('[source]\nname = "a"\n', "source", "did you mean sources?"),
        ('[[web]]\nlisten = "a:1"\n', "web", "[web]"),
        ('[feeds]\nslug = "a"\n', "feeds", "[[feeds]]"),
        ('[[sources]]\nname = "a"\nkind = "feed"\nfeed = "x"\n', "sources[0].feed", "no known key"),
        ('[web]\nlisten = "0.0.0.0:99999"\n', "web.listen", "65535"),
        ('[web]\nlisten = "[::]:70000"\n', "web.listen", "65535"),
        ('[fetch]\nproxy = "ftp://x:1"\n', "fetch.proxy", "socks5"),
        ('[fetch]\nproxy = "proxy:3128"\n', "fetch.proxy", "http://proxy:3128"),
        ('[fetch]\nproxy = "http://me:secret@proxy:3128"\n', "fetch.proxy", "environment"),
        ('[web]\nlisten = "http://127.0.0.1:8000"\n', "web.listen", "must look like 127.0.0.1:8000"),
        ('[web]\nlisten = "127.0.0.1:٨٠٠٠"\n', "web.listen", "must look like 127.0.0.1:8000"),
        ('[[rss]]\nurl = "x"\n', "rss", 'kind = "feed"'),
        ('[[sources]]\nname = "a"\nkind = "rss"\n', "sources[0].kind", "did you mean feed?"),
        ('[[slack.webhooks]]\nurl_env = "X"\n', "slack.webhooks", "[slack.webhooks.NAME]"),
        ('[telegram]\ntoken_env = "X"\napi_url = "api.telegram.org"\n', "telegram.api_url", "https://api.telegram.org"),
        ('[[sources]]\nname = "a"\nkind = "files"\npath = ""\n', "sources[0].path", "is empty"),
    ],
)
def test_41_42_a_wrong_table_or_address_is_one_sentence(here: World, table: str, key: str, words: str) -> None:
    (here.folder / "config.toml").write_text(table)
    done = here.run("status")
    assert done.returncode == 2
    assert done.stderr.startswith(f"paperround: {key}: ")
    assert words in done.stderr
    assert "secret" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "to", ["https://hooks.slack.com/services/T0SECRET/B0SECRET/SECRET", f"telegram:{TOKEN}", "xoxb-1-SECRET"]
)
def test_43_a_secret_at_a_wrong_place_is_not_shown(here: World, to: str) -> None:
    (here.folder / "config.toml").write_text(alert("all", "*", to))
    with pytest.raises(ConfigError) as caught:
        load(here.folder / "config.toml", {})
    assert "***" in str(caught.value)
    assert "SECRET" not in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("token", [f'"{TOKEN}"', f"'{TOKEN}'", f"\ufeff{TOKEN}", f"bot{TOKEN}", f' "bot{TOKEN}"\r\n'])
@pytest.mark.parametrize("ending", ["", "/bot", "/bot/"])
def test_43_a_token_is_known_by_its_shape(here: World, token: str, ending: str) -> None:
    here.configure(alert("all", "*", "telegram:@papers"))
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace(here.telegram.url, here.telegram.url + ending))
    config = load(path, {"TELEGRAM_BOT_TOKEN": token, "SLACK_BOT_TOKEN": "'xoxb-1'"})
    assert config.secrets["telegram.token"].get_secret_value() == TOKEN
    assert config.secrets["slack.token"].get_secret_value() == "xoxb-1"
    assert config.settings.section("telegram").api_url == here.telegram.url


@pytest.mark.parametrize("token", ["987654321", "xoxb-1-2", f"{TOKEN}/getMe", f'{TOKEN}"'])
def test_43_what_is_no_token_is_told_and_not_shown(here: World, token: str) -> None:
    here.configure(alert("all", "*", "telegram:@papers"))
    done = here.run("check", TELEGRAM_BOT_TOKEN=token)
    assert done.returncode == 2
    assert "telegram.token_env: holds no bot token" in done.stderr
    assert token not in done.stderr


# -- the small ones ----------------------------------------------------------------------------------------------


def test_one_is_no_many() -> None:
    assert [counted(number, "new paper") for number in (0, 1, 2)] == ["0 new papers", "1 new paper", "2 new papers"]
    assert [headed(name) for name in ("console:", "slack:#a")] == ["console:", "slack:#a:"]


def test_one_paper_and_the_console_are_told_as_people_say_it(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    source = '[[sources]]\nname = "daily"\nkind = "huggingface"\nurl = "{source}"\nlookback = "1d"\n'
    here.configure('timezone = "Asia/Tokyo"\n', source, feed("all", "*"), alert("all", "*", "console:"))
    done = here.run("once")
    assert "daily: 1 new paper, 0 updated" in done.stdout
    assert "1 paper sent to console:" in done.stdout
    assert "1 paper\n" in here.run("search", "*").stdout
    assert "1 paper in 1 day," in here.run("try", "*", "--days", "1").stdout
    status, key = here.run("status"), json.loads(here.run("search", "*", "--json").stdout)["papers"][0]["key"]
    explained = here.run("explain", key)
    for text in (status.stdout, explained.stdout):
        assert "console::" not in text
        assert "console: " in text
        assert " JST" in text
        assert "Z" not in text.replace("JST", "")
    told = json.loads(here.run("status", "--json").stdout)
    assert told["sources"][0]["last_success"].endswith("Z")
    assert json.loads(here.run("explain", key, "--json").stdout)["deliveries"][0]["at"].endswith("Z")


def test_a_moment_is_told_by_ones_own_clock() -> None:
    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert local(moment, ZoneInfo("Europe/Berlin")) == "2026-07-01 14:00:00 CEST"
    assert local(moment, ZoneInfo("UTC")) == "2026-07-01 12:00:00 UTC"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://bücher.example/ä/feed.rss?q=ü", "https://xn--bcher-kva.example/%C3%A4/feed.rss?q=%C3%BC"),
        ("https://例え.jp:8443/", "https://xn--r8jz45g.jp:8443/"),
        ("https://papers.example.org/a%20b", "https://papers.example.org/a%20b"),
    ],
)
def test_an_address_in_ascii(url: str, wanted: str) -> None:
    assert ascii_url(url) == wanted


class Slug(str):
    """Counts how often one is compared with another."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        Slug.compared += 1
        return super().__eq__(other)

    __hash__ = str.__hash__


def test_many_feeds_are_each_compared_with_few() -> None:
    _once_each("feeds", "slug", [Slug(f"feed-{number}") for number in range(2_000)])
    assert Slug.compared < 2_000
    with pytest.raises(ConfigError, match=r"feeds\[1\].slug: 'a' is taken by feeds\[0\]"):
        _once_each("feeds", "slug", ["a", "a"])


def test_leftovers_of_a_killed_process_go_and_nothing_else(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    (tmp_path / "feeds").mkdir()
    away = [f"feeds/.all.rss.{gone.pid}.new", f".index.html.{os.getpid()}.new"]
    stay = [
        f".index.html.{os.getppid()}.new",
        f".notes.{gone.pid}.new",
        f"a.rss.{gone.pid}.new",
        ".all.rss.x.new",
        "b.rss",
    ]
    for name in [*away, *stay]:
        (tmp_path / name).write_text("x")
    clear_leftovers(tmp_path)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(stay)


@pytest.mark.parametrize("command", ["once", "status", "demo"])
def test_where_the_system_lacks_locks_it_is_one_sentence(here: World, command: str) -> None:
    here.configure(feed("all", "*"))
    program = (
        "import sys; sys.modules['fcntl'] = None; from bot.cli import main; sys.argv = ['paperround', '%s']; main()"
    )
    done = here.run_python(program % command)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Windows" in done.stderr


# -- 18, 37: what cannot be opened -------------------------------------------------------------------------------

PLANTED = (
    "import bot.{module} as module\n"
    "def broken(*_, **__): raise {fault}\n"
    "module.{name} = broken\n"
    "from bot.cli import main; import sys; sys.argv = ['paperround', '{command}']; main()\n"
)


@pytest.mark.parametrize("fault", ["IndexError(3)", "ImportError('no such library')"])
def test_18_a_channel_that_cannot_be_opened_fails_alone(here: World, fault: str) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    source = '[[sources]]\nname = "daily"\nkind = "huggingface"\nurl = "{source}"\nlookback = "1d"\n'
    operator = '[operator]\nto = "telegram:@papers"\n'
    here.configure(source, feed("all", "*"), operator, alert("all", "*", "telegram:@papers", "slack:#papers"))
    names = {"module": "channels.telegram.channel", "name": "TelegramChannel.__init__", "command": "once"}
    program = PLANTED.format(fault=fault, **names)
    done = here.run_python(program)
    assert done.returncode == 1
    assert "FAILED telegram: cannot be opened" in done.stdout
    assert "2 papers sent to slack:#papers" in done.stdout
    assert "PARKED" not in done.stdout
    assert here.run("status").returncode == 1
    assert here.run("once").returncode == 0
    assert len(here.telegram.messages) >= 2


def test_18_a_source_that_cannot_be_opened_fails_alone(here: World) -> None:
    here.drop("a.txt", b"")
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(
        '[[sources]]\nname = "daily"\nkind = "huggingface"\nurl = "{source}"\nlookback = "1d"\n',
        INBOX,
        feed("all", "*"),
    )
    names = {"module": "sources.files.source", "name": "FilesSource.__init__", "fault": "KeyError('x')"}
    done = here.run_python(PLANTED.format(command="once", **names))
    assert done.returncode == 1
    assert "FAILED source inbox: cannot be opened (KeyError)" in done.stdout
    assert "daily: 2 new papers" in done.stdout
    names = {"module": "sources.files.source", "name": "missing_folder", "fault": "KeyError"}
    checked = here.run_python(PLANTED.format(command="check", **names))
    assert "FAILED source inbox: its reader broke (KeyError" in checked.stdout
    assert "source daily: answers" in checked.stdout


# -- odd environments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": ""},
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"TZ": "UTC+3"},
        {"TMPDIR": "/no/such/folder", "COLUMNS": "0", "TERM": "dumb"},
        {"PYTHONIOENCODING": "ascii", "SSL_CERT_FILE": "", "NETRC": "/no/such/file"},
    ],
    ids="-".join,
)
def test_a_round_in_an_odd_environment(here: World, environment: dict[str, str]) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    source = '[[sources]]\nname = "daily"\nkind = "huggingface"\nurl = "{source}"\nlookback = "1d"\n'
    here.configure(source, feed("all", "*"), alert("all", "*", "console:", "telegram:@papers"))
    done = here.run("once", **environment)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_certificates_that_are_not_there_are_one_sentence(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    source = '[[sources]]\nname = "daily"\nkind = "huggingface"\nurl = "{source}"\nlookback = "1d"\n'
    here.configure(source, alert("all", "*", "console:", "telegram:@papers"))
    done = here.run("once", "--wait", "1s", SSL_CERT_FILE="/no/such.pem")
    assert done.returncode == 1
    assert re.search(r"FAILED telegram: cannot be opened: SSL_CERT_FILE.* cannot be used: No such file", done.stdout)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", ["--help", "demo"])
def test_a_result_that_cannot_be_written_is_one_sentence(tmp_path: Path, arguments: str) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "bot", arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, stdout=full, stderr=-1, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "paperround: No space left on device\n")


def test_a_demo_that_finds_no_folder_is_one_sentence(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: ["/no/such/folder"])
    monkeypatch.setattr("tempfile.tempdir", None)
    gone = here.folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    written = io.StringIO()
    with contextlib.redirect_stderr(written):
        assert demo(io.StringIO(), "paperround") == 1
    assert written.getvalue().startswith("paperround: the demo needs a folder that can be written to")


def test_a_rehearsal_where_there_is_no_folder_for_temporary_files(here: World) -> None:
    here.configure(feed("all", "*"))
    assert here.run("once").returncode == 0
    program = (
        "import tempfile; tempfile._candidate_tempdir_list = lambda: ['/no/such/folder']\n"
        "from bot.cli import main; import sys; sys.argv = ['paperround', 'once', '--dry-run']; main()\n"
    )
    done = here.run_python(program)
    assert done.returncode == 0, done.stderr
    assert not [path for path in here.folder.glob("var/*") if path.is_dir()]


# -- the server --------------------------------------------------------------------------------------------------


async def test_a_whole_address_as_a_requests_target_is_its_path() -> None:
    seen: list[tuple[str, bytes]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["path"], scope["raw_path"]))

    for path in ("http://papers.example.org/feeds/a%20b.rss", "HTTPS://x:8000", "/feeds/a.rss", "/http://x/"):
        decoded = path.replace("%20", " ")
        scope = {"type": "http", "path": decoded, "raw_path": path.encode()}
        await OriginForm(app)(scope, None, None)  # type: ignore[arg-type]
    assert seen == [
        ("/feeds/a b.rss", b"/feeds/a%20b.rss"),
        ("/", b"/"),
        ("/feeds/a.rss", b"/feeds/a.rss"),
        ("/http://x/", b"/http://x/"),
    ]


def test_the_links_of_a_feed_with_a_hub_are_ascii(here: World) -> None:
    here.configure(feed("all", "*"))
    path = here.folder / "config.toml"
    hub = 'base_url = "https://bücher.example/"\nhub = "https://hüb.example/"'
    path.write_text(path.read_text().replace('base_url = "https://papers.example.org/"', hub))
    config = load(path, {"TELEGRAM_BOT_TOKEN": TOKEN, "SLACK_BOT_TOKEN": "xoxb-1"})
    every = {one.slug: (feed_of(one, config.settings.publish), one.query) for one in config.settings.feeds}
    served = Published(SimpleNamespace(feeds=every, config=config, clock=Clock()))  # type: ignore[arg-type]
    for form in ("rss", "atom", "json"):
        feed_path = f"feeds/all.{form}"
        (served_feed, _) = served._of(feed_path, config.settings.publish.base_url)
        link = _link(served_feed, form, feed_path)["Link"]
        assert link.encode("latin-1").isascii()
        assert "xn--bcher-kva.example" in link
