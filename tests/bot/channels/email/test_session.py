"""What becomes of a mail, whatever the server does at whichever phase: surely not sent, unsure, or taken."""

import asyncio
import json
import re
from collections.abc import Iterator

import pytest

from bot.channels.channel import Kind, SendError
from bot.channels.email.letter import Words
from bot.channels.email.server import Server
from bot.channels.email.session import Letter, Post, hand_over
from tests.bot.channels.email.sending import ADA, opened, sent
from tests.bot.channels.samples import issue, item
from tests.fakes.smtp import FakeSmtp

BEFORE = ("connect", "EHLO", "MAIL", "RCPT", "DATA")


@pytest.fixture
def server() -> Iterator[FakeSmtp]:
    with FakeSmtp() as running:
        yield running


async def failure(server: FakeSmtp, seconds: float = 5.0) -> SendError:
    channel = opened(server.url, seconds=seconds)
    with pytest.raises(SendError) as caught:
        await channel.send(ADA, "", channel.pack(item("diffusion")), "d1")
    return caught.value


async def test_a_mail_goes_to_one_address_and_the_same_again_is_the_same_bytes(server: FakeSmtp) -> None:
    channel = opened(server.url)
    payload = json.loads(json.dumps(channel.pack(item("diffusion"))))
    for _ in range(2):
        assert (await sent(channel, payload, "d1")).ref == "d1"
    first, second = server.taken
    assert (first.sender, first.recipients) == ("papers@example.org", (ADA,))
    assert first.content == second.content
    assert first.message["Message-ID"] == "<d1@example.org>"
    assert server.commands[-1] == "QUIT"


@pytest.mark.parametrize("phase", BEFORE)
@pytest.mark.parametrize("what", ["cut", "silence"])
async def test_what_is_cut_or_silent_before_the_final_dot_was_not_sent(server: FakeSmtp, phase: str, what: str) -> None:
    server.fail_next(phase, what)
    assert (await failure(server, 0.3 if what == "silence" else 5.0)).kind is Kind.WAIT
    assert server.met == [(phase, what)]
    assert server.taken == []


@pytest.mark.parametrize("what", ["cut", "silence"])
async def test_a_mail_of_which_some_is_still_with_us_was_not_sent(server: FakeSmtp, what: str) -> None:
    server.fail_next("content", what)
    letter = Letter("papers@example.org", ADA, b"Subject: much\r\n\r\n" + b"0123456789abcdef\r\n" * 1_000_000)
    with pytest.raises(SendError) as caught:
        await hand_over(Post(Server.of(server.url), None, 1.0, name="tests.example.org"), letter)
    assert (caught.value.kind, server.taken) == (Kind.WAIT, [])


@pytest.mark.parametrize("what", ["cut", "silence"])
async def test_a_mail_that_is_cut_in_the_middle_but_has_left_us_may_have_arrived(server: FakeSmtp, what: str) -> None:
    server.fail_next("content", what)
    assert (await failure(server, 0.3 if what == "silence" else 5.0)).kind in {Kind.WAIT, Kind.UNSURE}
    assert server.taken == []


@pytest.mark.parametrize("what", ["cut", "silence", "take_then_cut", "take_then_silence", "nonsense", "999 what"])
async def test_an_answer_that_is_lost_after_the_dot_is_unsure(server: FakeSmtp, what: str) -> None:
    server.fail_next("dot", what)
    assert (await failure(server, 0.3 if "silence" in what else 5.0)).kind is Kind.UNSURE
    assert len(server.taken) == what.startswith("take")


@pytest.mark.parametrize("phase", [*BEFORE, "dot"])
@pytest.mark.parametrize("reply", ["421 4.3.2 closing", "451 4.7.1 greylisted, come back"])
async def test_a_4xx_waits_wherever_it_comes(server: FakeSmtp, phase: str, reply: str) -> None:
    server.always[phase] = reply
    error = await failure(server)
    assert (error.kind, error.retry_after, error.patient) == (Kind.WAIT, None, False)
    assert server.taken == []


@pytest.mark.parametrize(
    ("phase", "reply", "kind"),
    [
        ("connect", "554 5.7.1 no service for you", Kind.STOP),
        ("MAIL", "530 5.7.0 Must issue a STARTTLS command first", Kind.STOP),
        ("MAIL", "553 5.7.1 sender not owned by user", Kind.STOP),
        ("RCPT", "554 5.7.1 <ada@example.org>: Relay access denied", Kind.STOP),
        ("RCPT", "550 5.1.1 no such user", Kind.WAIT),
        ("DATA", "554 5.5.1 no valid recipients", Kind.DROP),
        ("dot", "550 5.7.1 looks like spam", Kind.DROP),
        ("dot", "552 5.3.4 too big", Kind.DROP),
    ],
)
async def test_a_5xx_is_of_us_of_the_address_or_of_the_mail(
    server: FakeSmtp, phase: str, reply: str, kind: Kind
) -> None:
    server.always[phase] = reply
    error = await failure(server)
    assert error.kind is kind
    assert reply in error.reason
    assert (error.patient, error.refusals) == ((True, 2) if "5.1.1" in reply else (False, 5))
    assert server.taken == []


