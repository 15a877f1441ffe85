"""What a hostile source may answer, thrown at a real `once` beside good sources: time, memory, and who suffered.

`python -m tests.bombs` throws one after the other, each at a whole round with the real deadlines (some minutes);
tests/bot/test_bombs.py throws all at once with a short one.
"""

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fakes.feed import FakeFeed, entry, rss
from tests.fakes.server import FakeServer
from tests.fakes.source import FakeSource, item
from tests.world import DAILY, ENVIRONMENT, ROOT, World, alert, feed, world

LONGEST = 60.0
"""Seconds that a round may take, whatever comes: the deadline of a fetch is 45."""
MOST_MEMORY = 250
"""Megabytes that a round may have at its peak; one without bombs takes 115."""
_MB = 1024 * 1024
_NAN = b'[{"paper": {"id": "2601.00009", "title": "T", "summary": "S", "upvotes": NaN}}]'

JSON_BOMBS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "gzip": ("gzip bomb", {"mb": 1024}),
    "plain": ("huge", {"mb": 1024}),
    "deep lists": ("body", {"body": b"[" * 200_000}),
    "deep objects": ("body", {"body": b'[{"paper":' * 200_000}),
    "many objects": ("body", {"body": b"[" + b"{}," * (2 * _MB) + b"{}]"}),
    "many numbers": ("body", {"body": b"[" + b"1.5," * (2 * _MB - 9) + b"1]"}),
    "NaN": ("body", {"body": _NAN}),
    "NaN without end": ("body", {"body": b"[" + b"NaN," * (2 * _MB - 9) + b"1]"}),
    "a page": ("html", {}),
    "half": ("partial", {}),
    "drip": ("drip", {}),
    "hang": ("hang", {}),
    "endless headers": ("endless headers", {}),
    "dripping headers": ("endless headers", {"every": 0.2}),
}
"""Name to a fault of FakeSource."""


def xml_bombs(canary: str) -> dict[str, bytes]:
    """Name to a feed; `canary` is an address that nobody may ask."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    item_of = "<rss version='2.0'><channel><title>x</title><item><title>{}</title></item>"
    return {
        "billion laughs": f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}]>{item_of.format("&l9;")}'.encode(),
        "quadratic": f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>{item_of.format("&a;" * 50_000)}'.encode(),
        "external entity": (
            f'<!DOCTYPE rss SYSTEM "{canary}" [<!ENTITY x SYSTEM "{canary}"><!ENTITY % p SYSTEM "{canary}">%p;]>'
            + item_of.format("&x;")
        ).encode(),
        "deep xml": b"<rss><channel>" + b"<a>" * 200_000,
        "no xml": b"\x00\xff" * 500_000,
        "cut off at once": b"<?xml version='1.0'?><rss version='2.0'><chan",
    }


class Canary(FakeServer):
    """Notes every request; none must come."""

    def routes(self, app: Any) -> None:
        app.router.add_get("/{anything:.*}", self._noted)

    async def _noted(self, request: Any) -> Any:
        self.note(str(request.path), {})
        raise AssertionError("nobody may ask this")


@dataclass
class Round:
    """A process of `once`, when it had ended."""

    code: int
    said: str
    seconds: float
    peak: float
    """Megabytes."""


def _most_memory(process: int) -> float:
    """Megabytes at most so far. Not by `wait4`: its maximum begins with that of the process that started it."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    except OSError:  # it has ended
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0.0)


