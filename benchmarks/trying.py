"""How long `paperround try` takes over a year of the recorded archive, and whether it counts what the oracle counts.

`python -m benchmarks.trying`. The whole command is timed, five times, from the start of its process to its end.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.fill_archive import CONFIG, corpus, fill
from bot.store.engine import Store
from tests.oracle import Oracle, parse

QUERY = '"video understanding" -speech'
_DAYS = 365


def main() -> None:
    rows = corpus()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG)
        store = Store(folder / "var" / "paperround.db")
        fill(store, rows)
        store.close()
        seconds, answer = zip(*(_try(folder) for _ in range(5)), strict=True)
    now = datetime.now(UTC)
    last_year = [paper for paper, day in rows if day >= now.date() - timedelta(days=_DAYS)]
    expected = {last_year[number].title for number in Oracle(last_year, now).answer(parse(QUERY))}
    found = {paper["title"] for paper in json.loads(answer[0])["papers"]}
    print(f"paperround try {QUERY!r} --days {_DAYS}: {statistics.median(seconds):.2f} s, {len(found)} papers;")
    print(f"the oracle: {len(expected)} of {len(last_year):,}; they differ on {len(found ^ expected)}")


def _try(folder: Path) -> tuple[float, bytes]:
    command = [sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "try", QUERY, "--days", str(_DAYS)]
    start = time.perf_counter()
    done = subprocess.run([*command, "--json"], check=True, capture_output=True)
    return time.perf_counter() - start, done.stdout


if __name__ == "__main__":
    main()
