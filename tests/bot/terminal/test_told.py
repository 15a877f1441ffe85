"""Plain results on a terminal: every line as far from the left as before, and no longer than the terminal."""

from datetime import UTC, datetime
from io import StringIO
from zlib import crc32

import pytest

from bot.terminal.screen import Piece, Screen
from bot.terminal.told import complaint, complaint_of, event, told
from feeds.query import QueryError, parse_query


def test_lines_keep_their_indent_and_go_on_below_it() -> None:
    stream = StringIO()
    told(Screen(stream, 24, looks=False), "What next:\n  1. Look at config.toml first\n\nFAILED source daily: gone")
    assert stream.getvalue().splitlines() == [
        "What next:",
        "  1. Look at config.toml",
        "     first",
        "",
        "FAILED source daily:",
        "  gone",
    ]


def test_what_went_wrong_is_red() -> None:
    stream = StringIO()
    screen = Screen(stream, 80, looks=True)
    told(screen, "PARKED slack:#a: no\nPARKEDX")
    complaint(screen, "no such paper")
    assert stream.getvalue().splitlines() == [
        "\x1b[1;31mPARKED\x1b[0m slack:#a: no",
        "PARKEDX",
        "\x1b[1;31mpaperround:\x1b[0m no such paper",
    ]


def test_an_event_stands_behind_its_time_and_a_trace_below() -> None:
    stream = StringIO()
    moment = datetime(2026, 11, 28, 7, 30, 5, tzinfo=UTC)
    event(
        Screen(stream, 30, looks=False), moment, [Piece("warning: ", "warn"), "source daily broke\nTraceback:\n  File"]
    )
    assert stream.getvalue().splitlines() == [
        "07:30:05  warning: source",
        "          daily broke",
        "Traceback:",
        "  File",
    ]


def test_of_very_many_faults_a_few_are_told() -> None:
    stream = StringIO()
    with pytest.raises(QueryError) as caught:
        parse_query("!a " * 40)
    complaint_of(Screen(stream, 80, looks=False), caught.value)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "paperround: write - to exclude"
    assert lines[-1] == f"and {40 - sum(line.strip() == '^' for line in lines)} more"


def test_an_event_of_one_line_is_one_line() -> None:
    stream = StringIO()
    event(Screen(stream, 60, looks=False), datetime(2026, 11, 28, 7, 30, 5, tzinfo=UTC), ["source daily: 3 papers"])
    assert stream.getvalue() == "07:30:05  source daily: 3 papers\n"


def test_a_terminal_is_as_wide_as_it_says_and_as_plain_as_one_asks() -> None:
    stream = StringIO()
    assert [Screen.of(stream, {"COLUMNS": one}).width for one in ("40", "0", "x", "")] == [40, 80, 80, 80]
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {}):
        told(Screen.of(stream, environment), "PARKED slack:#a: no")
    assert stream.getvalue().splitlines()[:2] == ["PARKED slack:#a: no"] * 2
    assert "\x1b[1;31mPARKED" in stream.getvalue()


def test_a_title_links_where_its_address_is_one() -> None:
    stream = StringIO()
    Screen(stream, 80, looks=True).line([Piece("A", url="https://bücher.example/"), Piece("B", url="javascript:x")])
    mark = f"{crc32(b'https://xn--bcher-kva.example/'):x}"
    assert stream.getvalue() == f"\x1b]8;id={mark};https://xn--bcher-kva.example/\x1b\\A\x1b]8;;\x1b\\B\n"


def test_a_word_longer_than_the_terminal_stays_whole() -> None:
    stream = StringIO()
    screen = Screen(stream, 12, looks=False)
    screen.say("see https://papers.example.org/", hang=4)
    screen.blank()
    screen.flush()
    assert stream.getvalue() == "see\nhttps://papers.example.org/\n\n"
