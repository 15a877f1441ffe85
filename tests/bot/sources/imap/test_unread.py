"""Mails that could not be read: each its own, remembered, asked for again, and forgotten when read or gone."""

from datetime import date, datetime, timedelta

import pytest

from bot.process.release import VERSION
from bot.sources.imap import waiting
from bot.sources.mails import announces_papers, caption
from bot.sources.mails import digest_of as right
from bot.sources.source import Batch, Failed
from feeds.paper import Digest
from tests.bot.sources.imap.rounds import BOTH, NOW, Outcomes, Reader, found, reason
from tests.fakes.imap import FakeImap
from tests.fakes.mails import listing, scholar, welcome

THURSDAY = date(2026, 1, 8)
MORE = [("2601.00004", THURSDAY)]
FORWARDED = b'<a class="m_-81gse_alrt_title" href="https://a/1">A</a><a href="https://a/2" class="m_-81gse_alrt_title">'
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def odd_alert(subject: str = "Diffusion - new articles") -> bytes:
    """Of Scholar, in a shape that no reader knows."""
    return scholar(subject, "<p>Titles come as pictures now.</p>", THURSDAY)


def papers(outcomes: Outcomes) -> list[str]:
    batches = [one for one in outcomes if isinstance(one, Batch)]
    return [paper.id for batch in batches for paper in batch.digest.papers]


def troubles(reader: Reader) -> list[str]:
    return [part.trouble for part in reader.parts.values() if part.trouble]


async def read_to_the_end(reader: Reader, now: datetime = NOW) -> list[str]:
    """Papers of as many rounds as it takes, an hour apart."""
    got: list[str] = []
    for n in range(10):
        outcomes = await reader.round(now=now + n * HOUR / 6)
        got += papers(outcomes)
        if not any(isinstance(one, Failed) for one in outcomes):
            return got
    raise AssertionError("it never ends")


async def test_an_alert_that_cannot_be_read_is_remembered_and_the_next_one_read(
    reader: Reader, server: FakeImap
) -> None:
    server.deliver(odd_alert(), listing(THURSDAY, "2601.00004"))
    assert found(await reader.round()) == BOTH + MORE
    (trouble,) = troubles(reader)
    assert trouble.startswith('"Diffusion - new articles" of 2026-01-08: ')
    assert reader.parts["INBOX"].stamp == "7:44"
    assert await reader.round() == []


async def test_it_is_asked_for_again_after_a_day_and_what_was_read_is_not(reader: Reader, server: FakeImap) -> None:
    server.deliver(odd_alert())
    await reader.round()
    server.commands.clear()
    assert await reader.round(now=NOW + DAY - HOUR) == []
    assert server.fetched() == []
    await reader.round(now=NOW + DAY)
    assert server.fetched() == [43]
    await reader.round(now=NOW + DAY + HOUR)
    assert server.fetched() == [43]
    assert len(troubles(reader)) == 1


