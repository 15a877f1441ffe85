"""Digest mail from a mailbox, against a loopback IMAP server."""

from datetime import UTC, date, datetime

import pytest

from bot.sources.imap import client
from bot.sources.imap.account import Account
from bot.sources.imap.source import last_uid
from bot.sources.source import Batch
from tests.bot.sources.imap.rounds import BOTH, WEDNESDAY, Reader, found, reason
from tests.fakes.imap import FakeImap
from tests.fakes.mails import listing, welcome


async def test_mails_come_oldest_first_dated_by_their_header(reader: Reader) -> None:
    assert found(await reader.round()) == BOTH


async def test_only_new_mail_is_read(reader: Reader, server: FakeImap) -> None:
    await reader.round()
    assert await reader.round() == []
    server.deliver(listing(date(2026, 1, 8), "2601.00004"))
    server.commands.clear()
    assert found(await reader.round()) == [("2601.00004", date(2026, 1, 8))]
    assert len([command for command in server.commands if "BODY" in command]) == 1


async def test_a_round_that_ends_early_goes_on_with_the_next_mail(reader: Reader) -> None:
    assert found(await reader.round(stop_after=1)) == BOTH[:2]
    assert found(await reader.round()) == BOTH[2:]


async def test_nothing_is_changed_in_the_mailbox(reader: Reader, server: FakeImap) -> None:
    await reader.round()
    assert not any(mail.seen for mail in server.mails)
    names = {command.removeprefix("UID ").split(" ")[0] for command in server.commands}
    assert names == {"CAPABILITY", "LOGIN", "EXAMINE", "SEARCH", "FETCH", "LOGOUT"}


async def test_told_to_it_marks_digests_as_read_after_they_were_taken_and_no_other_mail(server: FakeImap) -> None:
    server.deliver(welcome())
    reader = Reader(server, mark_read=True)
    assert found(await reader.round(stop_after=1)) == BOTH[:2]
    assert [mail.seen for mail in server.mails] == [False, False, False]
    assert len(await reader.round()) == 2
    assert [mail.seen for mail in server.mails] == [False, True, False]
    assert not any("STORE" in command and str(server.mails[2].uid) in command for command in server.commands)


async def test_a_mark_that_is_refused_is_told_and_no_mail_is_lost(server: FakeImap) -> None:
    server.fault = "STORE", "no"
    reader = Reader(server, mark_read=True)
    assert "cannot be marked as read" in reason(await reader.round())
    assert found(await reader.round()) == BOTH[2:]


async def test_a_mailbox_not_read_before_begins_with_the_last_week(reader: Reader, server: FakeImap) -> None:
    server.mails[0].arrived = date(2026, 1, 1)
    assert found(await reader.round()) == BOTH[2:]


async def test_what_comes_after_a_first_look_into_an_empty_mailbox_is_new_however_late(
    reader: Reader, server: FakeImap
) -> None:
    held, server.mails = server.mails, []
    assert found(await reader.round()) == []
    server.mails = held
    assert found(await reader.round(now=datetime(2026, 3, 1, tzinfo=UTC))) == BOTH


async def test_a_mailbox_that_was_made_anew_is_read_from_its_last_week(reader: Reader, server: FakeImap) -> None:
    await reader.round()
    server.validity, server.mails = 8, []
    server.deliver(listing(WEDNESDAY, "2601.00009"))
    assert found(await reader.round()) == [("2601.00009", WEDNESDAY)]


async def test_other_mail_is_named_once_and_left_out(reader: Reader, server: FakeImap) -> None:
    server.deliver(welcome(), listing(date(2026, 1, 8), "2601.00004"))
    outcomes = await reader.round()
    assert len(found(outcomes)) == 4
    skipped = [skip.item for one in outcomes if isinstance(one, Batch) for skip in one.digest.skipped]
    assert skipped == ["Welcome to the list"]
    assert await reader.round() == []


