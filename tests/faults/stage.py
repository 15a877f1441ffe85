"""The stage of a fault run: 3 Telegram chats and 2 Slack channels on loopback, an inbox, and real processes.

What a process prints goes to files, so that it can be searched for secrets and never fills a pipe.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.fakes.server import FakeServer, Message
from tests.fakes.slack import FakeSlack
from tests.fakes.source import items
from tests.fakes.telegram import FakeTelegram
from tests.nursery import born
from tests.world import ENVIRONMENT, ROOT, alert

CHAT, PERSON, GROUP = "-1001000000001", "777", "-500"
PAPERS, DIFFUSION = "C0000000001", "C0000000002"
DESTINATIONS = ("telegram:@papers", "telegram:777", "telegram:-500", "slack:#papers", "slack:C0000000002")
LANES = (CHAT, PERSON, GROUP, PAPERS, DIFFUSION)

_CONFIG = """
[[sources]]
name = "inbox"
kind = "files"
path = "inbox/*"
every = "1s"

[publish]
base_url = "https://papers.example.org/"

[[feeds]]
slug = "all"
query = "*"

[telegram]
token_env = "TELEGRAM_BOT_TOKEN"
api_url = "{telegram}"
{telegram_pace}

[slack]
token_env = "SLACK_BOT_TOKEN"
api_url = "{slack}"
{slack_pace}

[delivery]
timeout = "{timeout}"
settle = "{settle}"
grace = "3s"

{more}
"""
WEB = '[web]\nlisten = "127.0.0.1:0"\n'


@dataclass
class Stage:
    folder: Path
    telegram: FakeTelegram
    slack: FakeSlack
    outputs: list[Path] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    given: int = 0
    database: str = ""
    """A server's; empty: a file, as by default."""
    program: tuple[str, ...] = ("-m", "bot", "-v")
    """What the interpreter is told before a command."""

    def configure(
        self,
        *to: str,
        per_second: float = 10,
        real: bool = False,
        timeout: str = "3s",
        settle: str = "1s",
        look_up: str = "",
        more: str = "",
    ) -> None:
        """All five destinations unless named; messages a second and lane, or the platforms' real paces."""
        pace = "" if real else f"per_second = 1000\nchat_per_minute = {per_second * 60}\n"
        body = _CONFIG.format(
            telegram=self.telegram.url,
            slack=self.slack.api_url,
            telegram_pace=pace + (f'look_up = "{look_up}"' if look_up else ""),
            slack_pace="" if real else f"channel_per_second = {per_second}",
            timeout=timeout,
            settle=settle,
            more=more,
        )
        database = f'database = "{self.database}"\n' if self.database else ""
        (self.folder / "config.toml").write_text(database + body + alert("all", "*", *(to or DESTINATIONS)))

    def day(self, count: int) -> None:
        """A new digest arrives, of papers numbered on."""
        (self.folder / "inbox").mkdir(exist_ok=True)
        digest = items(count, datetime.now(UTC).date(), first=self.given + 1)
        self.given += count
        half = self.folder / "inbox" / f".{self.given}"
        half.write_text(json.dumps(digest))
        half.rename(self.folder / "inbox" / f"{self.given:05}.json")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A command at debug level, left running."""
        out = self.folder / f"output-{len(self.outputs)}"
        self.outputs.append(out)
        env = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, *self.program, *arguments]
        with out.open("wb") as file:
            process = subprocess.Popen(command, cwd=self.folder, env=env, stdout=file, stderr=file)
        self.running.append(process)
        self.commands.append(Path(f"/proc/{process.pid}/cmdline").read_bytes())
        return process

    def once(self, *arguments: str) -> int:
        """One round to its end; its exit code."""
        return self.start("once", *arguments).wait(timeout=300)

    def look(self, words: tuple[str, ...]) -> None:
        """A command that only looks, to its end."""
        said = born(("-v", *words), self.folder, ENVIRONMENT).communicate(timeout=300)
        self.outputs.append(self.folder / f"output-{len(self.outputs)}")
        self.outputs[-1].write_text("".join(said))

    def said(self) -> str:
        """What the last process printed."""
        return self.outputs[-1].read_text("utf-8", "replace")

    def stop(self, process: subprocess.Popen[bytes]) -> tuple[int, float]:
        """SIGTERM; its exit code and the seconds it took."""
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        return process.wait(timeout=60), time.monotonic() - began

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()

    def numbers(self, lane: str) -> list[int]:
        """The papers that a lane got, in order."""
        texts = [message.text for message in self.messages if message.chat == lane]
        return [int(found[1]) for text in texts if (found := re.search(r"Paper number (\d+)", text))]

    @property
    def messages(self) -> list[Message]:
        return [*self.telegram.messages, *self.slack.messages]

    def complete(self, *lanes: str) -> bool:
        """Whether everything given arrived in these lanes, or in all."""
        return all(len(set(self.numbers(lane))) >= self.given for lane in lanes or LANES)

    def judged(self, *lanes: str, without: frozenset[int] = frozenset()) -> "Verdict":
        """What was lost, doubled or out of order in these lanes, or in all."""
        verdict = Verdict()
        expected = set(range(1, self.given + 1)) - without
        for lane in lanes or LANES:
            got = self.numbers(lane)
            first = list(dict.fromkeys(got))
            verdict.lost += len(expected - set(got))
            verdict.doubled[lane] = len(got) - len(first)
            verdict.disordered += first != sorted(first)
        return verdict

    def leaks(self) -> list[str]:
        """Where a token stands that must stand nowhere."""
        places = {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        places |= {f"command line {n}": line for n, line in enumerate(self.commands)}
        secrets = [server.token.encode() for server in (self.telegram, self.slack)]
        return [place for place, content in places.items() if any(secret in content for secret in secrets)]


@dataclass
class Verdict:
    lost: int = 0
    doubled: Counter[str] = field(default_factory=Counter)
    disordered: int = 0

    def telegram(self) -> int:
        """The most duplicates of a Telegram lane."""
        return max((count for lane, count in self.doubled.items() if lane[:1] not in "CG"), default=0)

    def slack(self) -> int:
        return sum(count for lane, count in self.doubled.items() if lane[:1] in "CG")

    def __str__(self) -> str:
        return f"lost {self.lost}, doubled {dict(self.doubled)}, lanes out of order {self.disordered}"


@contextmanager
def stage(*, enforce_rates: bool = False, database: str = "") -> Iterator[Stage]:
    """A stage of one's own, struck at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="paperround-") as folder,
        FakeTelegram(enforce_rates=enforce_rates) as telegram,
        FakeSlack(enforce_rates=enforce_rates) as slack,
    ):
        made = Stage(Path(folder), telegram, slack, database=database)
        try:
            yield made
        finally:
            for process in made.running:
                if process.poll() is None:
                    made.kill(process)


def until(true: Callable[[], object], seconds: float) -> bool:
    """Wait for something; whether it came in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return bool(true())


def spoilt(server: FakeServer, lane: str) -> int:
    """How many answers were lost in a lane."""
    return sum(address == lane for _, address in server.spoilt)
