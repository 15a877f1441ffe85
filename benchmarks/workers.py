"""What workers deliver together from PostgreSQL: python -m benchmarks.workers [LANES] [MESSAGES EACH] [CONCURRENCY].

1, 2 and 4 processes of `work --concurrency 4`; a stand-in answers after 50 ms, and rates are taken off, so that waiting
is what bounds one. Counted by the stand-in in the middle of each run, from a tenth of the messages to nine tenths. Two
deliver at least 1.7 times what one does, four at least 3 times. CPU is of the workers, and of the server, a message.

Then two workers at the platforms' real paces: what is more than the rules allow is refused by the stand-ins (429), and
that is two messages at most.
"""

import asyncio
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from benchmarks.sending import SLACK, enqueue, response
from bot.rules.destinations import Destination
from bot.store import workers
from bot.store.database import Server
from bot.store.engine import Store, driver
from tests import postgres
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram
from tests.world import ENVIRONMENT, ROOT

if TYPE_CHECKING:
    from multiprocessing.connection import Connection as Pipe

ANSWER = 0.05
"""Seconds until the stand-in answers."""
LIMITS = {2: 1.7, 4: 3.0}
"""Workers -> so many times what one of them delivers."""
REFUSALS = 2
PEOPLE, GROUPS, CHANNELS = 120, 5, 10
"""Chats of Telegram and channels of Slack at real paces, and how many messages each gets:"""
GIVEN = 10
_CONFIG = """
database = "{database}"

[telegram]
token_env = "TELEGRAM_BOT_TOKEN"
api_url = "{telegram}"

[slack]
token_env = "SLACK_BOT_TOKEN"
api_url = "{slack}"
{rate}
"""


def main() -> None:
    """The script."""
    given = [int(word) for word in sys.argv[1:]]
    lanes, each, concurrency = (*given, *(200, 4, 4)[len(given) :])
    print(f"{lanes} lanes, {each} messages each, {concurrency} lanes at a time, answers after {ANSWER * 1000:.0f} ms")
    held = _together(lanes, each, concurrency)
    raise SystemExit(0 if _at_real_paces() and held else 1)


def _together(lanes: int, each: int, concurrency: int) -> bool:
    ours, theirs = multiprocessing.Pipe()
    stand_in = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    stand_in.start()
    means = {"telegram": "http://127.0.0.1:9", "slack": f"{ours.recv()}/api/", "rate": "channel_per_second = 1e6"}
    rates = {}
    for count in (1, 2, 4):
        cost = _delivered(means, ours, count, lanes, each, concurrency)
        rates[count] = cost.rate
        times = f"{cost.rate / rates[1]:.2f} times one" + (f", limit {LIMITS[count]}" if count in LIMITS else "")
        cpu = f"{cost.workers:.1f} ms of CPU a message, and {cost.server:.1f} of the server"
        print(f"  {count} workers  {cost.rate:4.0f} deliveries/s  {times}; {cpu}", flush=True)
    stand_in.terminate()
    return all(rates[count] >= least * rates[1] for count, least in LIMITS.items())


@dataclass(frozen=True)
class Cost:
    """Deliveries a second, and milliseconds of CPU a message."""

    rate: float
    workers: float
    server: float


def _delivered(
    means: dict[str, str], stand_in: "Pipe[str, list[float]]", count: int, lanes: int, each: int, concurrency: int
) -> Cost:
    with (
        postgres.database() as server,
        closing(Store(server)) as store,
        work(server, means, count, concurrency) as run,
    ):
        until_alive(store, count, run)
        store.call(enqueue, [Destination("slack", f"C{n:010}") for n in range(1, lanes + 1)], each)
        mine, its = [process.pid for process in run], store.call(_server_processes)
        before = _cpu(mine), _cpu(its)
        times: list[float] = []
        while len(times) < lanes * each:
            time.sleep(0.2)
            stand_in.send("")
            times += stand_in.recv()
        spent = [1000 * (now - then) / len(times) for now, then in zip((_cpu(mine), _cpu(its)), before, strict=True)]
    tenth = len(times) // 10
    return Cost((len(times) - 2 * tenth) / (times[-tenth - 1] - times[tenth]), *spent)