@dataclass
class Stage:
    """Hostile sources and good ones in one configuration."""

    here: World
    canary: Canary
    hostile: dict[str, FakeSource | FakeFeed] = field(default_factory=dict)
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    def disarm(self) -> None:
        """From now on every source answers well."""
        for number, source in enumerate(self.hostile.values()):
            if isinstance(source, FakeSource):
                source.faults.clear()
            else:
                source.body = rss(entry(100 + number, published=f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"))

    def once(self, deadline: float | None = None) -> Round:
        """A round in a process of its own; with a deadline for a fetch that is shorter than the real one."""
        command = [sys.executable, "-m", "bot", "once"]
        if deadline:
            shorter = f"import bot.fetch; bot.fetch.Fetcher.__init__.__kwdefaults__['timeout'] = {deadline}"
            command = [sys.executable, "-c", f"{shorter}\nfrom bot.cli import main\nmain()", "once"]
        env = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)}
        started = time.monotonic()
        with (self.here.folder / "said").open("w+") as said:
            process = subprocess.Popen(command, cwd=self.here.folder, env=env, stdout=said, stderr=said)
            peak = 0.0
            while process.poll() is None:
                peak = max(peak, _most_memory(process.pid))
                time.sleep(0.02)
            said.seek(0)
            text = said.read()
        return Round(process.returncode, text, time.monotonic() - started, peak)

    @property
    def delivered(self) -> set[str]:
        """Titles that arrived."""
        return {message.text.split("\n")[0] for message in self.here.telegram.messages}


@contextmanager
def stage(folder: Path, *names: str) -> Iterator[Stage]:
    """These bombs (none: all), each a source; and a good list and a good feed beside them."""
    with ExitStack() as stack:
        here = stack.enter_context(world(folder))
        made = Stage(here, stack.enter_context(Canary()))
        tables = [_good(made, stack)]
        for number, name in enumerate(names or [*JSON_BOMBS, *xml_bombs("")]):
            tables.append(_json(made, stack, name, number) if name in JSON_BOMBS else _xml(made, stack, name, number))
        here.configure(*tables, feed("all", "*"), alert("all", "*", "telegram:@papers", head_start="3d"))
        yield made


def _good(made: Stage, stack: ExitStack) -> str:
    made.here.source.days[made.today.isoformat()] = [item("2601.00001", "A good paper", "It is good.", made.today)]
    lab = stack.enter_context(FakeFeed())
    lab.body = rss(entry(1, title="A good note", published=f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"))
    return f'{DAILY}\n[[sources]]\nname = "lab"\nkind = "feed"\nurl = "{lab.url}/feed/"\n'


def _json(made: Stage, stack: ExitStack, name: str, number: int) -> str:
    source = stack.enter_context(FakeSource(today=made.today + timedelta(days=1)))
    source.days[made.today.isoformat()] = [item(f"2602.{number:05}", f"Kept from you by {name}", "Text.", made.today)]
    kind, how = JSON_BOMBS[name]
    source.fault(kind, day=made.today.isoformat(), **how)
    made.hostile[name] = source
    return f'[[sources]]\nname = "{name}"\nkind = "huggingface"\nurl = "{source.url}"\nlookback = "1d"\n'


def _xml(made: Stage, stack: ExitStack, name: str, number: int) -> str:
    site = stack.enter_context(FakeFeed())
    site.body = xml_bombs(made.canary.url)[name]
    made.hostile[name] = site
    return f'[[sources]]\nname = "{name}"\nkind = "feed"\nurl = "{site.url}/feed/"\n'


def main() -> int:
    """The script."""
    bad = False
    logging.disable(logging.CRITICAL)  # the servers tell of every connection that was closed on them
    for name in [*JSON_BOMBS, *xml_bombs("")]:
        with tempfile.TemporaryDirectory() as folder, stage(Path(folder), name) as made:
            done = made.once()
            told = next((line for line in done.said.splitlines() if name in line), "not a word")
            good = {"A good paper", "A good note"} <= made.delivered and not made.canary.requests
            well = good and done.seconds < LONGEST and done.peak < MOST_MEMORY
            made.disarm()
            well &= made.once().code == 0
            bad |= not well
            print(  # noqa: T201  (a script says what it found)
                f"{name:18} {done.seconds:5.1f} s {done.peak:5.0f} MB exit {done.code} {'' if well else 'BAD'} {told}",
                flush=True,
            )
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
