"""A thousand readers by mail, each with a query of their own and one digest each, and a process that is killed."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator

from tests import postgres
from tests.fakes.smtp import FakeSmtp
from tests.faults.losses import Line
from tests.faults.stage import Stage, stage, until

PAPERS = 12


def kills(*, quick: bool) -> Iterator[Line]:
    """On a file."""
    with stage() as here:
        yield _killed(here, "14", quick=quick)


def kills_on_a_server(*, quick: bool) -> Iterator[Line]:
    """With PostgreSQL: who was killed leads until its lease has lapsed, and the next one waits for that."""
    with postgres.database(empty=True) as server, stage(database=str(server)) as here:
        yield _killed(here, "14server", quick=quick)


def _killed(here: Stage, name: str, *, quick: bool) -> Line:
    """Each kill comes while mails go out: when so many have arrived, and a moment later."""
    readers, times = (100, 3) if quick else (1000, 10)
    chance = random.Random(14)
    with FakeSmtp() as server:
        _configure(here, server, readers)
        here.day(PAPERS)
        for number in range(times):
            process = here.start("run")
            reached = (number + 0.5) * readers / times + chance.random() * readers / times / 3
            until(lambda: len(server.taken) >= reached, 120)  # noqa: B023  (asked at once)
            here.kill(process)
        process = here.start("run")
        until(lambda: len(_by_reader(server)) >= readers, 120)
        here.stop(process)
        found = _by_reader(server)
        doubled = sum(len(one) - 1 for one in found.values())
        changed = sum(len(set(one)) - 1 for one in found.values())
        held = len(found) == readers and doubled <= times and not changed
        told = f"lost {readers - len(found)}, doubled {doubled}, of these changed {changed}; {len(server.taken)} mails"
        return f"{name} SIGKILL {times} times among {readers} digests by mail", held, told


def _configure(here: Stage, server: FakeSmtp, readers: int) -> None:
    table = f'[email]\nsmtp = "{server.url}"\nfrom = "Paper Round <papers@localhost>"\n'
    here.configure("console:", more=table)
    assert here.once() == 0  # imported subscriptions begin at their moment, in a database that is there
    lines = [
        {"to": f"email:{number}@example.org", "query": f'paper -"number {PAPERS + number}"'}
        for number in range(readers)
    ]
    (here.folder / "readers").write_text("".join(json.dumps({**one, "deliver": "batch"}) + "\n" for one in lines))
    assert here.start("subscriptions", "import", "readers").wait(timeout=120) == 0


def _by_reader(server: FakeSmtp) -> dict[str, list[bytes]]:
    """What each got."""
    found = defaultdict(list)
    for one in list(server.taken):
        found[one.recipients[0]].append(one.content)
    return found
