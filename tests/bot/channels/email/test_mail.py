"""What a mail says and how: the checks of a linter of HTML mail, both parts of the same papers, nothing but text."""

import email
import email.policy
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from bot.channels.channel import Hit, Issue, Item
from bot.channels.email.address import Sender, read_address
from bot.channels.email.letter import Words, compose
from bot.channels.email.message import BYTES, Mail
from feeds.match import Reason
from tests.bot.channels.email.sending import ADA, NOW, SENDER, opened
from tests.bot.channels.samples import any_items, issue, item, paper
from tests.fakes.smtp import Taken

CHANNEL = opened("smtp://localhost")
EVIL = "x\r\nBcc: evil@example.net\r\n\r\n<script>alert(1)</script>"
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Id", "List-Unsubscribe"]
HEADERS += ["List-Unsubscribe-Post", "MIME-Version", "Content-Type"]
NO_ADDRESSES = [
    "a@example.org\r\nBcc: b@example.org",
    "a@b.example>\r\nRCPT TO:<x@y.example",
    "a@b.example,c@d.example",
]
NO_ADDRESSES += ["<a@example.org>", "a b@example.org", '"a"@example.org', "a@[127.0.0.1]", "a@127.0.0.1", "a@b", "a@"]
NO_ADDRESSES += ["@example.org", "a..b@example.org", ".a@example.org", "a@-b.example", "a@b..example", "ä@example.org"]
NO_ADDRESSES += ["x" * 65 + "@example.org", "a@" + "b" * 64 + ".example", "a\x00@example.org", f"a@{'b.' * 130}example"]
SPELLINGS = {
    "Ada@Example.ORG": "ada@example.org",
    " ada@example.org. ": "ada@example.org",
    "ada+papers@example.org": "ada+papers@example.org",
    "ada@bücher.example": "ada@xn--bcher-kva.example",
    "ada@straße.de": "ada@xn--strae-oqa.de",
    "ada@localhost": "ada@localhost",
    "o'neil@example.org": "o'neil@example.org",
}


def mails(one: Issue) -> list[Taken]:
    """As they arrive."""
    found = []
    for number, packed in enumerate(CHANNEL.pack_issue(one)):
        mail = Mail.of(json.loads(json.dumps(packed.payload)))
        letter = CHANNEL._head.letter(ADA, mail, f"{number:032x}")
        found.append(Taken(letter.sender, (letter.recipient,), letter.content, 0.0))
    return found


