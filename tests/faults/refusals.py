"""Must hold 7 and 10: poison, closed destinations, migration, a refused token, a corrupt database."""

import resource
import time
from collections.abc import Iterator

import feedparser

from tests.faults.losses import Line, leaks
from tests.faults.stage import CHAT, DIFFUSION, GROUP, PAPERS, PERSON, Stage, stage, until


def poison(*, quick: bool) -> Iterator[Line]:
    with stage() as here:
        here.configure()
        here.telegram.poison = here.slack.poison = "Paper number 3"
        here.day(9)
        code = here.once()
        verdict = here.judged(without=frozenset({3}))
        parked = here.said().count("PARKED")
        here.telegram.poison = here.slack.poison = ""
        held = (code, parked, verdict.lost, sum(verdict.doubled.values())) == (1, 5, 0, 0)
        yield "7 a poison message parks alone", held, f"exit {code}, parked {parked} of 5 lanes; {verdict}"
        yield from leaks(here)


def closed(*, quick: bool) -> Iterator[Line]:
    refused = {PERSON: "Forbidden: bot was blocked by the user", GROUP: "Forbidden: bot was kicked from the group chat"}
    with stage() as here:
        here.configure()
        for chat, why in refused.items():
            here.telegram.refuse(chat, why)
        here.slack.refuse(DIFFUSION, "is_archived")
        process = here.start("run")
        for _ in range(3):
            here.day(5)
            until(lambda: here.complete(CHAT, PAPERS), 60)
            time.sleep(2)
        here.stop(process)
        asked = {lane: _posts(here, lane) for lane in (PERSON, GROUP, DIFFUSION)}
        others = here.judged(CHAT, PAPERS)
        for chat in refused:
            here.telegram.refuse(chat, "")
        here.slack.refuse(DIFFUSION, "")
        reopened = [here.start("retry", name).wait() for name in ("telegram:777", "telegram:-500", "slack:C0000000002")]
        code = here.once()
        verdict = here.judged()
        held = max(asked.values()) <= 3 and not others.lost and not any(reopened) and code == 0
        held = held and not (verdict.lost or sum(verdict.doubled.values()) or verdict.disordered)
        yield "7 closed destinations: at most two more requests, all back with retry", held, f"posts {asked}; {verdict}"
        yield from leaks(here)


def moved(*, quick: bool) -> Iterator[Line]:
    new = "-1005000000000"
    with stage() as here:
        here.configure()
        here.day(20)
        process = here.start("run")
        until(lambda: len(here.numbers(GROUP)) >= 5, 30)
        here.telegram.migrate(GROUP, new)
        until(lambda: here.complete(CHAT, PERSON, PAPERS, DIFFUSION), 60)
        until(lambda: len(set(here.numbers(GROUP) + here.numbers(new))) >= 20, 30)
        here.stop(process)
        got = here.numbers(GROUP) + here.numbers(new)
        held = got == list(range(1, 21))
        yield "7 migration moves the queue", held, f"{len(here.numbers(GROUP))} before, {len(here.numbers(new))} after"
        yield from leaks(here)


def token(*, quick: bool) -> Iterator[Line]:
    with stage() as here:
        here.configure()
        good, here.telegram.token = here.telegram.token, "999999:revoked"
        here.day(5)
        check, once = here.start("check").wait(), here.once()
        said = "refuses us" in here.said()
        process = here.start("run")
        here.day(5)
        rest = until(lambda: here.complete(PAPERS, DIFFUSION), 30)
        code, _ = here.stop(process)
        here.telegram.token = good
        repaired = here.once()
        verdict = here.judged()
        held = (check, once, said, rest, code, repaired) == (2, 1, True, True, 0, 0)
        held = held and not (verdict.lost or sum(verdict.doubled.values()) or verdict.disordered)
        figures = f"check {check}, once {once}, run goes on {rest}, after repair {repaired}; {verdict}"
        yield "7 a refused token stops its platform and keeps the queue", held, figures
        yield from leaks(here)


def repair(*, quick: bool) -> Iterator[Line]:
    """The token is put right while `run` runs: it asks every 5 minutes."""
    if quick:
        return
    with stage() as here:
        here.configure()
        good, here.telegram.token = here.telegram.token, "999999:revoked"
        here.day(5)
        process = here.start("run")
        until(lambda: here.complete(PAPERS, DIFFUSION), 30)
        here.telegram.token = good
        began = time.monotonic()
        until(here.complete, 400)
        took = time.monotonic() - began
        here.stop(process)
        verdict = here.judged()
        held = took < 330 and not (verdict.lost or sum(verdict.doubled.values()))
        yield "7 everything arrives after the repair, without a restart", held, f"{took:.0f} s later; {verdict}"
        yield from leaks(here)


def corrupt(*, quick: bool) -> Iterator[Line]:
    with stage() as here:
        here.configure(per_second=1000)
        here.day(60)
        here.once()
        database = here.folder / "var" / "paperround.db"
        whole = database.read_bytes()
        spot = len(whole) // 2
        database.write_bytes(whole[:spot] + b"\xff" * 16384 + whole[spot + 16384 :])
        before = (here.folder / "public" / "feeds" / "all.rss").read_bytes()
        here.day(5)
        code, said = here.once(), here.said()
        clear = "malformed" in said and "Traceback" not in said
        same = (here.folder / "public" / "feeds" / "all.rss").read_bytes() == before
        database.write_bytes(whole)
        after = here.once()
        held = code == 1 and clear and same and after == 0 and not here.judged().lost
        yield "10 a corrupt database", held, f"exit {code}, clear {clear}, feed untouched {same}, restored exit {after}"
        yield from leaks(here)


def full(*, quick: bool) -> Iterator[Line]:
    """RLIMIT_FSIZE, set on a process at work, stands for a disk that fills up: a write beyond it fails."""
    with stage() as here:
        here.configure(per_second=30)
        here.day(20)
        here.once()
        here.day(100)
        process = here.start("run")
        until(lambda: len(here.messages) > 150, 60)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (500_000, 500_000))
        code = process.wait(timeout=60)
        said = here.said()
        clear = said.count("make room") == 1 and "Traceback" not in said
        feeds = list((here.folder / "public" / "feeds").glob("*.atom"))
        whole = all(not feedparser.parse(path.read_bytes()).bozo for path in feeds)
        got = len(here.messages)
        after = here.once()
        verdict = here.judged()
        held = (code, clear, whole, after, verdict.lost, verdict.slack()) == (1, True, True, 0, 0, 0)
        held = held and verdict.telegram() <= 1 and not verdict.disordered
        figures = f"exit {code} at {got} of 600, clear {clear}, feeds whole {whole}, with room exit {after}; {verdict}"
        yield "10 a disk that is full", held, figures
        yield from leaks(here)


def _posts(here: Stage, lane: str) -> int:
    """Posts of a message to a lane."""
    requests = [*here.telegram.requests, *here.slack.requests]
    return sum(lane in {request.params.get("chat_id"), request.params.get("channel")} for request in requests)
