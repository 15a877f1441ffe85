"""When a failed message is tried again, and when it is given up. Pure: what happened goes in, seconds and words out.

`chance` is a number from 0 to 1, drawn by the caller: a pause is between half and all of its length, so that lanes
that failed together do not come back together.
"""

from typing import Protocol

GIVE_UP = 7 * 86400.0
"""Seconds of trying after which a message is parked (contract: What is never lost)."""

LONGEST = 30.0
"""Seconds: with a request of 20 s that hangs, an outage is noticed to be over within a minute."""

PATIENT = (300.0, 6 * 3600.0)
"""Seconds of the first and longest pause after a refusal that may pass, like a closed topic."""

DOUBTS, DOUBTED = 8, 900.0
"""Lost answers, spread over so many seconds, after which a message is suspected to be what loses them."""

TOLD_DOUBTS = 3
"""Lost answers after which the operator hears of it."""

JOINED = 1.0
"""Seconds until a lane looks again for the outcome of a message that another one brought along."""

LONG = 3600.0
"""Seconds of a pause that the operator hears of."""

FELT = 5.0
"""Seconds of a wait that people who watch are told of."""


class Refusal(Protocol):
    """A send that was refused, or a look-up that failed (bot.channels.channel.SendError)."""

    retry_after: float | None
    patient: bool
    closes_after: float
    refusals: int
    pause: float | None
    longest: float | None

    @property
    def told(self) -> str:
        """What happened and what to do, for people."""


def after_refusal(error: Refusal, failures: int, chance: float) -> float:
    """Seconds to wait after the lane's `failures`-th failure in a row and this one, surely not delivered."""
    if error.retry_after is not None:
        return error.retry_after + 0.05 + 0.45 * chance
    if error.pause is not None:
        return error.pause * (0.9 + 0.1 * chance)
    first, usual = PATIENT if error.patient else (1.0, LONGEST)
    return _jittered(min(error.longest or usual, first * 2 ** min(failures, 20)), chance)


def after_lost_answer(count: int, settle: float, chance: float) -> float:
    """Seconds until a lost answer, the message's `count`-th, is looked up or the message sent again."""
    again = _jittered(min(LONGEST, 5.0 * 2 ** min(count - 1, 20)), chance) if count > 1 else 0.0
    return max(settle, again)


def after_failed_look_up(error: Refusal, chance: float) -> float:
    """Seconds until a lost answer is looked up again."""
    return error.retry_after if error.retry_after is not None else _jittered(10.0, chance)


def is_over(error: Refusal, trying: float, failures: int) -> str:
    """Why a refused message, tried for so many seconds, is given up; empty: it is not.

    `failures`: of its lane in a row before this one; of a patient refusal, none where the one before was no refusal.
    """
    if error.patient:
        long = trying >= error.closes_after and failures + 1 >= error.refusals
        return f"refused for {trying / 3600:.0f} hours: {error.told}" if long else ""
    return f"given up after 7 days of trying: {error.told}" if trying >= GIVE_UP else ""


def is_doubtful(count: int, trying: float) -> bool:
    """Whether the `count`-th lost answer of a message makes it look like the cause of them."""
    return count >= DOUBTS and trying > DOUBTED


def _jittered(seconds: float, chance: float) -> float:
    return seconds * (0.5 + 0.5 * chance)
