"""`run` for long: python -m benchmarks.soak [minutes] [seconds a day], by default 20 and 60.

A process of its own, whose clock goes a day on each minute; 15 new papers each day for two Telegram chats, a Slack
channel and a mail address that fail and lose answers now and then; people subscribe, ask and leave by chat; pages are
asked for. Its memory may grow by less than 1 MB a simulated day after a third of the time, its open files by two,
and nothing is lost.
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
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import linear_regression, median
from typing import Self

import httpx

from bot.commands.run import run
from bot.config.load import load
from bot.process.clock import Clock
from bot.process.heap import one_heap
from bot.process.loop import run as to_its_end
from bot.store.engine import Store
from tests.fakes.slack import FakeSlack
from tests.fakes.smtp import FakeSmtp
from tests.fakes.source import items
from tests.fakes.telegram import FakeTelegram
from tests.world import ENVIRONMENT, ROOT, alert

A_DAY, PEOPLE, LIMIT = 15, 20, 1.0
PORT = 8766
CHAT, GROUP, CHANNEL, READER = "-1001000000001", "-500", "C0000000001", "reader@example.org"
FAULTS = {"429": 0.02, "500": 0.03, "reset": 0.02, "garbage": 0.01, "accept_then_reset": 0.01}
MAIL_FAULTS = (("DATA", "cut"), ("dot", "take_then_cut"), ("RCPT", "451 4.3.0 later"), ("connect", "cut"))
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
[email]
smtp = "smtp://127.0.0.1:{smtp}"
from = "Paper Round <papers@example.org>"
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


class World(ExitStack):
    """The platforms, on loopback."""

    def __enter__(self) -> Self:
        """Started."""
        self.telegram, self.slack = self.enter_context(FakeTelegram()), self.enter_context(FakeSlack())
        self.smtp = self.enter_context(FakeSmtp())
        return super().__enter__()

    def fail(self, chances: dict[str, float]) -> None:
        """From now on, so often."""
        self.telegram.chances = self.slack.chances = chances

    def got(self) -> dict[str, set[int]]:
        """The papers that each lane got."""
        messages = [*self.telegram.messages, *self.slack.messages]
        texts = {lane: [one.text for one in messages if one.chat == lane] for lane in (CHAT, GROUP, CHANNEL)}
        texts[READER] = [mail.part("plain") for mail in list(self.smtp.taken)]
        return {lane: _numbers(some) for lane, some in texts.items()}


def main() -> None:
    """The script, and the process that it watches."""
    words = sys.argv[1:]
    if words[:1] == ["child"]:
        _child(Path(words[1]), float(words[2]), float(words[3]))
        return
    minutes, seconds = [*map(float, words), *(20.0, 60.0)[len(words) :]]
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder, World() as world:
        raise SystemExit(0 if _soaked(Path(folder), world, minutes * 60, seconds) else 1)


def _child(folder: Path, began: float, seconds: float) -> None:
    config = load(folder / "config.toml", ENVIRONMENT)
    one_heap()
    store = Store(config.database)
    to_its_end(run(config, store, Hurried(began, seconds)))
    store.close()


def _soaked(folder: Path, world: World, length: float, seconds: float) -> bool:
    body = CONFIG.format(port=PORT, telegram=world.telegram.url, slack=world.slack.api_url, smtp=world.smtp.port)
    to = (f"telegram:{CHAT}", f"telegram:{GROUP}", f"slack:{CHANNEL}")
    (folder / "config.toml").write_text(
        body + alert("all", "*", *to) + alert("mail", "*", f"email:{READER}", deliver="batch")
    )
    (folder / "inbox").mkdir()
    began = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.soak", "child", str(folder), str(began), str(seconds)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, stderr=log)
    world.fail(FAULTS)
    try:
        days = asyncio.run(_lived(folder, world, process.pid, Hurried(began, seconds), length))
        world.fail({})
        lost = _lost(world, len(days) * A_DAY)
        process.terminate()
        code = process.wait(30)
    finally:
        process.kill()
    return _judged(days, lost, code)


async def _lived(folder: Path, world: World, pid: int, clock: Hurried, length: float) -> list[tuple[float, int]]:
    """The memory (MB) and open files at the end of each day."""
    dice, seen, until = random.Random(5), list[tuple[float, int]](), time.monotonic() + length
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", trust_env=False) as client:
        while time.monotonic() < until:
            day = clock.day()
            _drop(folder, len(seen), clock.now())
            world.smtp.fail_next(*dice.choice(MAIL_FAULTS))
            while clock.day() == day:
                person = 1000 + dice.randrange(PEOPLE)
                world.telegram.said(str(person), f"/{dice.choice(WORDS)}", person)
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


def _lost(world: World, given: int) -> int:
    """Papers that a lane never got, given a minute more."""
    deadline, wanted = time.monotonic() + 60, set(range(1, given + 1))
    while (lost := sum(len(wanted - got) for got in world.got().values())) and time.monotonic() < deadline:
        time.sleep(0.5)
    return lost


def _numbers(texts: Sequence[str]) -> set[int]:
    return {int(number) for text in texts for number in re.findall(r"Paper number (\d+)", text)}


def _judged(days: Sequence[tuple[float, int]], lost: int, code: int) -> bool:
    warm = days[len(days) // 3 :]
    slope = linear_regression(range(len(warm)), [memory for memory, _ in warm]).slope
    half = len(warm) // 2  # connections that are kept come and go
    files = median(count for _, count in warm[half:]) - median(count for _, count in warm[:half])
    print(f"{len(days)} days, {len(days) * A_DAY} papers for each of 4: lost {lost} (limit 0), exit {code}")
    print(f"memory {slope:+.2f} MB a day (limit {LIMIT}), open files {files:+.0f} (limit 2)")
    return slope < LIMIT and files <= 2 and not lost and not code


if __name__ == "__main__":
    main()
