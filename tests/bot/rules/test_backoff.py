"""Seconds until a failed message is tried again, and when it is given up."""

from dataclasses import dataclass

import pytest

from bot.rules.backoff import (
    DOUBTED,
    DOUBTS,
    GIVE_UP,
    LONGEST,
    PATIENT,
    after_failed_look_up,
    after_lost_answer,
    after_refusal,
    is_doubtful,
    is_over,
)


@dataclass
class Refused:
    retry_after: float | None = None
    patient: bool = False
    closes_after: float = 3600.0
    refusals: int = 3
    pause: float | None = None
    longest: float | None = None
    told: str = "no; write another"


@pytest.mark.parametrize(
    ("error", "failures", "least", "most"),
    [
        (Refused(), 0, 0.5, 1.0),
        (Refused(), 3, 4.0, 8.0),
        (Refused(), 999, LONGEST / 2, LONGEST),
        (Refused(longest=4.0), 999, 2.0, 4.0),
        (Refused(patient=True), 0, PATIENT[0] / 2, PATIENT[0]),
        (Refused(patient=True), 999, PATIENT[1] / 2, PATIENT[1]),
        (Refused(pause=100.0), 5, 90.0, 100.0),
        (Refused(retry_after=7.0, pause=100.0), 5, 7.05, 7.5),
    ],
)
def test_a_refusal_is_followed_by_a_pause_that_grows_unless_it_says_how_long(
    error: Refused, failures: int, least: float, most: float
) -> None:
    found = [after_refusal(error, failures, chance) for chance in (0, 1)]
    assert found == pytest.approx([least, most])


def test_a_lost_answer_is_looked_up_at_once_and_then_ever_later() -> None:
    assert after_lost_answer(1, 3.0, 1) == 3.0
    assert [after_lost_answer(count, 3.0, 1) for count in (2, 3, 4, 99)] == [10.0, 20.0, LONGEST, LONGEST]
    assert after_lost_answer(2, 3.0, 0) == 5.0
    assert after_failed_look_up(Refused(), 0) == 5.0
    assert after_failed_look_up(Refused(retry_after=0.0), 1) == 0.0


@pytest.mark.parametrize(
    ("error", "trying", "failures", "said"),
    [
        (Refused(), GIVE_UP - 1, 999, ""),
        (Refused(), GIVE_UP, 0, "given up after 7 days of trying: no; write another"),
        (Refused(patient=True), 3600, 2, "refused for 1 hours: no; write another"),
        (Refused(patient=True), 3599, 2, ""),
        (Refused(patient=True), GIVE_UP, 1, ""),
    ],
)
def test_a_message_is_given_up_after_a_week_or_when_its_chat_stays_closed(
    error: Refused, trying: float, failures: int, said: str
) -> None:
    assert is_over(error, trying, failures) == said


def test_many_lost_answers_over_a_while_are_the_messages_own() -> None:
    assert is_doubtful(DOUBTS, DOUBTED + 1)
    assert not is_doubtful(DOUBTS - 1, DOUBTED + 1)
    assert not is_doubtful(DOUBTS, DOUBTED)