def _at_real_paces() -> bool:
    with (
        FakeTelegram(enforce_rates=True) as telegram,
        FakeSlack(enforce_rates=True) as slack,
        postgres.database() as server,
        closing(Store(server)) as store,
        work(server, {"telegram": telegram.url, "slack": slack.api_url, "rate": ""}, 2, 32) as run,
    ):
        until_alive(store, 2, run)
        people = [str(1000 + n) for n in range(PEOPLE)]
        groups = [f"-{1000 + n}" for n in range(GROUPS)]
        channels = [f"C{n:010}" for n in range(1, CHANNELS + 1)]
        slack.channels = {f"channel {one}": one for one in channels}
        slack.members = set(channels)
        to = [Destination("telegram", chat) for chat in people + groups]
        began = time.monotonic()
        store.call(enqueue, [*to, *(Destination("slack", one) for one in channels)], GIVEN)
        while (done := len(telegram.messages) + len(slack.messages)) < GIVEN * (len(to) + CHANNELS):
            assert time.monotonic() - began < 180, f"{done} messages in 3 minutes"
            time.sleep(0.2)
        took = time.monotonic() - began
    most = _most_in_a_second([one.time for one in telegram.requests if one.method == "sendMessage"])
    refused = telegram.rate_limited + slack.rate_limited
    print(f"real paces, {PEOPLE + GROUPS} chats of Telegram and {CHANNELS} channels of Slack, {GIVEN} messages each")
    print(f"  2 workers  {refused} refused, limit {REFUSALS}; at most {most} asked a second of Telegram; {took:.0f} s")
    return refused <= REFUSALS


def _most_in_a_second(times: Sequence[float]) -> int:
    ordered = sorted(times)
    return max(bisect_left(ordered, one + 1.0) - number for number, one in enumerate(ordered))


def until_alive(store: Store, count: int, run: Sequence[subprocess.Popen[bytes]]) -> None:
    while len(store.call(workers.alive)) < count:
        assert all(process.poll() is None for process in run), "a worker ended"
        time.sleep(0.1)


@contextmanager
def work(
    server: Server, means: dict[str, str], count: int, concurrency: int
) -> Iterator[Sequence[subprocess.Popen[bytes]]]:
    """So many workers."""
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder:
        path = Path(folder) / "config.toml"
        path.write_text(_CONFIG.format(database=server, **means))
        command = [sys.executable, "-m", "bot", "--config", str(path), "work", "--concurrency", str(concurrency)]
        env = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)}
        with (Path(folder) / "log").open("wb") as log:
            started = [subprocess.Popen(command, env=env, stderr=log) for _ in range(count)]
        try:
            yield started
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
            for process in started:
                process.wait(60)


def _server_processes(connection: Connection) -> list[int]:
    """The server's, but those that come later."""
    ((ours,),) = driver(connection).execute("select pg_backend_pid()").fetchall()
    postmaster = _status(ours)[1]
    found = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())
    return [pid for pid in found if _status(pid)[1:2] == [postmaster]]


def _cpu(pids: Sequence[int]) -> float:
    """Seconds, of those that are alive."""
    ticks = (sum(map(int, status[11:13])) for pid in pids if (status := _status(pid)))
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def _status(pid: int) -> list[str]:
    """State, parent and so on (proc(5)); empty: it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _serve(pipe: "Pipe[object, str]") -> None:
    asyncio.run(_listen(pipe))


async def _listen(pipe: "Pipe[object, str]") -> None:
    times: list[float] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _answer(reader, writer, times)

    def tell() -> None:
        pipe.recv()
        pipe.send(times[:])
        times.clear()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    pipe.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    asyncio.get_running_loop().add_reader(pipe.fileno(), tell)
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, times: list[float]) -> None:
    taken = response(json.dumps(SLACK))
    while True:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
        except (asyncio.IncompleteReadError, ConnectionError):
            break
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(time.monotonic())
        await asyncio.sleep(ANSWER)
        writer.write(taken)
    writer.close()


if __name__ == "__main__":
    main()