async def test_another_version_of_this_program_reads_it_at_once(
    reader: Reader, server: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(odd_alert())
    await reader.round()
    monkeypatch.setattr("bot.sources.imap.waiting.VERSION", "99.0")
    server.mails[2].content = listing(THURSDAY, "2601.00004").replace(b"\n", b"\r\n")  # as if it could read it now
    assert found(await reader.round(now=NOW + HOUR)) == MORE
    assert troubles(reader) == []
    assert list(reader.parts) == ["INBOX"]
    assert await reader.round(now=NOW + 9 * DAY) == []


async def test_a_mail_that_is_removed_is_forgotten_at_once(reader: Reader, server: FakeImap) -> None:
    server.deliver(odd_alert("one"), odd_alert("two"))
    await reader.round()
    del server.mails[2]
    await reader.round(now=NOW + HOUR)
    assert [trouble[:5] for trouble in troubles(reader)] == ['"two"']
    assert server.fetched().count(44) == 1


async def test_other_mail_is_not_remembered(reader: Reader, server: FakeImap) -> None:
    server.deliver(welcome(), welcome("Your receipt"))
    await reader.round()
    assert list(reader.parts) == ["INBOX"]


@pytest.mark.parametrize("fault", ["no", "bad"])
async def test_a_mail_that_the_server_does_not_give_holds_up_no_other(
    reader: Reader, server: FakeImap, fault: str
) -> None:
    server.poison = {41: fault}
    assert found(await reader.round()) == BOTH[2:]
    (trouble,) = troubles(reader)
    assert trouble.startswith("mail 41: a mail cannot be read")
    server.poison = {}
    assert found(await reader.round(now=NOW + HOUR)) == BOTH[:2]
    assert troubles(reader) == []


@pytest.mark.parametrize("fault", ["close", "huge", "garbage", "endless"])
async def test_a_mail_that_breaks_the_connection_twice_holds_up_no_other(
    reader: Reader, server: FakeImap, fault: str
) -> None:
    server.poison = {41: fault}
    assert papers(await reader.round()) == []
    assert troubles(reader) == []
    assert await read_to_the_end(reader) == ["2601.00003"]
    assert len(troubles(reader)) == 1
    fetched = len(server.commands)
    assert await reader.round(now=NOW + HOUR / 2) == []
    assert not any("FETCH" in command for command in server.commands[fetched:])
    server.poison = {}
    assert found(await reader.round(now=NOW + 3 * HOUR)) == BOTH[:2]
    assert list(reader.parts) == ["INBOX"]


async def test_a_line_that_broke_once_blames_no_mail(reader: Reader, server: FakeImap) -> None:
    server.fault = "FETCH", "close"
    assert "cannot be read: the connection broke off" in reason(await reader.round())
    assert troubles(reader) == []
    outcomes = await reader.round()
    assert found(outcomes) == BOTH
    assert [one.part for one in outcomes if isinstance(one, Batch)] == ["INBOX", "INBOX/;UID=41", "INBOX"]
    assert list(reader.parts) == ["INBOX"]


@pytest.mark.parametrize("fault", [ZeroDivisionError("planted"), MemoryError("planted"), SystemExit("planted")])
async def test_a_reader_that_breaks_costs_one_mail_and_is_told(
    reader: Reader, server: FakeImap, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def breaking(mail: bytes) -> Digest:
        if b"2601.00001" in mail:
            raise fault
        return right(mail)

    monkeypatch.setattr("bot.sources.imap.source.digest_of", breaking)
    outcomes = await reader.round()
    assert papers(outcomes) == ["2601.00003"]
    assert [one.reason for one in outcomes if isinstance(one, Failed)] == troubles(reader)
    assert f"{type(fault).__name__}: planted" in troubles(reader)[0]
    monkeypatch.undo()
    assert found(await reader.round(now=NOW + DAY)) == BOTH[:2]


async def test_a_mail_that_is_too_large_is_named_if_it_is_a_digest(
    reader: Reader, server: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sources.imap.source.MAX_BYTES", 2500)
    server.deliver(welcome("x" * 6000), listing(THURSDAY, *(f"2601.1{n:04}" for n in range(30))))
    await reader.round()
    assert [trouble.split(": too large")[0] for trouble in troubles(reader)] == [
        '"cs daily Subj-class mailing 80028 1" of 2026-01-08'
    ]
    assert 43 not in server.fetched()
    assert 44 not in server.fetched()


async def test_stopped_between_any_two_batches_no_mail_is_lost(server: FakeImap) -> None:
    server.deliver(odd_alert(), welcome(), listing(THURSDAY, "2601.00004"))
    for stop in range(1, 9):
        reader, got = Reader(server), []
        for n in range(12):
            got += papers(await reader.round(stop_after=stop if n < 3 else 1000))
        assert got == ["2601.00001", "2601.00002", "2601.00003", "2601.00004"], stop
        assert len(troubles(reader)) == 1
        assert reader.parts["INBOX"].stamp == "7:45"


async def test_a_mailbox_made_anew_is_read_from_where_we_looked_last(reader: Reader, server: FakeImap) -> None:
    """A week is not enough where something older is still to be read."""
    server.deliver(odd_alert(), arrived=THURSDAY)
    await reader.round()
    server.validity, server.mails = 8, []
    server.deliver(odd_alert(), listing(THURSDAY, "2601.00004"), arrived=THURSDAY)
    assert found(await reader.round(now=NOW + 40 * DAY)) == MORE
    assert [part.stamp.split(":")[0] for part in reader.parts.values()] == ["8", "8"]
    assert len(troubles(reader)) == 1


async def test_a_mailbox_made_anew_while_we_were_away_loses_no_mail(reader: Reader, server: FakeImap) -> None:
    await reader.round()
    server.validity, server.mails = 8, []
    server.deliver(listing(THURSDAY, "2601.00004"), arrived=NOW.date() + 3 * DAY)
    assert found(await reader.round(now=NOW + 40 * DAY)) == MORE


async def test_gaps_and_mails_that_go_meanwhile_are_nothing(reader: Reader, server: FakeImap) -> None:
    server.deliver(listing(THURSDAY, "2601.00004"))
    server.mails[2].uid = 4_000_000_000
    del server.mails[1]
    assert found(await reader.round(stop_after=1)) == BOTH[:2]
    assert found(await reader.round()) == MORE
    server.mails.clear()
    assert await reader.round() == []


async def test_mails_of_a_folder_that_is_no_longer_read_are_forgotten(reader: Reader, server: FakeImap) -> None:
    server.deliver(odd_alert())
    await reader.round()
    server.folder, server.others = "Lists", ("INBOX",)
    moved = Reader(server)
    moved.parts = reader.parts
    await moved.round()
    assert sorted(name for name in moved.parts if "UID" in name) == ["Lists/;UID=43"]


async def test_a_folder_spelled_better_keeps_what_is_remembered_of_it(server: FakeImap) -> None:
    server.folder = "Vortr&AOQ-ge"
    server.deliver(odd_alert())
    reader, better = Reader(server, url=server.address_of("Vortr&AOQ-ge")), Reader(server)
    await reader.round()
    for stop in (1, 2, 1000):
        better = Reader(server, url=server.address_of("Vorträge"))
        better.parts = dict(reader.parts)
        assert papers(await better.round(stop_after=stop)) == []
        assert papers(await better.round()) == []
        assert {name: part.stamp[:4] for name, part in better.parts.items()} == {
            "Vorträge": "7:43",
            "Vorträge/;UID=43": f"7:{VERSION}"[:4],
        }
    server.commands.clear()
    await better.round(now=NOW + DAY)
    assert server.fetched() == [43]


async def test_a_thousand_that_wait_are_asked_for_in_turn(
    reader: Reader, server: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sources.imap.waiting.AT_ONCE", 2)
    server.deliver(*(odd_alert(str(n)) for n in range(5)))
    await reader.round()
    server.commands.clear()
    for hours, asked in enumerate((2, 4, 5, 5)):
        await reader.round(now=NOW + DAY + hours * HOUR)
        assert len(server.fetched()) == asked
    assert sorted(server.fetched()) == [43, 44, 45, 46, 47]


def test_a_clock_that_went_back_does_not_make_it_wait() -> None:
    part = waiting.Part("INBOX/;UID=4", waiting.stamp_of(7, THURSDAY, soon=False), NOW + 400 * DAY, "x")
    (one,) = waiting.waiting({part.name: part}, "INBOX").values()
    assert one.is_due(NOW)


@pytest.mark.parametrize(
    ("mail", "announces"),
    [
        (odd_alert(), True),
        (listing(THURSDAY, "2601.00001"), True),
        (welcome(), False),
        (welcome("Read https://arxiv.org/abs/2601.00001 and https://arxiv.org/abs/2601.00002"), False),
        (welcome("Fwd: cs daily Subj-class mailing 80028 1"), True),
        (b"From: me@example.org\nSubject: Fwd: list\n\n> \\\\\n> arXiv:2601.00001\n> \\\\\n> arXiv:2601.00002\n", True),
        (b"From: me@example.org\nSubject: look\n\narXiv:2601.00001 is nice\n", False),
        (
            b"From: me@example.org\nSubject: Fwd: alert\nContent-Type: text/html\n\n" + FORWARDED,
            True,
        ),
        (b"From: bot@huggingface.co\nSubject: Daily\n\nhttps://huggingface.co/papers/2601.00001\n", True),
        (b"From: bot@huggingface.co\nSubject: Confirm your address\n\nPress the button.\n", False),
        (b"", False),
        (b"\xff\xfe\x00", False),
        (b"Subject: =?utf-8?b?broken?=\nContent-Type: multipart/mixed\n\n", False),
    ],
)
def test_a_mail_that_looks_like_a_digest_is_told_from_others(mail: bytes, announces: bool) -> None:
    assert announces_papers(mail) is announces


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (b"Subject: =?utf-8?q?Vortr=C3=A4ge?=\nDate: Tue, 6 Jan 2026 08:00:00 +0000\n\n", '"Vorträge" of 2026-01-06'),
        (b"Subject: two\n lines\x1b[31m\nDate: nonsense\n\n", '"two lines"'),
        (b"", '"a mail"'),
    ],
)
def test_a_mail_is_named_by_subject_and_day(headers: bytes, words: str) -> None:
    assert caption(headers) == words