class Linted(HTMLParser):
    """What a linter of HTML mail looks for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def faults(self) -> list[str]:
        found = [tag for tag, _ in self.tags if tag in {"script", "link", "iframe", "form", "object", "video", "svg"}]
        for tag, its in self.tags:
            found += [f"{tag} {name}" for name in its if name.startswith("on")]
            found += [f"{tag} without alt"] if tag == "img" and "alt" not in its else []
            found += [f"{tag} of a layout"] if tag == "table" and its.get("role") != "presentation" else []
            if tag == "a" and not re.match(r"https?://|mailto:", its.get("href", "")):
                found.append(f"a link to {its.get('href')!r}")
            style = its.get("style", "")
            found += [word for word in ("position", "float", "url(", "flex", "grid", "var(") if word in style]
            found += [width for width in re.findall(r"(?<!max-)width:\s*(\d+)px", style) if int(width) > 320]
        return found


def lint(one: Taken) -> list[str]:
    text = one.part("html")
    faults = Linted(text).faults()
    faults += [f"{len(one.content)} bytes"] if len(one.content) >= BYTES else []
    faults += [word for word in ("@import", "@font-face", "url(") if word in text.partition("</style>")[0]]
    wanted = ("<!DOCTYPE html>", 'lang="en"', "<title>", 'charset="utf-8"', 'name="viewport"', 'content="light dark"')
    faults += [f"no {word}" for word in wanted if word.lower() not in text.lower()]
    faults += ["no colours for the dark"] if "prefers-color-scheme: dark" not in text else []
    return faults


def plain(one: Taken) -> str:
    """What a reader of the HTML sees, and where its links lead."""
    seen = lxml_html.fromstring(one.part("html"))
    return " ".join([*seen.xpath("//body")[0].text_content().split(), *map(str, seen.xpath("//a/@href"))])


def some(count: int, *names: str, full: int = 10) -> Issue:
    """Papers by votes, of one query after another."""
    items = []
    for number in range(count):
        title = f"Paper {number} on video"
        found = Reason("video", "title", title.index("video"), len(title))
        one = paper(id=f"2601.{number:05}", title=title, votes=1000 - number)
        items.append(Item(one, (Hit(names[number % len(names)], (found,)),)))
    return Issue(names, tuple(items), full, pages={NOW.date(): "https://papers.example.org/day/2026-01-05"})


@pytest.mark.parametrize("one", [some(1, "video"), some(40, "video", "agents"), some(300, "video", full=300)])
def test_a_linter_of_mail_finds_nothing(one: Issue) -> None:
    assert [fault for mail in mails(one) for fault in lint(mail)] == []


def test_the_linter_finds_what_it_should() -> None:
    bad = '<img src="x"><script></script><a href="javascript:x">x</a><p onclick="x" style="width: 900px">'
    assert len(Linted(bad).faults()) == 5


def test_papers_stand_by_votes_below_the_query_that_called_for_them_in_both_parts() -> None:
    (one,) = mails(some(15, "video", "agents"))
    seen = lxml_html.fromstring(one.part("html"))
    for name, numbers in (("video", range(0, 15, 2)), ("agents", range(1, 15, 2))):
        section = one.part("plain").partition(f"{name}\n{'=' * len(name)}\n")[2].partition("\n====")[0]
        assert re.findall(r"Paper (\d+) on video", section) == list(map(str, numbers))
        assert seen.xpath(f"//h2[@class='group' and text()='{name}']")
    full = [found.text_content() for found in seen.xpath("//h3")]
    assert full == [f"Paper {number} on video" for number in (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)]
    assert len(seen.xpath("//li")) == 5
    assert {found.text for found in seen.xpath("//mark")} == {"video"}


def test_the_text_says_what_the_html_says() -> None:
    (one,) = mails(issue([item("diffusion", sentence="Four steps make a video.")]))
    text, head = one.part("plain"), "1 paper of 5 Jan 2026 for diffusion"
    assert text.startswith(f"{head}\n\nFour Steps Are Enough\nhttps://arxiv.org/abs/2601.00001\n")
    words = [head, "Ada Lovelace, Alan Turing", "▲ 38", "Four steps make a video. (by AI)"]
    words += ["https://arxiv.org/pdf/2601.00001", "https://papers.example.org/unsubscribe/"]
    assert [word for word in words if word not in text or word not in plain(one)] == []
    assert all(len(line) <= 76 for line in text.splitlines() if "https://" not in line)


@settings(max_examples=25)
@given(st.lists(any_items(), min_size=1, max_size=3), st.integers(0, 4))
def test_any_papers_make_a_mail_that_a_linter_takes(items: Sequence[Item], full: int) -> None:
    names = tuple(dict.fromkeys(hit.alert for one in items for hit in one.hits)) or ("all",)
    found = mails(Issue(names, tuple(items), full))
    assert [fault for one in found for fault in lint(one)] == []
    assert [defect for one in found for defect in one.message.defects] == []
    assert all(len(line) <= 998 for one in found for line in one.content.split(b"\r\n"))


@pytest.mark.threat(21)
@example("\ud800" + EVIL)
@settings(max_examples=25)
@given(st.text(st.characters(), max_size=40).map(lambda text: text + EVIL) | st.just(EVIL))
def test_no_title_query_or_name_adds_a_header_a_recipient_or_markup(evil: str) -> None:
    one = paper(title=evil, abstract=evil, org=evil, authors=(evil,))
    (mail,) = mails(Issue((evil, "other"), (Item(one, (Hit(evil, (Reason(evil, "title", 0, 9),)),)),), 1))
    assert sorted(name for name, _ in mail.message.items()) == sorted(HEADERS)
    assert (mail.message["To"], mail.message["Bcc"]) == (ADA, None)
    assert lint(mail) == []
    assert "<script>alert(1)</script>" in plain(mail)


@pytest.mark.threat(21)
@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize(("text", "address"), SPELLINGS.items())
def test_two_spellings_of_an_address_are_one(text: str, address: str) -> None:
    assert read_address(text) == address


@pytest.mark.threat(21)
@pytest.mark.parametrize(
    "text", ["Evil\r\nBcc: b@c.example <a@b.example>", "a@b.example\nBcc: x", "nobody", "a@b@c", ""]
)
def test_a_sender_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="sender"):
        Sender.of(text)


def test_long_addresses_and_ids_stand_in_their_headers_as_they_are() -> None:
    address = "a" * 64 + "@" + ".".join(["b" * 60] * 3)
    sender = Sender.of(f"Ärzte, Paper & Round <{'p' * 60}@{'q' * 60}.example>")
    link = f"<https://papers.example.org/unsubscribe/{'x' * 400}>"
    letter = compose(sender, address, Words("é" * 100, "text", "", 0.0), "d" * 32, {"List-Unsubscribe": link})
    raw = letter.content.decode("ascii")
    assert f"\r\nList-Unsubscribe: {link}\r\n" in raw
    assert f"\r\nMessage-ID: <{'d' * 32}@{'q' * 60}.example>\r\n" in raw
    read = email.message_from_bytes(letter.content, policy=email.policy.default)
    assert (read["To"].addresses[0].addr_spec, read["From"].addresses[0].addr_spec) == (address, sender.address)
    assert read["From"].addresses[0].display_name == "Ärzte, Paper & Round"
    assert read["Subject"] == "é" * 100


def test_a_notice_is_text_alone() -> None:
    mail = Mail.of(CHANNEL.pack_text("Paper Round: a source failed\nno answer from it"))
    letter = CHANNEL._head.letter(ADA, mail, "d1")
    one = Taken(letter.sender, (ADA,), letter.content, 0.0)
    assert one.message.get_content_type() == "text/plain"
    assert one.message["Subject"] == "Paper Round: a source failed"
    assert one.part("plain") == "Paper Round: a source failed\nno answer from it\n"
    assert one.message["From"] == SENDER
