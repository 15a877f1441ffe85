"""Words for people: moments, durations, and what must not reach a terminal."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rules.words import ascii_url, counted, headed, lasting, local_of, minute_of, printable, soon

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute"),
        (timedelta(days=2, seconds=5), "2 days 5 seconds"),
        (timedelta(), "0 seconds"),
    ],
)
def test_a_duration(duration: timedelta, said: str) -> None:
    assert lasting(duration) == said


def test_a_moment_to_come_has_its_day_when_that_is_another() -> None:
    now = datetime(2026, 11, 28, 22, tzinfo=UTC)
    assert soon(now + timedelta(minutes=30), now, BERLIN) == "23:30 CET"
    assert soon(now + timedelta(minutes=90), now, BERLIN) == "2026-11-29 00:30 CET"


def test_a_moment_to_the_minute_by_ones_own_clock() -> None:
    assert minute_of("2026-07-01 12:00:59Z", BERLIN) == "2026-07-01 14:00"
    assert minute_of(None, BERLIN) == "never"


def test_a_moment_has_the_zones_word() -> None:
    assert local_of("2026-11-28 04:04:13Z", BERLIN) == "2026-11-28 05:04:13 CET"
    assert local_of(None, BERLIN, "not yet") == "not yet"


def test_a_number_and_a_name_before_what_is_said_of_it() -> None:
    assert [counted(0, "paper"), counted(1, "paper"), counted(2, "new paper")] == [
        "0 papers",
        "1 paper",
        "2 new papers",
    ]
    assert [headed("slack:#a"), headed("console:")] == ["slack:#a:", "console:"]


@pytest.mark.parametrize(
    ("url", "ascii_one"),
    [
        ("https://a.example/x?y#z", "https://a.example/x?y#z"),
        ("https://bücher.example:8080/é?ü=%20#ä", "https://xn--bcher-kva.example:8080/%C3%A9?%C3%BC=%20#%C3%A4"),
        ("https://straße.de/", "https://xn--strae-oqa.de/"),
        ("http://bücher:8080/", "http://xn--bcher-kva:8080/"),
        (f"https://{'ü' * 70}.example/", f"https://{'%C3%BC' * 70}.example/"),
    ],
)
def test_an_address_goes_into_a_header_in_ascii(url: str, ascii_one: str) -> None:
    assert ascii_url(url) == ascii_one


@pytest.mark.threat(24)
def test_what_drives_a_terminal_or_turns_a_line_is_a_sign() -> None:
    assert printable("a\x1b[2J\x07\x9b\r\u202e\u2066\ud800") == "a\ufffd[2J" + 6 * "\ufffd"
    kept = "naïve — «é» 👩‍🔬 ❤️ می\u200cخواهم 10\u00a0000\tx\ny"
    assert printable(kept) == kept
