"""Plain results on a terminal: every line as far from the left as before, and no longer than the terminal."""

from datetime import UTC, datetime
from io import StringIO

from bot.terminal.screen import Piece, Screen
from bot.terminal.told import complaint, event, told


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
