"""Fill an archive from the recorded corpus: python -m benchmarks.fill_archive FOLDER.

Writes FOLDER/config.toml and its database, so that `paperround try` and `search` can be timed on 13,897 real papers.
"""

import gzip
import json
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.store.archive import papers
from bot.store.archive.papers import Sighting
from bot.store.engine import Store
from feeds.paper import Paper
from feeds.render import entry_id
from feeds.text import clean_text, clean_title, plain

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "data" / "corpus" / "hf_daily_papers.jsonl.gz"
CONFIG = '[[sources]]\nname = "daily-papers"\nkind = "huggingface"\nurl = "http://127.0.0.1:9"\n'


def corpus(path: Path = CORPUS) -> list[tuple[Paper, date]]:
    """Every paper with the day of its list, oldest first."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [_read(json.loads(line)) for line in lines]
    return sorted(rows, key=lambda row: row[1])


def fill(store: Store, rows: list[tuple[Paper, date]]) -> None:
    """Store them a thousand at a time."""
    for start in range(0, len(rows), 1000):
        store.call(_add, rows[start : start + 1000])


def _add(connection: Connection, rows: list[tuple[Paper, date]]) -> None:
    now = datetime.now(UTC)
    for paper, day in rows:
        seen = Sighting("daily-papers", "huggingface", paper, day, past=True)
        papers.add(connection, seen, now, lambda day, key: entry_id("https://a.example/", day.year, key))


def _read(row: dict[str, Any]) -> tuple[Paper, date]:
    paper = Paper(
        row["id"],
        clean_title(row["title"]),
        clean_text(row["abstract"]),
        tuple(map(plain, row["authors"])),
        votes=row.get("upvotes"),
        keywords=tuple(map(plain, row.get("keywords") or ())),
    )
    return paper, date.fromisoformat((row["daily"] or row["published"])[:10])


def main() -> None:
    """The script."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(CONFIG)
    rows = corpus()
    store = Store(folder / "var" / "paperround.db")
    began = time.perf_counter()
    fill(store, rows)
    store.close()
    print(f"{len(rows)} papers stored in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
