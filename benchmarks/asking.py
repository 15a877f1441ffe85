"""What it costs to ask: `python -m benchmarks.asking [DESTINATIONS] [FOLDER]`, by default 100,000.

Each destination is a chat with a subscription of its own (benchmarks.rounds), and 100 papers are due to them: most of
that was sent, some waits, some parked, and one chat in a hundred is closed. A FOLDER is filled once and asked again.
Each command is a process: its CPU seconds, imports too, and its lines; of `serve`, the CPU of one answer.
"""

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.rounds import CONFIG, PAPERS, drop, once, subscribe, wanted
from benchmarks.subscriptions import papers
from bot.store.engine import Store

LIMIT = 1.0
"""Seconds of CPU."""
SCREEN = 60
"""Lines."""
FILE = """
[operator]
to = "telegram:777000"

[web]
listen = "127.0.0.1:{port}"

[[alerts]]
name = "all"
query = "*"
to = ["telegram:-1009999999999"]
"""
STARTED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, done.stdout.count("\\n"), done.returncode)
"""
_MESSAGES = """
    insert into message (id, destination_id, delivery, state, payload, created, attempts, first_tried, settled, ref)
    select id, destination_id, printf('%032x', id), 'pending', '{}', created, 1, created, created + 5, '7'
    from due where id % 10 <> 0
"""
_NOTICES = ("update due set message_id = null", "delete from message")
"""What the round itself tried to send, and told its operator, makes room."""
_STATES = (
    "update due set message_id = id where id % 10 <> 0",
    "update message set state = 'sent' where id % 200 > 2",
    "update message set state = 'parked', error = 'Bad Request: the message is too odd' where id % 200 = 1",
    "update destination set closed = 'Forbidden: bot was blocked by the user', closed_at = 1 where id % 100 = 7",
)


def main() -> None:
    """The script."""
    number = int(sys.argv[1].replace(",", "")) if sys.argv[1:] else 100_000
    with tempfile.TemporaryDirectory(prefix="paperround-") as made:
        folder = Path(sys.argv[2] if sys.argv[2:] else made).resolve()
        if not (folder / "var").exists():
            _fill(folder, number)
        held = [_command(folder, *words) for words in _asked(folder)]
        held += list(_served(folder))
    raise SystemExit(0 if all(held) else 1)


def _fill(folder: Path, number: int) -> None:
    corpus = papers()
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(CONFIG.format(alerts=FILE.format(port=_free_port())))
    (folder / "inbox").mkdir()
    store = Store(folder / "var" / "paperround.db")
    subscribe(store, wanted(number, corpus))
    store.close()
    drop(folder, corpus[-PAPERS:], votes=1)
    cost = once(folder, "--wait", "0s")  # nobody is there to send to
    print(f"{number:,} destinations, a round of {cost}", flush=True)
    with closing(sqlite3.connect(folder / "var" / "paperround.db")) as database, database:
        for statement in (*_NOTICES, _MESSAGES, *_STATES):
            database.execute(statement)


def _asked(folder: Path) -> Iterator[tuple[str, ...]]:
    with closing(sqlite3.connect(folder / "var" / "paperround.db")) as database:
        ((key, _),) = database.execute(
            "select paper.key, count(*) from due join paper on paper.id = paper_id group by 1 order by 2 desc limit 1"
        ).fetchall()
    yield ("--version",)
    yield ("status",)
    yield ("status", "--json")
    yield ("explain", key)
    yield ("check",)


def _command(folder: Path, *words: str) -> bool:
    program = [sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), *words]
    environment = {**os.environ, "TELEGRAM_BOT_TOKEN": "1:x"}
    done = subprocess.run([sys.executable, "-c", STARTED, *program], env=environment, capture_output=True, check=True)
    cpu, lines, code = done.stdout.split()
    return _told(
        " ".join(words), float(cpu), f"{int(lines)} lines, exit {int(code)}", "--json" in words or int(lines) <= SCREEN
    )


def _told(name: str, cpu: float, more: str, fits: bool) -> bool:  # noqa: FBT001
    held = cpu <= LIMIT and fits
    print(f"  {name:40} {cpu:6.2f} s CPU, {more}{'' if held else '   TOO MUCH'}", flush=True)
    return held


def _served(folder: Path) -> Iterator[bool]:
    port = int((folder / "config.toml").read_text().split("127.0.0.1:")[-1].split('"')[0])
    with _serving(folder) as server:
        for path in ("/healthz", "/metrics", "/healthz", "/metrics"):
            start = _cpu_of(server.pid)
            text = _answer(f"http://127.0.0.1:{port}{path}")
            yield _told(f"GET {path}", _cpu_of(server.pid) - start, f"{text.count(chr(10))} lines", fits=True)


@contextmanager
def _serving(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    program = [sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "serve"]
    server = subprocess.Popen(program, env={**os.environ, "TELEGRAM_BOT_TOKEN": "1:x"}, stderr=subprocess.DEVNULL)
    try:
        yield server
    finally:
        server.terminate()
        server.wait()


def _answer(url: str) -> str:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url) as answer:
                return str(answer.read().decode())
        except ConnectionError:
            time.sleep(0.1)
        except OSError as error:
            if not isinstance(getattr(error, "reason", None), ConnectionError):
                raise
            time.sleep(0.1)
    raise SystemExit(f"nobody answers at {url}")


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    main()
