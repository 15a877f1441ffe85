"""When what a subscription calls for falls due, read from its own words."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.destinations import Destination
from bot.rules.standing import Times, calendar
from bot.rules.timing import BATCH_WAIT, Quiet, Rule, parse_quiet
from bot.rules.wishes import Wish, mailbox

NOW = datetime(2026, 1, 6, 12, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def test_the_words_of_a_subscription_are_read() -> None:
    one = Times("weekly mon 09:00", "22:00-07:00", BERLIN)
    assert (str(one.rule), one.zone.key, one.kept) == ("weekly mon 09:00", BERLIN, "22:00-07:00 Europe/Berlin")
    assert one.hours == parse_quiet("22:00-07:00")
    assert (Times().rule, Times().hours, Times().kept) == (Rule("each"), None, "")
    assert isinstance(one.hours, Quiet)
    changed = Times("daily 09:00", timezone=BERLIN).still(NOW, NOW + timedelta(hours=5), NOW)
    assert changed == datetime(2026, 1, 7, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "counted", "reading", "wait", "mode"),
    [
        (Times("each"), True, False, timedelta(), "each"),
        (Times("each"), True, True, BATCH_WAIT, "each"),
        (Times("each"), False, True, timedelta(), "each"),
        (Times("batch"), False, False, BATCH_WAIT, "batch"),
        (Times("daily 14:00", timezone=BERLIN), True, True, timedelta(hours=1), "daily"),
        (Times("daily 09:00", timezone=BERLIN), True, True, timedelta(), "daily"),  # missed while nobody worked
        (Times("each", "12:00-15:00", BERLIN), True, False, timedelta(hours=2), "each"),
    ],
)
def test_what_is_enqueued_waits_for_more_of_its_round_or_for_its_time(
    times: Times, counted: bool, reading: bool, wait: timedelta, mode: str
) -> None:
    due = calendar(NOW, NOW - timedelta(hours=5), reading=reading)(times, counted)
    assert due == ((NOW + wait).timestamp(), mode, times.kept)


def test_a_destination_prints_its_thread() -> None:
    assert str(Destination("telegram", "-100", "7")) == "telegram:-100/7"
    assert str(mailbox("ada@example.org")) == "email:ada@example.org"


def test_a_wish_is_read_as_it_was_written() -> None:
    wish = Wish("change", "ada@example.org", 7, 'ünïcode "x"', "daily 09:00", BERLIN)
    assert Wish.read(wish.written()) == wish
    assert "ünïcode" in wish.written()
