"""Must hold 6 and 8: the platforms' real paces, a slow lane, SIGTERM under load."""

from collections.abc import Iterator
from itertools import pairwise

from tests.faults.losses import Line, leaks
from tests.faults.stage import CHAT, DIFFUSION, GROUP, PAPERS, PERSON, Stage, stage, until


def slow_lane(*, quick: bool) -> Iterator[Line]:
    with stage() as here:
        here.configure(timeout="20s")
        here.telegram.delays[CHAT] = here.slack.delays[PAPERS] = 8.0
        here.day(20)
        process = here.start("run")
        others = (PERSON, GROUP, DIFFUSION)
        until(lambda: here.complete(*others), 60)
        here.telegram.delays.clear()
        here.slack.delays.clear()
        until(here.complete, 60)
        here.stop(process)
        gaps = {lane: max(later - earlier for earlier, later in pairwise(_times(here, lane))) for lane in others}
        held = max(gaps.values()) <= 2 and not here.judged().lost
        shown = {lane: round(gap, 2) for lane, gap in gaps.items()}
        yield "8 a lane that answers in 8 s delays no other", held, f"longest gaps {shown} s; {here.judged()}"
        yield from leaks(here)


def hanging_send(*, quick: bool) -> Iterator[Line]:
    with stage() as here:
        here.configure(timeout="20s")
        here.day(60)
        process = here.start("run")
        until(lambda: len(here.messages) > 20, 30)
        for server in (here.telegram, here.slack):
            server.fail_next(1, "accept_then_hang")
        until(lambda: here.telegram.spoilt and here.slack.spoilt, 30)
        code, seconds = here.stop(process)
        process = here.start("run")
        until(here.complete, 90)
        here.stop(process)
        verdict = here.judged()
        held = code == 0 and seconds <= 3 and not (verdict.lost or verdict.slack() or verdict.disordered)
        held = held and verdict.telegram() <= 1
        yield "8 SIGTERM under load with a hanging send", held, f"exit {code} after {seconds:.1f} s of 3; {verdict}"
        yield from leaks(here)


def real_paces(*, quick: bool) -> Iterator[Line]:
    """Default paces against servers that enforce the platforms' limits."""
    count = 20 if quick else 200
    with stage(enforce_rates=True) as here:
        here.configure("telegram:777", "telegram:-500", "slack:#papers", real=True, timeout="20s", settle="8s")
        here.day(count)
        process = here.start("run")
        lanes = (PERSON, GROUP, PAPERS)
        until(lambda: here.complete(*lanes), 700)
        here.stop(process)
        spans = {lane: _times(here, lane)[-1] - _times(here, lane)[0] for lane in lanes}
        refused = here.telegram.rate_limited + here.slack.rate_limited
        inside = 3 * (count - 1) <= spans[GROUP] <= 3.15 * count and count - 1 <= spans[PAPERS] <= 1.075 * count
        if not quick:
            inside = 600 <= spans[GROUP] <= 630 and 200 <= spans[PAPERS] <= 215
        verdict = here.judged(*lanes)
        held = inside and refused <= 2 and not (verdict.lost or sum(verdict.doubled.values()) or verdict.disordered)
        shown = {lane: round(span, 1) for lane, span in spans.items()}
        yield f"6 {count} messages under the real limits", held, f"{shown} s, {refused} refused; {verdict}"
        yield from leaks(here)


def _times(here: Stage, lane: str) -> list[float]:
    return [message.time for message in here.messages if message.chat == lane]
