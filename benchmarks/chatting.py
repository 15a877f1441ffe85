"""What people who ask cost: python -m benchmarks.chatting.

First, in this process, previews and searches on an archive of 13,897 real papers: how long one takes, and for how long
it keeps the event loop and the thread of the store from others. Then `paperround run` against a Bot API on loopback
that enforces Telegram's rates: 1,000 commands of 50 people at once, while new papers go to other chats.
"""

import asyncio
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.fill_archive import corpus, fill
from bot.chat.seeking import sought
from bot.chat.words import parse
from bot.store.engine import Store
from tests.fakes.server import Message
from tests.fakes.source import FakeSource, item
from tests.fakes.telegram import TOKEN, FakeTelegram

PEOPLE, EACH, PER_MINUTE = 50, 20, 10
READERS = 5
"""Chats that get papers meanwhile."""
HELD = 0.050
"""Seconds for which nothing may be held up."""
LATE = 2.0
"""Seconds by which others may come later for it."""
GROWS = 4 << 20
"""Bytes that the database may grow by."""
WORDS = (
    "preview diffusion", 'preview "flow matching" OR diffusion -survey', "preview votes>=20",
    "search graph transformer", "top month", "latest reinforcement learning",
)  # fmt: skip
CONFIG = """
[publish]
base_url = "https://papers.example.org/"
[telegram]
token_env = "TELEGRAM_BOT_TOKEN"
api_url = "{telegram}"
[[sources]]
name = "daily"
kind = "huggingface"
url = "{source}"
every = "1s"
[[alerts]]
name = "all"
query = "*"
to = [{to}]
together = 0
[chat]
access = "open"
"""


def main() -> None:
    """The script."""
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder:
        held = asyncio.run(_asked(Path(folder) / "archive.db"))
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder:
        held &= _burst(Path(folder))
    raise SystemExit(0 if held else 1)


async def _asked(database: Path) -> bool:
    """Each word a few times, while a ticker asks the loop and the store's thread for a turn."""
    rows = corpus()
    store = Store(database)
    fill(store, rows)
    now = datetime.combine(rows[-1][1], datetime.min.time(), UTC) + timedelta(hours=20)
    print(f"{len(rows)} papers; limit: nothing held up for more than {HELD * 1000:.0f} ms (99 % of turns)")
    del rows
    gc.collect()
    held = True
    for words in WORDS:
        command = parse(words, "/")
        took: list[float] = []

        async def several(command: object = command, took: list[float] = took) -> None:
            for _ in range(5):
                began = time.perf_counter()
                await sought(command, (), database, now)  # type: ignore[arg-type]
                took.append(time.perf_counter() - began)

        loop, thread = await _beside(several, store)
        held &= max(loop, thread) <= HELD
        print(
            f"  {words:45} {statistics.median(took) * 1000:5.0f} ms;"
            f" the loop waits {loop * 1000:3.0f} ms, the store {thread * 1000:3.0f} ms"
        )
    store.close()
    return held


async def _beside(work: Callable[[], Awaitable[None]], store: Store) -> tuple[float, float]:
    """Seconds that a turn of the loop, and of the store's thread, waits while something is done: 99 % of them."""
    loop, thread, busy = [0.0], [0.0], asyncio.ensure_future(work())
    while not busy.done():
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        turn = time.perf_counter()
        loop.append(turn - began - 0.001)
        await store.run(lambda connection: connection.exec_driver_sql("select 1").scalar())
        thread.append(time.perf_counter() - turn)
    await busy
    return tuple(sorted(one)[int(len(one) * 0.99)] for one in (loop, thread))  # type: ignore[return-value]


def _burst(folder: Path) -> bool:
    today = datetime.now(UTC).date()
    with FakeTelegram(enforce_rates=True) as telegram, FakeSource(today=today) as source:
        source.days = {today.isoformat(): [item("2601.00000", "The first", "x", today)]}
        readers = [f"{900_000 + n}" for n in range(READERS)]
        to = ", ".join(f'"telegram:{one}"' for one in readers)
        config = CONFIG.format(telegram=telegram.url, source=source.url, to=to)
        (folder / "config.toml").write_text(config)
        command = [sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "run"]
        environment = {**os.environ, "TELEGRAM_BOT_TOKEN": TOKEN}
        process = subprocess.Popen(command, env=environment, stderr=(folder / "log").open("w"))
        try:
            _until(lambda: len(_told(telegram, readers)) == READERS)
            return _measured(folder, telegram, source, readers)
        finally:
            process.terminate()
            process.wait(30)


def _measured(folder: Path, telegram: FakeTelegram, source: FakeSource, readers: list[str]) -> bool:
    before = _delays(telegram, source, readers, 10, lambda: False)
    size = _size(folder)
    for number in range(EACH):
        for person in range(PEOPLE):
            words = ("list", f"subscribe word{number}", "help", "latest")[number % 4]
            telegram.said(str(1000 + person), f"/{words}", 1000 + person)
    began, wanted = time.time(), PEOPLE * (PER_MINUTE + 1)

    def all_answered() -> bool:
        return len(telegram.messages) - len(_told(telegram, readers)) >= wanted

    during = _delays(telegram, source, readers, 60, all_answered)
    took = time.time() - began
    time.sleep(3)
    answered = Counter(one.chat for one in telegram.messages if one.chat not in readers)
    later, grown = max(during) - max(before), _size(folder) - size
    right = set(answered.values()) == {PER_MINUTE + 1} and len(answered) == PEOPLE
    alone, beside, rate = max(before), max(during), sum(answered.values()) / took
    print(f"{PEOPLE * EACH} commands of {PEOPLE} people at once, and {len(during)} papers to others")
    print(f"  answers a person      {sorted(set(answered.values()))}, limit {PER_MINUTE} and one that says so")
    print(f"  refused by its rates  {telegram.rate_limited}, limit 0; {rate:.0f} answers a second")
    print(f"  papers come after     {alone:.2f} s at most alone, {beside:.2f} s beside; limit {LATE:.0f} s later")
    print(f"  the database grew by  {grown / 1024:.0f} KB, limit {GROWS / 1024:.0f} KB")
    return right and telegram.rate_limited == 0 and later <= LATE and grown <= GROWS


def _delays(
    telegram: FakeTelegram, source: FakeSource, readers: list[str], most: int, done: Callable[[], bool]
) -> list[float]:
    """A paper appears every 1.5 seconds: after how many each has it, in the last of the chats."""
    day, found = next(iter(source.days)), []
    for _ in range(most):
        if done():
            break
        number, began = len(source.days[day]), time.time()
        title = f"Paper number {number} of the list"
        source.days[day].append(item(f"2601.{number:05}", title, "x", datetime.now(UTC).date()))
        _until(lambda title=title: sum(title in one.text for one in _told(telegram, readers)) == READERS)  # type: ignore[misc]
        found.append(max(one.time for one in _told(telegram, readers)) - began)
        time.sleep(max(0.0, began + 1.5 - time.time()))
    return found


def _told(telegram: FakeTelegram, readers: list[str]) -> list[Message]:
    return [one for one in list(telegram.messages) if one.chat in readers]


def _size(folder: Path) -> int:
    return sum(one.stat().st_size for one in (folder / "var").iterdir() if one.name.endswith((".db", ".db-wal")))


def _until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not true():
        if time.monotonic() > ends:
            raise SystemExit("it never came")
        time.sleep(0.01)


if __name__ == "__main__":
    main()
