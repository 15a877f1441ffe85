"""What a weekly mail says of its week: pictures that go with it, numbers for who sees none, the same bytes again."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from PIL import Image

from bot.channels.channel import Issue
from bot.channels.email import plot
from bot.channels.email.message import BYTES, Mail
from feeds.roundup import Course, NewWord, Risen, Roundup, Window
from tests.bot.channels.email.sending import ADA, opened
from tests.bot.channels.email.test_mail import lint, mails, plain, some
from tests.bot.channels.samples import issue, item

GOLDEN = Path(__file__).with_name("weekly.txt")
WINDOW = Window(date(2026, 1, 4), date(2024, 1, 1))
VIDEO = Course("video", (3, 4, 0, 6, 2, 3, 4, 5, 1, 3, 4, 4, 9), 84)
ROBOTS = Course("robot*", (3, 2, 4, 3, 3, 3, 3, 2, 4, 3, 3, 3, 0), 84)
NONE = Course("quipu", (0,) * 13, 84)
WEEK = Roundup(
    WINDOW, (Risen("world models", 9, 2.25),), (NewWord("FooNet", 4), NewWord("BarNet", 3)), (VIDEO, ROBOTS, NONE)
)


def weekly(told: Roundup = WEEK) -> Issue:
    return issue([item("diffusion", sentence="Four steps make a video.")], "video", roundup=told)


def test_the_text_of_a_weekly_mail_is_the_golden_one() -> None:
    (one,) = mails(weekly())
    assert one.part("plain") == GOLDEN.read_text("utf-8")


def test_the_html_says_what_the_text_says_and_its_pictures_go_with_it() -> None:
    (one,) = mails(weekly())
    assert lint(one) == []
    for words in ("usually 2.2", "FooNet (4 papers)", "Nothing matched robot* this week; it usually brings 3"):
        assert words in plain(one)
        assert words in " ".join(one.part("plain").split())
    shown = lxml_html.fromstring(one.part("html")).xpath("//img")
    parts = {part["Content-ID"]: part for part in one.message.walk() if part.get_content_maintype() == "image"}
    assert [f"<{img.get('src').removeprefix('cid:')}>" for img in shown] == list(parts)
    assert [img.get("alt").partition(": ")[2] for img in shown] == [
        ", ".join(map(str, course.papers)) for course in (VIDEO, ROBOTS)
    ]
    for part in parts.values():
        png = part.get_content()
        with Image.open(BytesIO(png)) as image:
            assert (image.format, image.height, len(image.getcolors()) <= 64) == ("PNG", 64, True)
        assert len(png) < 15_000
        assert part.get_content_disposition() == "inline"


def test_a_mail_that_is_sent_again_is_the_same_bytes() -> None:
    (packed,) = opened("smtp://localhost").pack_issue(weekly())
    letters = [
        opened("smtp://localhost")._head.letter(ADA, Mail.of(json.loads(json.dumps(packed.payload))), "d1").content
        for _ in range(2)
    ]
    assert letters[0] == letters[1]


def test_without_pillow_numbers_stand_for_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plot, "_can_draw", lambda: False)
    plot.picture.cache_clear()
    (one,) = mails(weekly())
    plot.picture.cache_clear()
    assert "<img" not in one.part("html")
    assert "3, 4, 0, 6, 2, 3, 4, 5, 1, 3, 4, 4, 9" in plain(one)
    assert one.message.get_content_type() == "multipart/alternative"


def test_a_mail_of_an_earlier_version_is_read_as_it_is() -> None:
    mail = Mail("s", "text", "<p>html</p>", "m", 1.0)
    assert Mail.of(mail.payload) == mail


def test_of_several_mails_the_last_one_ends_with_the_week_and_all_are_small() -> None:
    long = Roundup(WINDOW, WEEK.risen * 6, WEEK.new * 3, [Course(f"{'é' * 90}{n}", (n,) * 13, 84) for n in range(40)])
    one = some(300, "video", full=300)
    found = mails(Issue(one.names, one.items, 300, roundup=long))
    assert len(found) > 1
    assert ["The week from 29 December" in mail.part("plain") for mail in found] == [False] * (len(found) - 1) + [True]
    assert max(len(mail.content) for mail in found) < BYTES


@settings(max_examples=15)
@given(st.text(), st.lists(st.integers(0, 10**6), min_size=1, max_size=13), st.integers(0, 84))
def test_any_week_makes_a_mail_that_a_linter_takes(words: str, papers: list[int], days: int) -> None:
    told = Roundup(WINDOW, [Risen(words, 1, 0.0)], [NewWord(words, 3)], [Course(words, tuple(papers), days)])
    assert [fault for mail in mails(weekly(told)) for fault in lint(mail)] == []
