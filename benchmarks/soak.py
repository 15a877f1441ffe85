"""`run` for long: python -m benchmarks.soak [minutes] [seconds a day], by default 20 and 60.

A process of its own, whose clock goes a day on each minute; 15 new papers each day for two Telegram chats and a Slack
channel that fail and lose answers now and then; people subscribe, ask and leave by chat; pages are asked for. Its
memory may grow by less than 1 MB a simulated day after a third of the time, its open files not at all, and nothing is
lost.
"""

import asyncio
import contextlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import linear_regression

import httpx

from bot.commands.run import run
from bot.config.load import load
from bot.process.clock import Clock
from bot.process.heap import one_heap
from bot.process.loop import run as to_its_end
from bot.store.engine import Store
from tests.fakes.slack import FakeSlack
from tests.fakes.source import items
from tests.fakes.telegram import FakeTelegram
from tests.world import ENVIRONMENT, ROOT, alert

A_DAY, PEOPLE, LIMIT = 15, 20, 1.0
PORT = 8766
CHAT, GROUP, CHANNEL = "-1001000000001", "-500", "C0000000001"
FAULTS = {"429": 0.02, "500": 0.03, "reset": 0.02, "garbage": 0.01, "accept_then_reset": 0.01}
WORDS = (
    "subscribe paper",
    "list",
    "preview number",
    "latest",
    "top week",
    "subscribe nothing like it",
    "unsubscribe 1",
)
CONFIG = """
[[sources]]
name = "inbox"
kind = "files"
path = "inbox/*"
every = "1s"
[publish]
base_url = "https://papers.example.org/"
[[feeds]]
slug = "few"
query = "Paper"
[web]
listen = "127.0.0.1:{port}"
[telegram]
token_env = "TELEGRAM_BOT_TOKEN"
api_url = "{telegram}"
per_second = 1000
chat_per_minute = 600
[slack]
token_env = "SLACK_BOT_TOKEN"
api_url = "{slack}"
channel_per_second = 10
[chat]
access = "open"
per_minute = 1000
[delivery]
timeout = "3s"
settle = "1s"
"""


class Hurried(Clock):
    """Real time, and a day more after each so many seconds of the machine's."""

    def __init__(self, began: float, seconds: float) -> None:
        self._began, self._seconds = began, seconds

    def day(self) -> int:
        """How many days have gone on."""
        return int((time.monotonic() - self._began) / self._seconds)

    def now(self) -> datetime:
        """The moment of the simulated day."""
        return super().now() + timedelta(days=self.day())


def main() -> None:
    """The script, and the process that it watches."""
    words = sys.argv[1:]
    if words[:1] == ["child"]:
        _child(Path(words[1]), float(words[2]), float(words[3]))
        return
    minutes, seconds = [*map(float, words), *(20.0, 60.0)[len(words) :]]
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder, FakeTelegram() as telegram, FakeSlack() as slack:
        raise SystemExit(0 if _soaked(Path(folder), telegram, slack, minutes * 60, seconds) else 1)


def _child(folder: Path, began: float, seconds: float) -> None:
    config = load(folder / "config.toml", ENVIRONMENT)
    one_heap()
    store = Store(config.database)
    to_its_end(run(config, store, Hurried(began, seconds)))
    store.close()


def _soaked(folder: Path, telegram: FakeTelegram, slack: FakeSlack, length: float, seconds: float) -> bool:
    body = CONFIG.format(port=PORT, telegram=telegram.url, slack=slack.api_url)
    to = (f"telegram:{CHAT}", f"telegram:{GROUP}", f"slack:{CHANNEL}")
    (folder / "config.toml").write_text(body + alert("all", "*", *to))
    (folder / "inbox").mkdir()
    began = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.soak", "child", str(folder), str(began), str(seconds)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, stderr=log)
    telegram.chances = slack.chances = FAULTS
    try:
        days = asyncio.run(_lived(folder, telegram, process.pid, Hurried(began, seconds), length))
        telegram.chances = slack.chances = {}
        lost = _lost(telegram, slack, len(days) * A_DAY)
        process.terminate()
        code = process.wait(30)
    finally:
        process.kill()
    return _judged(days, lost, code)


async def _lived(
    folder: Path, telegram: FakeTelegram, pid: int, clock: Hurried, length: float
) -> list[tuple[float, int]]:
    """The memory (MB) and open files at the end of each day."""
    dice, seen, until = random.Random(5), list[tuple[float, int]](), time.monotonic() + length
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", trust_env=False) as client:
        while time.monotonic() < until:
            day = clock.day()
            _drop(folder, len(seen), clock.now())
            while clock.day() == day:
                person = 1000 + dice.randrange(PEOPLE)
                telegram.said(str(person), f"/{dice.choice(WORDS)}", person)
                with contextlib.suppress(httpx.HTTPError):
                    await client.get(dice.choice(("/", "/feeds/few.rss", "/search?q=paper", "/search.json?q=number")))
                await asyncio.sleep(1)
            seen.append(_used(pid))
            print(f"day {len(seen)}: {seen[-1][0]:.1f} MB, {seen[-1][1]} files open", flush=True)
    return seen


def _drop(folder: Path, day: int, now: datetime) -> None:
    half = folder / "inbox" / f".{day}"
    half.write_text(json.dumps(items(A_DAY, now.astimezone(UTC).date(), first=day * A_DAY + 1)))
    half.rename(folder / "inbox" / f"{day:05}.json")


def _used(pid: int) -> tuple[float, int]:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _lost(telegram: FakeTelegram, slack: FakeSlack, given: int) -> int:
    """Papers that a lane never got, given a minute more."""
    deadline = time.monotonic() + 60
    while True:
        messages = [*telegram.messages, *slack.messages]
        got = {lane: _numbers([one.text for one in messages if one.chat == lane]) for lane in (CHAT, GROUP, CHANNEL)}
        lost = sum(len(set(range(1, given + 1)) - some) for some in got.values())
        if not lost or time.monotonic() > deadline:
            return lost
        time.sleep(0.5)


def _numbers(texts: Sequence[str]) -> set[int]:
    return {int(number) for text in texts for number in re.findall(r"Paper number (\d+)", text)}


def _judged(days: Sequence[tuple[float, int]], lost: int, code: int) -> bool:
    warm = days[len(days) // 3 :]
    slope = linear_regression(range(len(warm)), [memory for memory, _ in warm]).slope
    files = max(count for _, count in warm[len(warm) // 2 :]) - max(count for _, count in warm[: len(warm) // 2])
    print(f"{len(days)} days, {len(days) * A_DAY} papers for each of 3: lost {lost} (limit 0), exit {code}")
    print(f"memory {slope:+.2f} MB a day (limit {LIMIT}), open files {files:+d} (limit 0)")
    return slope < LIMIT and files <= 0 and not lost and not code


if __name__ == "__main__":
    main()
