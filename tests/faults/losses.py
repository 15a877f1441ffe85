"""Must hold 1 to 5: no fault, kills, lost answers, failures before acceptance, an outage."""

import random
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.faults.stage import CHAT, GROUP, LANES, PERSON, WEB, Stage, Verdict, spoilt, stage, until

if TYPE_CHECKING:
    from tests.fakes.server import FakeServer

TELEGRAM = (CHAT, PERSON, GROUP)
Line = tuple[str, bool, str]
"""What must hold, whether it did, and the figures."""


def looked_at(*, quick: bool) -> Iterator[Line]:
    """`run` opens its database twice (it serves too), and other processes come, look and go."""
    looks, kills = (10, 2) if quick else (50, 5)
    chance = random.Random(0)
    with stage() as here:
        here.configure(per_second=40, more=WEB)
        for number in range(kills):
            process = here.start("run")
            for _ in range(looks // kills):
                here.day(4)
                time.sleep(chance.uniform(0.0, 0.6))
                here.look(chance.choice([("status",), ("search", "paper"), ("explain", f"Paper number {here.given}")]))
            until(here.complete if number % 2 else lambda: True, 60)
            here.kill(process)
        verdict = _finished(here)
        held = not (verdict.lost or verdict.slack()) and verdict.telegram() <= kills
        yield f"0 {looks} looks from beside, and SIGKILL {kills} times", held, str(verdict)
        yield from leaks(here)


def no_fault(*, quick: bool) -> Iterator[Line]:
    with stage() as here:
        here.configure(per_second=50)
        process = here.start("run")
        for _ in range(3):
            here.day(10 if quick else 40)
            until(here.complete, 60)
        code, seconds = here.stop(process)
        verdict = here.judged()
        held = not (verdict.lost or sum(verdict.doubled.values()) or verdict.disordered or code)
        yield "1 three days without a fault", held, f"{verdict}; exit {code} after {seconds:.1f} s"
        yield from leaks(here)


def random_kills(*, quick: bool) -> Iterator[Line]:
    kills, chance = 6 if quick else 20, random.Random(2)
    with stage() as here:
        here.configure()
        for _ in range(kills):
            here.day(8)
            process = here.start("run")
            time.sleep(chance.uniform(0.5, 4.0))
            here.kill(process)
        verdict = _finished(here)
        held = not (verdict.lost or verdict.disordered or verdict.slack()) and verdict.telegram() <= kills
        yield f"2 SIGKILL at {kills} random moments", held, str(verdict)
        yield from leaks(here)


def kills_after_acceptance(*, quick: bool) -> Iterator[Line]:
    kills = 4 if quick else 12
    with stage() as here:
        here.configure()
        here.day(kills * 8)
        for number in range(kills):
            process = here.start("run")
            hang_once(here.telegram if number % 2 else here.slack)
            here.kill(process)
        verdict = _finished(here)
        held = not (verdict.lost or verdict.disordered or verdict.slack()) and verdict.telegram() <= kills
        yield f"3 SIGKILL right after acceptance, {kills} times", held, str(verdict)
        yield from leaks(here)


def hang_once(server: "FakeServer") -> None:
    """The next message is taken and never answered; returns once it is."""
    before = len(server.spoilt)
    server.fail_next(1, "accept_then_hang")
    until(lambda: len(server.spoilt) > before, 30)


def lost_answers(*, quick: bool) -> Iterator[Line]:
    ways = ("reset", "close", "truncated", "garbage", "502", "hang")
    with stage() as here:
        here.configure()
        for server in (here.telegram, here.slack):
            server.chances = {f"accept_then_{way}": 0.03 for way in ways}
        here.day(20 if quick else 80)
        process = here.start("run")
        until(here.complete, 600)
        here.stop(process)
        verdict = here.judged()
        lost = {lane: spoilt(here.telegram, lane) for lane in TELEGRAM}
        bounded = all(verdict.doubled[lane] <= lost[lane] for lane in TELEGRAM)
        held = not (verdict.lost or verdict.disordered or verdict.slack()) and bounded
        yield "4 answers lost in six ways, 3 % each", held, f"{verdict}; Telegram answers lost {lost}"
        yield from leaks(here)


def looked_up(*, quick: bool) -> Iterator[Line]:
    """The optional look-up in Telegram channels: none doubled there; in private chats and groups as before."""
    with stage() as here:
        here.configure(look_up="-1009000000000")
        here.day(1)
        here.once()
        here.telegram.chances = {f"accept_then_{way}": 0.05 for way in ("reset", "502", "hang")}
        here.day(20 if quick else 60)
        process = here.start("run")
        until(here.complete, 300)
        here.stop(process)
        verdict = here.judged()
        lost = spoilt(here.telegram, CHAT)
        held = not (verdict.lost or verdict.disordered or verdict.doubled[CHAT]) and lost > 0
        yield "4 the same with the Telegram look-up", held, f"{verdict}; answers lost in the channel {lost}"
        yield from leaks(here)


def failures_before(*, quick: bool) -> Iterator[Line]:
    with stage() as here:
        here.configure()
        for server in (here.telegram, here.slack):
            server.chances = dict.fromkeys(("500", "reset", "close", "429"), 0.1)
            server.retry_after = 1
        here.day(10 if quick else 40)
        process = here.start("run")
        until(here.complete, 900)
        here.stop(process)
        verdict = here.judged()
        held = not (verdict.lost or verdict.disordered or sum(verdict.doubled.values()))
        yield "5 failures before acceptance, four kinds of 10 %", held, str(verdict)
        yield from leaks(here)


def outage(*, quick: bool) -> Iterator[Line]:
    seconds = 60 if quick else 600
    with stage() as here:
        here.configure(timeout="20s", settle="8s")
        for server in (here.telegram, here.slack):
            server.chances = {"502": 0.4, "reset": 0.3, "hang": 0.3}
        here.day(3)
        process = here.start("run")
        time.sleep(seconds)
        asked = {lane: spoilt(here.telegram, lane) + spoilt(here.slack, lane) for lane in LANES}
        looked = sum(request.method == "conversations.history" for request in here.slack.requests)
        here.telegram.chances = here.slack.chances = {}
        began = time.monotonic()
        until(here.complete, 180)
        took = time.monotonic() - began
        here.stop(process)
        verdict = here.judged()
        few = max(asked.values()) + looked < 200
        held = not (verdict.lost or verdict.disordered or sum(verdict.doubled.values())) and took <= 60 and few
        figures = f"all arrived {took:.0f} s after its end; requests {asked}, look-ups {looked}; {verdict}"
        yield f"5 an outage of {seconds} s", held, figures
        yield from leaks(here)


def _finished(here: Stage) -> Verdict:
    process = here.start("run")
    until(here.complete, 180)
    here.stop(process)
    return here.judged()


def leaks(here: Stage) -> Iterator[Line]:
    found = here.leaks()
    yield "9 no secret in any output", not found, ", ".join(found) or "none"
