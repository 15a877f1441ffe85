"""A small world to run Paper Round in: a folder, a source, two platforms on loopback, and a clock that can be moved."""

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.commands.once import Result, once
from bot.config.load import Config, load
from bot.process.clock import Clock
from bot.store.database import Database, Server
from bot.store.engine import Store
from bot.store.kinds import kind_of
from bot.store.schema_outliving import every
from tests.fakes.slack import TOKEN as SLACK_TOKEN
from tests.fakes.slack import FakeSlack
from tests.fakes.source import FakeSource
from tests.fakes.telegram import TOKEN as TELEGRAM_TOKEN
from tests.fakes.telegram import FakeTelegram
from tests.nursery import born

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
ENVIRONMENT = {"TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN, "SLACK_BOT_TOKEN": SLACK_TOKEN}

PLATFORMS = """
[publish]
base_url = "https://papers.example.org/"

[telegram]
token_env = "TELEGRAM_BOT_TOKEN"
api_url = "{telegram}"
per_second = 1000
chat_per_minute = 60000

[slack]
token_env = "SLACK_BOT_TOKEN"
api_url = "{slack}"
channel_per_second = 1000

[delivery]
timeout = "3s"
settle = "1s"
grace = "3s"
"""

SITE = "https://lab.example.net/"
"""An address that `check` takes for one's own: the usual one here is the example's."""

INBOX = '[[sources]]\nname = "inbox"\nkind = "files"\npath = "inbox/*"\n'
DAILY = '[[sources]]\nname = "daily"\nkind = "huggingface"\nurl = "{source}"\nevery = "1s"\n'


class MovedClock(Clock):
    """Real time, moved."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return super().now() + self._ahead


@dataclass
class World:
    folder: Path
    telegram: FakeTelegram
    slack: FakeSlack
    source: FakeSource
    server: Server | None = None
    """Where the database is; None: a file of SQLite, as by default."""
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def configure(self, *tables: str, site: str = "https://papers.example.org/") -> None:
        """Write config.toml: these tables, and the platforms'."""
        body = "\n".join([*tables, PLATFORMS.replace("https://papers.example.org/", site)])
        addresses = {"telegram": self.telegram.url, "slack": self.slack.api_url, "source": self.source.url}
        for name, address in addresses.items():
            body = body.replace("{" + name + "}", address)
        (self.folder / "config.toml").write_text(named(self.server) + body)

    def drop(self, name: str, content: bytes) -> None:
        """A digest in the inbox."""
        (self.folder / "inbox").mkdir(exist_ok=True)
        (self.folder / "inbox" / name).write_bytes(content)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=100)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def run_python(self, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A program of Python, in the folder; what the project imports it may have imported already."""
        return self.run("-c", program, **environment)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """One command, left running."""
        process: subprocess.Popen[str] = born(arguments, self.folder, {**ENVIRONMENT, **environment})
        self.processes.append(process)
        return process

    @property
    def database(self) -> Database:
        return self.server or self.folder / "var" / "paperround.db"

    @property
    def config(self) -> Config:
        return load(self.folder / "config.toml", ENVIRONMENT)

    def round(self, ahead: timedelta = timedelta(), wait: float = 20.0) -> Result:
        """`once` in this process, with the clock moved."""
        config = self.config
        store = Store(config.database)
        try:
            return asyncio.run(once(config, store, MovedClock(ahead), wait))
        finally:
            store.close()

    def rows(self, question: str) -> list[Any]:
        """What of the database is committed."""
        kind = kind_of(self.database)
        with kind.explained(), kind.looking() as raw:
            return raw.execute(question).fetchall()

    def tell(self, statement: str) -> None:
        """Change the database behind the program's back."""
        with kind_of(self.database).beside() as raw:
            raw.execute(statement)

    def everything(self) -> str:
        """All that stands in the database, as text."""
        return repr([self.rows(f"select * from {one.name}") for one in every.sorted_tables])

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Published files: content and time of change."""
        found = (path for path in (self.folder / "public").rglob("*") if path.is_file())
        return {
            str(path.relative_to(self.folder / "public")): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in found
        }


@contextmanager
def world(folder: Path, database: Database | None = None) -> Iterator[World]:
    with ExitStack() as stack:
        telegram = stack.enter_context(FakeTelegram())
        slack = stack.enter_context(FakeSlack())
        source = stack.enter_context(FakeSource(today=datetime.now(UTC).date() + timedelta(days=400)))
        made = World(folder, telegram, slack, source, database if isinstance(database, Server) else None)
        try:
            yield made
        finally:
            for process in made.processes:
                if process.poll() is None:
                    process.kill()
                process.communicate()


def named(database: Database | None) -> str:
    """What names it in a configuration: nothing for a file, which is where it is by default."""
    return f'database = "{database}"\n' if isinstance(database, Server) else ""


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def alert(name: str, query: str, *to: str, together: int = 0, **more: str | int) -> str:
    """An [[alerts]] table; papers of `each` come one by one, unless told otherwise."""
    targets = ", ".join(f'"{one}"' for one in to)
    rest = "".join(f"{key} = {json.dumps(value)}\n" for key, value in {"together": together, **more}.items())
    return f"[[alerts]]\nname = \"{name}\"\nquery = '{query}'\nto = [{targets}]\n{rest}"


def feed(slug: str, query: str) -> str:
    """A [[feeds]] table."""
    return f"[[feeds]]\nslug = \"{slug}\"\nquery = '{query}'\n"


KILL = signal.SIGKILL
