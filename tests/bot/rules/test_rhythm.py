"""Crontab lines mean what crontab(5) says, whatever APScheduler would make of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.date import DateTrigger

from bot.config.tables import WHOLE
from bot.rules.rhythm import Jittered, cron_trigger, in_words, interval_trigger
from bot.scheduler import wake_ups
from bot.sources.timetable import trigger_of

UTC_ZONE = ZoneInfo("UTC")
NOON = datetime(2026, 1, 5, 12, 0, 1, tzinfo=UTC)
KINDS = ["huggingface", "arxiv", "feed", "imap", "files"]


@pytest.mark.parametrize(
    ("line", "weekdays"),
    [
        ("0 9 * * 0", {"Sun"}),
        ("0 9 * * 7", {"Sun"}),
        ("0 9 * * 1", {"Mon"}),
        ("0 9 * * 1-5", {"Mon", "Tue", "Wed", "Thu", "Fri"}),
        ("0 9 * * 5-7", {"Fri", "Sat", "Sun"}),
        ("0 9 * * sat,sun", {"Sat", "Sun"}),
        ("0 9 * * */2", {"Sun", "Tue", "Thu", "Sat"}),
        ("0 9 * * fri-mon", {"Fri", "Sat", "Sun", "Mon"}),
    ],
)
def test_weekdays(line: str, weekdays: set[str]) -> None:
    assert {moment.strftime("%a") for moment in fires(line, 14)} == weekdays


def test_a_day_and_a_weekday_are_either_of_them() -> None:
    found = fires("0 9 13 * fri", 8)
    assert all(moment.day == 13 or moment.strftime("%a") == "Fri" for moment in found)
    assert any(moment.day == 13 and moment.strftime("%a") != "Fri" for moment in found)


def test_every_half_hour() -> None:
    assert [moment.minute for moment in fires("*/30 * * * *", 4)] == [0, 30, 0, 30]


def fires(line: str, count: int) -> list[datetime]:
    trigger = cron_trigger(line, UTC_ZONE)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found: list[datetime] = []
    before = None
    for _ in range(count):
        before = trigger.get_next_fire_time(before, now)
        assert before is not None
        found.append(before)
        now = before.replace(second=1)
    return found


def test_every_kind_of_source_has_a_rhythm_of_its_own() -> None:
    mailbox = {"url": "imaps://me@mail.example.org/", "password_env": "X"}
    more = {"feed": {"url": "https://a.example/"}, "arxiv": {"categories": ["cs.CL"]}, "files": {"path": "x"}}
    tables = [{"kind": kind, "name": kind, **(more | {"imap": mailbox}).get(kind, {})} for kind in KINDS]
    settings = WHOLE.model_validate({"sources": tables})
    assert [source.kind for source in settings.sources] == KINDS
    for source in settings.sources:
        first = trigger_of(source, settings.timezone).get_next_fire_time(NOON, NOON)
        assert timedelta() <= first - NOON <= timedelta(hours=1), source.kind


@pytest.mark.parametrize(
    ("line", "chance", "late"),
    [
        ("*/30 * * * *", 0.0, 0),
        ("*/30 * * * *", 0.5, 30),
        ("*/30 * * * *", 1.0, 60),
        ("0 9 * * *", 1.0, 60),
        ("* * * * *", 1.0, 6),
    ],
)
def test_a_source_is_read_late_by_chance_by_a_tenth_of_its_rhythm_and_a_minute_at_most(
    line: str, chance: float, late: float
) -> None:
    trigger = Jittered(cron_trigger(line, UTC_ZONE), lambda: chance)
    planned = fires(line, 3)
    now, found = datetime(2026, 1, 1, tzinfo=UTC), []
    for _ in planned:
        now = trigger.get_next_fire_time(now if found else None, now + timedelta(microseconds=1 if found else 0))
        found.append(now)
    assert [(one - plan).total_seconds() for one, plan in zip(found, planned, strict=True)] == [late] * 3


@pytest.mark.parametrize(
    ("rhythm", "said"),
    [
        ("*/30 * * * *", "every 30 minutes"),
        ("5 6 * * *", "daily at 06:05"),
        ("7 * * * *", "every hour at 07"),
        ("*/7 * * * *", "at */7 * * * * (crontab)"),
        ("0 6 * * 1-5", "at 0 6 * * 1-5 (crontab)"),
        (timedelta(hours=1), "every 1 hour"),
    ],
)
def test_a_rhythm_in_words(rhythm: str | timedelta, said: str) -> None:
    assert in_words(rhythm) == said


def test_an_interval_keeps_its_length_at_least() -> None:
    trigger = Jittered(interval_trigger(timedelta(minutes=10)), lambda: 1.0)
    assert trigger.get_next_fire_time(NOON, NOON) - NOON == timedelta(minutes=11)


async def test_the_scheduler_asks_for_chance() -> None:
    settings = WHOLE.model_validate({"sources": [{"kind": "files", "name": "a", "path": "x", "every": "1h"}]})
    asked: list[float] = []

    def chance() -> float:
        asked.append(0.5)
        return asked[-1]

    with wake_ups(settings, print, chance):
        assert asked


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("0 9 * *", "five fields"),
        ("99 9 * * *", "no crontab line"),
        ("0 9 30 2 *", "never comes"),
        ("0 9 * * 8", "no weekday"),
        ("0 9 * * fry", "no weekday"),
        ("0 9 * * 1-", "no weekday"),
        ("0 9 1 * 1/0", "no weekday"),
    ],
)
def test_what_is_no_crontab_line_is_told(line: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        cron_trigger(line, UTC_ZONE)


def test_a_trigger_that_never_fires_again_is_not_late() -> None:
    once = DateTrigger(NOON, UTC_ZONE)
    assert Jittered(once, lambda: 1.0).get_next_fire_time(None, NOON) == NOON
    assert Jittered(once, lambda: 1.0).get_next_fire_time(NOON, NOON) is None


def test_every_hour_step_that_does_not_part_the_hour_is_told_as_it_stands() -> None:
    assert in_words("*/7 9 * * *") == "at */7 9 * * * (crontab)"
    assert in_words("0,30 9 * * *") == "at 0,30 9 * * * (crontab)"
