"""`serve` and `run` on loopback: they answer, they end when told, and nothing secret is in what they say."""

import asyncio
import json
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from bot.commands.serve import DAY, serve
from bot.process.clock import Clock
from bot.web.listening import ListenError, listen
from feeds.known import remembered
from tests.bot.web.site import PAPERS
from tests.fakes.slack import TOKEN as SLACK_TOKEN
from tests.fakes.source import item
from tests.fakes.telegram import TOKEN as TELEGRAM_TOKEN
from tests.world import DAILY, INBOX, World, alert, feed, until


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def web_table(port: int) -> str:
    return f'[web]\nlisten = "127.0.0.1:{port}"\n'


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code in {200, 503}  # before anybody collects
    except httpx.TransportError:
        return False


def stopped(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    """The exit code and what was logged, after a signal."""
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    return process.returncode, out + err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_beside_once_and_ends_well(here: World, number: int) -> None:
    port = free_port()
    here.configure(INBOX, feed("all", "*"), web_table(port))
    process = here.start("serve")
    until(lambda: answers(port))
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:  # a connection that stays open
        assert client.get("/feeds/all.rss").status_code == 404
        assert "nobody collects and sends yet" in client.get("/healthz").text
        assert "0 papers" in client.get("/search?q=*").text
        here.drop("first.json", json.dumps(PAPERS).encode())
        assert here.run("once").returncode == 0
        assert "3 papers" in client.get("/search?q=*").text
        assert client.get("/feeds/all.rss").status_code == 200
        assert client.get("/healthz").text == "ok\n"
        assert 'paperround_rounds_total{by="once"} 1.0' in client.get("/metrics").text
        assert client.head("/feeds/all.rss").headers["content-length"] != "0"
        code, log = stopped(process, number)
    assert code == 0, log
    assert "Traceback" not in log


def test_run_serves_what_it_collects_and_delivers_all_the_same(here: World) -> None:
    port = free_port()
    here.source.days[here.source.today.isoformat()] = []
    here.configure(INBOX, DAILY, feed("all", "*"), alert("a", "*", "telegram:@papers"), web_table(port))
    here.drop("first.json", json.dumps([item("2503.02130", "Forgetting Transformer", "A gate.")]).encode())
    process = here.start("run")
    until(lambda: answers(port))
    until(lambda: "1 paper<" in httpx.get(f"http://127.0.0.1:{port}/search?q=*").text)
    until(lambda: here.telegram.messages)
    pages = [httpx.get(f"http://127.0.0.1:{port}{path}") for path in ("/", "/metrics", "/search?q=a", "/nothing")]
    code, log = stopped(process)
    assert code == 0, log
    said = log + "".join(page.text + str(page.headers) for page in pages)
    assert 'paperround_deliveries{platform="telegram",state="sent"} 1.0' in said
    for secret in (TELEGRAM_TOKEN, SLACK_TOKEN, "@papers", str(here.folder)):
        assert secret not in "".join(page.text + str(page.headers) for page in pages)
    assert TELEGRAM_TOKEN not in said


def test_run_without_a_web_table_listens_nowhere(here: World) -> None:
    here.configure(INBOX, feed("all", "*"))
    process = here.start("run")
    until((here.folder / "public" / "index.html").exists)
    sockets = {path.readlink().name for path in Path(f"/proc/{process.pid}/fd").iterdir() if path.is_symlink()}
    listening = [line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if " 0A " in line]
    assert not {f"socket:[{inode}]" for inode in listening} & sockets
    assert stopped(process)[0] == 0


@pytest.mark.parametrize("command", ["serve", "run"])
def test_an_address_that_is_taken_is_told_in_a_line(here: World, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        here.configure(INBOX, web_table(port))
        told = here.run(command)
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1] == f"paperround: 127.0.0.1:{port} cannot be listened on: Address already in use"
    assert "Traceback" not in told.stderr


def test_an_address_of_another_machine_is_a_fault_of_the_configuration(here: World) -> None:
    here.configure(INBOX, '[web]\nlisten = "no.such.host.invalid:8000"\n')
    told = here.run("serve")
    assert told.returncode == 2
    assert "web.listen" in told.stderr


def test_an_ipv6_address_can_be_listened_on(here: World) -> None:
    here.configure(INBOX, '[web]\nlisten = "[::1]:0"\n')
    try:
        listening = listen(here.config)
    except ListenError:
        pytest.skip("this machine has no IPv6")
    with listening:
        assert listening.getsockname()[0] == "::1"


def test_a_small_answer_does_not_wait_for_an_acknowledgement(here: World) -> None:
    here.configure(INBOX, web_table(0))
    with listen(here.config) as listening:
        assert listening.proto == socket.IPPROTO_TCP  # else asyncio leaves Nagle's delay on


async def test_a_server_alone_forgets_daily_what_it_was_asked(here: World) -> None:
    """Words that visitors ask with are remembered, for years."""
    here.configure(INBOX, web_table(0))
    days: list[int] = []

    class Days(Clock):
        async def wait(self, seconds: float, stop: asyncio.Event) -> None:
            if seconds != DAY:
                await super().wait(seconds, stop)
                return
            days.append(len(asked))
            answer("a word")
            if len(days) == 3:
                stop.set()

    asked: list[str] = []

    @remembered(5)
    def answer(word: str) -> None:
        asked.append(word)

    await serve(here.config, Days())
    assert days == [0, 1, 2]
