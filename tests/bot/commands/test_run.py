"""`run` says at its start what goes on from then: its address, its rhythm, its next round."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.commands.run import plan
from bot.config.load import load

NOW = datetime(2026, 11, 28, 6, tzinfo=UTC)
SOURCE = '[[sources]]\nname = "{name}"\nkind = "huggingface"\n'


def said(folder: Path, text: str, planned: dict[str, datetime], listening: socket.socket | None = None) -> list[str]:
    path = folder / "config.toml"
    path.write_text(text)
    return list(plan(load(path), planned, NOW, listening))


def test_where_it_is_how_often_it_reads_and_when_next(tmp_path: Path) -> None:
    names = ["daily", *(f"lab{n:02}" for n in range(12))]
    tables = SOURCE.format(name="daily") + "".join(SOURCE.format(name=name) + 'every = "2h"\n' for name in names[1:])
    planned = {name: NOW + timedelta(hours=2, minutes=n) for n, name in enumerate(names)} | {
        "lab03": NOW + timedelta(hours=1)
    }
    with socket.create_server(("127.0.0.1", 0)) as listening:
        lines = said(tmp_path, 'timezone = "Europe/Berlin"\n' + tables, planned, listening)
        port = listening.getsockname()[1]
    assert lines == [
        f"serving on http://127.0.0.1:{port}/",
        f"publishing to {tmp_path / 'public'}",
        "reading now, then every 30 minutes: daily",
        f"reading now, then every 2 hours: {', '.join(names[1:11])} and 2 more",
        "the next round is at 08:00 CET; Ctrl-C stops",
    ]


def test_no_source_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, '[publish]\nbase_url = "https://lab.example.net/"\n', {}) == [
        f"publishing to {tmp_path / 'public'} as https://lab.example.net/",
        "no source is configured, so nothing is read; Ctrl-C stops",
    ]
