"""What `similar:` adds to a round: python -m benchmarks.nearing [number ...], by default 0, 1,000 and 10,000.

Each subscription compares with another paper of the recorded corpus, and is a chat's of its own, due hours later, so
that nothing is sent. The first round of 100 new papers works all references out, the next ones know them. A round
without any goes before each, since a machine's pace changes.
"""

import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.fill_archive import corpus, fill
from benchmarks.rounds import CONFIG, PAPERS, by_chat, drop, once, subscribe
from bot.rules.standing import Times
from bot.store.engine import Store
from bot.store.subscriptions.imported import Wanted
from feeds.paper import Paper, arxiv_id
from feeds.query import parse_query

ROUNDS = 4


def main() -> None:
    """The script."""
    numbers = [int(one.replace(",", "")) for one in sys.argv[1:]] or [0, 1_000, 10_000]
    rows = corpus()
    new = ROUNDS * PAPERS
    with tempfile.TemporaryDirectory(prefix="paperround-") as temporary:
        base = Path(temporary)
        folders = {number: base / str(number) for number in dict.fromkeys((0, *numbers))}
        database = Path("var") / "paperround.db"
        with closing(Store(base / "filled" / database)) as store:
            fill(store, rows[:-new])
        for number, folder in folders.items():
            shutil.copytree(base / "filled", folder)
            (folder / "config.toml").write_text(CONFIG.format(alerts=""))
            (folder / "inbox").mkdir()
            once(folder)
            with closing(Store(folder / database)) as store:
                subscribe(store, comparing(number, [paper for paper, _ in rows[:-new]]))
        for turn in range(ROUNDS):
            some = [paper for paper, _ in rows[-new:][turn * PAPERS :][:PAPERS]]
            for number, folder in folders.items():
                drop(folder, some, votes=1)
                known = "known" if turn else "new"
                print(f"{PAPERS} new papers, {number:,} references, {known}: {once(folder)}", flush=True)


def comparing(number: int, papers: list[Paper]) -> Iterator[Wanted]:
    """That many, each with another paper."""
    at = datetime.now(UTC) + timedelta(hours=6)
    named = [one.id for one in papers if arxiv_id(one.id)]
    for count, name in enumerate(random.Random(4).sample(named, number)):
        yield by_chat(f"-100{count:010}", parse_query(f"similar:{name}"), Times(f"daily {at:%H}:00"))


if __name__ == "__main__":
    main()
