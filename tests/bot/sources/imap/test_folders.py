"""Folders as people write them, and as servers spell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_tools.imap_utf7 import utf7_decode

from bot.sources.imap.account import Account
from bot.sources.imap.folders import Folder, listed, meant, spelled
from tests.bot.sources.imap.rounds import BOTH, Reader, found, reason
from tests.fakes.imap import FakeImap


@pytest.mark.parametrize(
    ("written", "on_the_wire"),
    [
        ("Vorträge", "Vortr&AOQ-ge"),
        ("Vortr%C3%A4ge", "Vortr&AOQ-ge"),
        ("Vortra\u0308ge", "Vortr&AOQ-ge"),
        ("論文/新着", "&itZlhw-/&ZbB3QA-"),
        ("R&D", "R&-D"),
        ("lists#cs", "lists#cs"),
        ("what?", "what?"),
        ("what?a=b#c", "what?a=b#c"),
        ("[Gmail]/All Mail", "[Gmail]/All Mail"),
        ("%5BGmail%5D/All%20Mail", "[Gmail]/All Mail"),
        ("Lists.arXiv", "Lists.arXiv"),
        ("100%", "100%"),
        ("a;b=c+d", "a;b=c+d"),
        ('say "hi" \\ bye', 'say "hi" \\ bye'),
        ("Papers 📚", "Papers &2D3c2g-"),
    ],
)
async def test_a_folder_is_found_as_it_is_written(server: FakeImap, written: str, on_the_wire: str) -> None:
    server.folder = on_the_wire
    reader = Reader(server, url=server.address_of(written))
    assert found(await reader.round()) == BOTH
    assert "LIST" not in server.names()
    assert await reader.round() == []


@pytest.mark.parametrize("as_literals", [False, True])
@pytest.mark.parametrize(
    ("written", "on_the_wire", "delimiter"),
    [
        ("Vortr&AOQ-ge", "Vortr&AOQ-ge", "/"),  # as it had to be written before
        ("vorträge", "Vortr&AOQ-ge", "/"),
        ("Lists/arXiv", "Lists.arXiv", "."),
        ("Lists/arXiv", "INBOX.Lists.arXiv", "."),
        ("lists/arxiv", "Lists\\arXiv", "\\"),
        ("Lists.arXiv", "Lists/arXiv", "/"),
        ("All Mail", "[Gmail]/All Mail", "/"),
        ("flat", "Flat", ""),
    ],
)
async def test_case_and_levels_are_the_servers(
    server: FakeImap, written: str, on_the_wire: str, delimiter: str, *, as_literals: bool
) -> None:
    server.folder, server.delimiter, server.as_literals = on_the_wire, delimiter, as_literals
    server.others = ("INBOX", "Sent", "Bad&name")
    reader = Reader(server, url=server.address_of(written))
    assert found(await reader.round()) == BOTH
    assert await reader.round() == []


async def test_a_folder_that_is_not_there_is_told_with_the_nearest(server: FakeImap) -> None:
    server.others = ("Lists/arXiv", "Vortr&AOQ-ge", "Sent", "Trash")
    told = reason(await Reader(server, url=server.address_of("Lists/arXv")).round())
    assert told.startswith("the folder Lists/arXv cannot be opened: [NONEXISTENT]")
    assert told.endswith("; there are Lists/arXiv")
    assert "there are Vorträge" in reason(await Reader(server, url=server.address_of("Vortrage")).round())
    assert "there are Lists/arXiv" in reason(await Reader(server, url=server.address_of("arxiv2")).round())


async def test_two_folders_that_differ_in_case_alone_are_not_mixed_up(server: FakeImap) -> None:
    server.folder, server.others = "papers", ("Papers", "INBOX")
    assert found(await Reader(server).round()) == BOTH
    assert "cannot be opened" in reason(await Reader(server, url=server.address_of("PAPERS")).round())


async def test_a_folder_spelled_better_is_not_read_again(server: FakeImap) -> None:
    server.folder = "Vortr&AOQ-ge"
    before = Reader(server, url=server.address_of("Vortr&AOQ-ge"))
    await before.round()
    after = Reader(server, url=server.address_of("Vorträge"))
    after.parts = before.parts
    assert found(await after.round()) == []
    assert list(after.parts) == ["Vorträge"]
    assert await after.round() == []


async def test_folders_that_cannot_be_listed_hide_no_reason(server: FakeImap) -> None:
    server.fault = "LIST", "no"
    told = reason(await Reader(server, url=server.address_of("Lists")).round())
    assert told == "the folder Lists cannot be opened: [NONEXISTENT] no such folder done"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_name_comes_back_as_it_was_written(name: str) -> None:
    wire = spelled(name)
    assert wire.isascii()
    assert spelled(utf7_decode(wire)) == wire


@given(st.binary())
def test_no_line_of_a_list_breaks_it(line: bytes) -> None:
    others = b'(\\HasNoChildren) "." INBOX', (b'(\\X) "/" {3}', b'a"b'), b"", None
    names = [one.name for one in listed([line, (line, line), b'() "/" ' + line, *others])]
    assert names[-2:] == ["INBOX", 'a"b']


def test_a_folder_without_levels_is_meant_by_its_name_alone() -> None:
    assert meant("a/b", [Folder(b"x", "x", ""), Folder(b"A/b", "A/b", "")]) == Folder(b"A/b", "A/b", "")
    assert meant("nothing", []) is None


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("imaps://me@b.org@mail.example.org/INBOX", ("mail.example.org", 993, "me@b.org")),
        ("IMAPS://me@Mail.Example.org", ("mail.example.org", 993, "me")),
        ("imap://me@[::1]:1143/x", ("::1", 1143, "me")),
        ("imaps://j%C3%BCrgen@h/x", ("h", 993, "jürgen")),
        ("imaps://DOMAIN%5Cme@h/x", ("h", 993, "DOMAIN\\me")),
        ("imaps://me@bücher.example/x", ("bücher.example", 993, "me")),
    ],
)
def test_user_and_host_are_read(url: str, found: tuple[object, ...]) -> None:
    account = Account.of(url)
    assert (account.host, account.port, account.user) == found


@pytest.mark.parametrize(
    "url", ["imaps://me@h:0/", "imaps://me@h:99999/", "imaps://me@h:x/", "imaps://me@ho st/", "imaps://@h/"]
)
def test_a_host_or_port_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        Account.of(url)


HOSTS = {"127.0.0.1": True, "[::1]": True, "localhost": True, "10.0.0.1": False, "localhost.example.org": False}


@pytest.mark.parametrize(("host", "here"), HOSTS.items())
def test_what_is_on_this_machine_is_known_by_its_spelling(host: str, here: bool) -> None:
    assert Account.of(f"imap://me@{host}/").is_here is here