@pytest.mark.parametrize("what", ["cut", "silence", "421 4.3.2 closing", "500 what"])
async def test_whatever_comes_at_the_farewell_the_mail_was_taken(server: FakeSmtp, what: str) -> None:
    server.fail_next("QUIT", what)
    channel = opened(server.url)
    assert (await sent(channel, channel.pack(item()), "d1")).ref == "d1"
    assert len(server.taken) == 1


async def test_a_server_without_ehlo_is_greeted_as_of_old(server: FakeSmtp) -> None:
    server.fail_next("EHLO", "502 what")
    channel = opened(server.url)
    await channel.send(ADA, "", channel.pack(item()), "d1")
    assert [one[:4] for one in server.commands[:2]] == ["EHLO", "HELO"]


async def test_a_server_that_is_not_there_was_surely_not_reached(nobody: str, unreachable: str) -> None:
    for url in (nobody, unreachable):
        channel = opened(url.replace("http", "smtp"), seconds=0.5)
        with pytest.raises(SendError) as caught:
            await channel.send(ADA, "", channel.pack(item()), "d1")
        assert caught.value.kind is Kind.WAIT


async def test_many_at_once_each_have_a_session_of_their_own(server: FakeSmtp) -> None:
    channel = opened(server.url)
    payload = channel.pack(item())
    some = [f"reader{number}@example.org" for number in range(20)]
    await asyncio.gather(*(sent(channel, payload, f"d{number}", one) for number, one in enumerate(some)))
    assert sorted(one.recipients for one in server.taken) == sorted((one,) for one in some)
    assert len({one.message["Message-ID"] for one in server.taken}) == 20


async def test_one_mail_at_a_time_is_taken_and_not_noted(server: FakeSmtp) -> None:
    channel, payload = opened(server.url, seconds=0.5), opened(server.url).pack(item())
    first = await channel.send(ADA, "", payload, "d1")
    with pytest.raises(SendError) as caught:
        await channel.send("alan@example.org", "", payload, "d2")
    assert (caught.value.kind, len(server.taken)) == (Kind.WAIT, 1)
    first.noted()
    server.fail_next("dot", "take_then_cut")
    with pytest.raises(SendError):
        await channel.send(ADA, "", payload, "d3")
    await sent(channel, payload, "d4")
    assert [one.message["Message-ID"] for one in server.taken] == [f"<d{n}@example.org>" for n in (1, 3, 4)]


async def test_check_connects_and_sends_nothing(server: FakeSmtp) -> None:
    told = await opened(server.url).check()
    assert told == f"127.0.0.1:{server.port} unencrypted; mails are from Paper Round <papers@example.org>"
    assert [one[:4] for one in server.commands] == ["EHLO", "MAIL", "QUIT"]
    server.always["MAIL"] = "553 5.7.1 not yours"
    with pytest.raises(SendError, match="refuses the sender"):
        await opened(server.url).check()


async def test_lines_that_begin_with_a_dot_and_long_ones_arrive_as_they_were(server: FakeSmtp) -> None:
    body = ".\r\n..\r\n.a\r\n" + "x" * 3000 + "é\r\n"
    await opened(server.url).write(ADA, Words("Dots", body, "", 0.0), "d1")
    (one,) = server.taken
    assert one.part("plain") == body.replace("\r\n", "\n")
    header, _, written = one.content.partition(b"\r\n\r\n")
    assert max(map(len, written.split(b"\r\n"))) <= 78
    assert max(map(len, header.split(b"\r\n"))) < 998  # an address cannot be folded (RFC 5322, 2.1.1)


async def test_a_mail_of_many_papers_says_in_its_subject_which_of_how_many_it_is(server: FakeSmtp) -> None:
    channel = opened(server.url)
    items = [
        item(id=f"2601.{number:05}", title=f"Paper {number}", abstract="We show it. " * 40) for number in range(400)
    ]
    packed = channel.pack_issue(issue(items, full=400))
    assert sum(one.count for one in packed) == 400
    for number, one in enumerate(packed, start=1):
        await sent(channel, one.payload, f"d{number}")
    subjects = [str(one.message["Subject"]) for one in server.taken]
    assert subjects == [
        f"400 papers of 5 Jan 2026 for diffusion ({number}/{len(packed)})" for number in range(1, len(packed) + 1)
    ]
    assert all(70_000 < len(one.content) < 100_000 for one in server.taken[:-1])
    titles = [title for one in server.taken for title in re.findall(r"^Paper \d+$", one.part("plain"), re.M)]
    assert titles == [f"Paper {number}" for number in range(400)]
