"""Sources that answer with bombs, all at once, at a real process: bounded in time and memory, and nobody else suffers.

`python -m tests.bombs` throws them one by one at the real deadlines.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bombs import LONGEST, MOST_MEMORY, Canary, stage
from tests.fakes.source import item
from tests.world import DAILY, World, alert

GOOD = {"A good paper", "A good note"}


@pytest.mark.threat(2)
def test_bombs_cost_nobody_else_a_paper_and_their_day_stays_open(tmp_path: Path) -> None:
    with stage(tmp_path) as made:
        first = made.once(deadline=4)
        assert first.code == 1, first.said
        assert first.seconds < LONGEST
        assert first.peak < MOST_MEMORY, first.peak
        assert made.canary.requests == []
        assert "Traceback" not in first.said
        assert made.delivered == GOOD
        for name in made.hostile:
            assert f"FAILED source {name}: " in first.said
        made.disarm()
        second = made.once()
        assert second.code == 0, second.said
        assert len(made.delivered) == len(GOOD) + len(made.hostile)


FORMS = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "localhost", "LOCALHOST.", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "10.0.0.1", "192.168.0.1", "172.16.0.1", "169.254.169.254", "[fe80::1]",
]  # fmt: skip


@pytest.mark.threat(1)
def test_a_source_that_redirects_to_this_machine_or_its_network_reaches_nothing(here: World) -> None:
    today = datetime.now(UTC).date()
    with Canary() as canary:
        port = canary.url.rpartition(":")[2]
        for number, form in enumerate(FORMS):
            day = (today - timedelta(days=1 + number)).isoformat()
            here.source.fault("redirect", day=day, to=f"http://{form}{f':{port}' if number % 2 else ''}/")
        here.source.days[today.isoformat()] = [item("2601.00001", "A good paper", "It is good.", today)]
        here.configure(DAILY + 'lookback = "16d"\n', alert("all", "*", "telegram:@papers"))
        done = here.run("-v", "once")
        assert done.returncode == 1
        assert done.stderr.count("WARNING bot.pipeline: source daily:") == len(FORMS), done.stderr
        assert canary.requests == []
        assert [message.text.split("\n")[0] for message in here.telegram.messages] == ["A good paper"]