async def test_a_mail_that_is_too_large_is_not_fetched(
    reader: Reader, server: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sources.imap.source.MAX_BYTES", 5000)
    server.deliver(welcome("x" * 6000), listing(date(2026, 1, 8), "2601.00004"))
    outcomes = await reader.round()
    assert len(found(outcomes)) == 4
    assert sum("BODY.PEEK[]" in command for command in server.commands) == 3


SLOW = {"drip", "silence"}


@pytest.mark.parametrize(
    ("command", "fault", "told"),
    [
        ("LOGIN", "no", "refuses the login"),
        ("LOGIN", "close", "no login at 127.0.0.1: the connection broke off"),
        ("LOGIN", "bye", "no login at 127.0.0.1: the server hung up: [UNAVAILABLE] Geschlossen für heute"),
        ("SEARCH", "bye", "cannot be listed: the server hung up: [UNAVAILABLE] Geschlossen für heute"),
        ("FETCH", "bye", "cannot be read: the server hung up: [UNAVAILABLE] Geschlossen für heute"),
        ("EXAMINE", "bad", 'cannot be opened: BAD no such command: EXAMINE "INBOX"'),
        ("EXAMINE", "no", "cannot be opened"),
        ("SEARCH", "no", "cannot be listed"),
        ("SEARCH", "garbage", "cannot be listed"),
        ("FETCH", "close", "cannot be read"),
        ("FETCH", "huge", "cannot be read"),
        ("FETCH", "endless", "cannot be read: the connection broke off"),
        ("SEARCH", "endless", "cannot be listed: the connection broke off"),
        ("LOGIN", "silence", "within 0.5 seconds"),
        ("SEARCH", "silence", "within 0.5 seconds"),
        ("CAPABILITY", "drip", "within 0.5 seconds"),
        ("FETCH", "drip", "within 0.5 seconds"),
    ],
)
async def test_what_fails_is_told_and_comes_next_time(server: FakeImap, command: str, fault: str, told: str) -> None:
    server.fault = command, fault
    reader, then = Reader(server, deadline=0.5 if fault in SLOW else 20.0), Reader(server)
    then.parts = reader.parts
    assert told in reason(await reader.round())
    assert found(await then.round()) == BOTH


async def test_a_wrong_password_is_told_without_it(server: FakeImap) -> None:
    assert "refuses the login: [AUTHENTICATIONFAILED]" in reason(await Reader(server, "wrong").round())


async def test_a_missing_folder_is_told(server: FakeImap) -> None:
    url = server.url.replace("INBOX", "Lists")
    assert "the folder Lists" in reason(await Reader(server, url=url).round())


async def test_a_folder_and_a_password_with_odd_signs_work(server: FakeImap) -> None:
    server.folder, server.password = "Old Lists", 'a"b\\c'
    reader = Reader(server, 'a"b\\c', server.url.replace("Old Lists", "Old%20Lists"))
    assert found(await reader.round()) == BOTH


async def test_a_server_that_is_gone_is_told() -> None:
    with FakeImap() as server:
        url = server.url
    assert "no connection to 127.0.0.1" in reason(await Reader(server, url=url).round())


@pytest.mark.parametrize(
    ("stamp", "validity", "uid"), [("7:41", 7, 41), ("7:41", 8, None), ("", 7, None), ("7:", 7, None), ("x:1", 7, None)]
)
def test_the_stamp_counts_while_the_mailbox_is_the_same(stamp: str, validity: int, uid: int | None) -> None:
    assert last_uid(stamp, validity) == uid


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("imaps://me@mail.example.org/INBOX", ("mail.example.org", 993, "me", "INBOX", True)),
        ("imaps://me@mail.example.org", ("mail.example.org", 993, "me", "INBOX", True)),
        ("imap://me%40b.org@h:1143/Lists/arXiv%20new/", ("h", 1143, "me@b.org", "Lists/arXiv new", False)),
    ],
)
def test_an_account_is_read_from_its_address(url: str, account: tuple[object, ...]) -> None:
    found = Account.of(url)
    assert (found.host, found.port, found.user, found.folder, found.encrypted) == account


@pytest.mark.parametrize(
    "url",
    ["https://me@h/", "imaps://h/INBOX", "imaps:///INBOX", "imaps://me:pw@h/", "imaps://me@h/a%0D%0Ab", "imaps://"],
)
def test_what_is_no_account_is_refused_without_telling_a_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"must be|holds a password|beyond ASCII") as caught:
        Account.of(url)
    assert "pw" not in str(caught.value).replace("password", "")


def test_the_limit_of_a_mail_is_that_of_a_literal() -> None:
    assert client.MAX_BYTES >= 1024 * 1024
