"""Which word stands for a source: ok, quiet, stalled, failed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.rules.health import Record, is_given_up, longest_gap, state_of, working_days
from bot.sources.registry import SOURCES

MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)


def at(days: float) -> datetime:
    """Days after a Monday at 08:00."""
    return MONDAY + timedelta(days=days)


def record(kind: str, new: float | None, gap: float = 0, error: str | None = None, read: float | None = 0) -> Record:
    return Record(
        SOURCES[kind].silence,
        first_seen=at(-1),
        read_at=None if read is None else at(read),
        new_at=None if new is None else at(new),
        error=error,
        longest_gap=timedelta(days=gap),
    )


@pytest.mark.parametrize("kind", ["huggingface", "arxiv"])
@pytest.mark.parametrize(
    ("new", "now", "state"),
    [
        pytest.param(0, 0.1, "ok", id="the same day"),
        pytest.param(0, 1, "ok", id="a day later"),
        pytest.param(0, 1.1, "quiet", id="not yet time"),
        pytest.param(0, 2.5, "quiet", id="the second working day"),
        pytest.param(0, 3, "stalled", id="the third"),
        pytest.param(4, 5, "quiet", id="on Saturday, with Friday's list"),
        pytest.param(4, 6.9, "quiet", id="on Sunday"),
        pytest.param(4, 7.1, "quiet", id="on Monday morning"),
        pytest.param(4, 8.5, "quiet", id="after a holiday on Monday"),
        pytest.param(4, 9, "stalled", id="on Wednesday"),
        pytest.param(5, 5.3, "ok", id="a paper on a Saturday"),
        pytest.param(None, 0.5, "quiet", id="nothing yet"),
        pytest.param(None, 9, "stalled", id="never anything"),
    ],
)
def test_a_daily_list_may_be_silent_for_two_working_days(kind: str, new: float | None, now: float, state: str) -> None:
    assert state_of(record(kind, new), at(now)) == state


@pytest.mark.parametrize("kind", ["feed", "imap"])
@pytest.mark.parametrize(
    ("gap", "now", "state"),
    [
        pytest.param(0, 0.9, "ok", id="within a day"),
        pytest.param(0, 2, "quiet", id="two days, no rhythm known"),
        pytest.param(7, 6.9, "ok", id="a weekly blog within its week"),
        pytest.param(1, 14, "quiet", id="14 days at least"),
        pytest.param(1, 14.1, "stalled", id="more than 14 days"),
        pytest.param(4, 14.1, "stalled", id="three times four is less than 14"),
        pytest.param(20, 59.9, "quiet", id="a slow blog within three of its gaps"),
        pytest.param(20, 60.1, "stalled", id="and after"),
    ],
)
def test_any_other_source_may_be_silent_for_three_of_its_longest_gaps(
    kind: str, gap: float, now: float, state: str
) -> None:
    assert state_of(record(kind, 0, gap), at(now)) == state


def test_a_folder_is_never_stalled() -> None:
    assert state_of(record("files", 0), at(400)) == "quiet"
    assert state_of(record("files", None), at(400)) == "quiet"


@pytest.mark.parametrize("kind", ["huggingface", "arxiv", "feed", "files", "imap"])
def test_an_error_comes_first(kind: str) -> None:
    assert state_of(record(kind, 0, error="no"), at(0.1)) == "failed"
    assert state_of(record(kind, None, error="no", read=None), at(0.1)) == "failed"


@pytest.mark.parametrize(("kind", "now"), [("arxiv", 9), ("feed", 15)])
def test_one_that_is_read_and_never_gave_anything_is_stalled_since_it_was_first_seen(kind: str, now: float) -> None:
    assert state_of(record(kind, None, read=now), at(now)) == "stalled"


def test_one_that_was_never_read_is_quiet() -> None:
    assert state_of(record("arxiv", None, read=None), at(50)) == "quiet"


@pytest.mark.parametrize(
    ("days", "gap"), [([], 0), ([3], 0), ([1, 2, 5, 6], 3), ([6, 1, 5, 2, 5], 3), ([1, 20, 21], 19)]
)
def test_the_longest_gap_is_between_neighbours(days: list[int], gap: int) -> None:
    assert longest_gap(date(2026, 1, day) for day in days) == timedelta(days=gap)


def test_working_days_are_those_of_utc() -> None:
    assert working_days(at(0), at(0)) == 0
    assert working_days(at(0), at(14)) == 10
    assert working_days(at(3), at(0)) == 0


@pytest.mark.parametrize(
    ("read", "new", "error", "now", "given_up"),
    [
        (0, 0, None, 1, False),
        (0, 0, None, 9, True),
        (0, 0, "down", 0.1, False),
        (0, 0, "down", 9, True),
        (None, None, "down", 9, True),
    ],
)
def test_a_source_is_given_up_when_it_is_stalled_or_fails_for_long(
    read: float | None, new: float | None, error: str | None, now: float, given_up: bool
) -> None:
    assert is_given_up(record("huggingface", new, error=error, read=read), at(now)) is given_up
