"""A round whose papers go by mail: from the configuration to what arrives, over kills of the answer and of days."""

import asyncio
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.check import check
from bot.commands.subscriptions import take_lines
from bot.process.installation import tokens_of
from bot.rules.timing import DAYS
from bot.store.database import Server
from bot.store.engine import Store
from bot.store.subscriptions import imported
from tests.fakes.smtp import FakeSmtp
from tests.fakes.source import item, items
from tests.world import DAILY, INBOX, SITE, World, alert

TODAY = datetime.now(UTC).date()
ADA, ALAN = "ada@example.org", "alan@example.org"


@pytest.fixture
def server() -> Iterator[FakeSmtp]:
    with FakeSmtp() as running:
        yield running


def table(server: FakeSmtp) -> str:
    return f'[email]\nsmtp = "{server.url}"\nfrom = "Paper Round <papers@localhost>"\n'


def test_each_is_batch_and_a_paper_goes_to_an_address_once(here: World, server: FakeSmtp) -> None:
    here.source.days[TODAY.isoformat()] = items(5, TODAY)
    here.configure(
        DAILY, table(server), alert("all", "*", f"email:{ADA}"), alert("few", "paper", "email:ADA@Example.org")
    )
    assert here.round().well()
    (one,) = server.taken
    assert str(one.message["Subject"]).startswith("5 papers of ")
    assert one.recipients == (ADA,)
    assert here.round().well()
    assert len(server.taken) == 1


def test_every_mail_can_be_ended_with_one_click_and_no_token_is_stored(here: World, server: FakeSmtp) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.configure(DAILY, table(server), '[web]\nlisten = "127.0.0.1:0"', alert("all", "*", f"email:{ADA}"))
    assert here.round().well()
    (one,) = server.taken
    tokens = tokens_of(here.config.key_file)
    manage, unsubscribe = tokens.token("manage", ADA), tokens.token("unsubscribe", ADA)
    assert one.message["List-Unsubscribe"] == f"<https://papers.example.org/unsubscribe/{unsubscribe}>"
    assert one.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert one.message["List-Id"] == "Paper Round <paperround.localhost>"
    assert one.message["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        assert f"https://papers.example.org/manage/{manage}" in one.part(kind)
        assert f"https://papers.example.org/unsubscribe/{unsubscribe}" in one.part(kind)
    stored = here.everything()
    assert not any(token in stored for token in (manage, unsubscribe))


def test_without_a_site_who_wants_to_end_it_writes_to_the_sender(here: World, server: FakeSmtp) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.configure(DAILY, table(server), alert("all", "*", f"email:{ADA}"))
    here.round()
    (one,) = server.taken
    assert one.message["List-Unsubscribe"] == "<mailto:papers@localhost?subject=unsubscribe>"
    assert one.message["List-Unsubscribe-Post"] is None
    assert "manage" not in one.part("html")


def test_a_lost_answer_brings_the_same_mail_again(here: World, server: FakeSmtp) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, table(server), alert("all", "*", f"email:{ADA}"))
    server.fail_next("dot", "take_then_cut")
    assert here.round().well()
    first, second = server.taken
    assert first.content == second.content


def test_a_weekly_mail_ends_with_its_week_and_is_the_same_when_it_is_sent_again(here: World, server: FakeSmtp) -> None:
    past = [item(f"2501.{n:05}", f"Graphs and robots {n}", "x", TODAY - timedelta(days=9 + n)) for n in range(21)]
    here.drop("a.json", json.dumps([*past, item("2502.00001", "A graph", "x", TODAY - timedelta(days=1))]).encode())
    weekly = f"weekly {DAYS[(TODAY + timedelta(days=1)).weekday()]} 00:30"
    alerts = [alert(name, name, f"email:{ADA}", deliver=weekly, head_start="2d") for name in ("graph", "robot")]
    here.configure(INBOX, table(server), *alerts)
    assert here.round().well()
    assert server.taken == []
    server.fail_next("dot", "take_then_cut")
    assert here.round(ahead=timedelta(days=2)).well()
    first, second = server.taken
    assert first.content == second.content
    assert "Nothing matched robot this week; it usually brings 6.1 a week." in " ".join(first.part("plain").split())
    assert [part.get_content_type() for part in first.message.walk()].count("image/png") == 2


@pytest.mark.parametrize("phase", ["connect", "MAIL", "RCPT", "DATA", "dot"])
@pytest.mark.parametrize("what", ["cut", "451 4.3.0 later"])
def test_what_was_not_sent_goes_soon_and_once(here: World, server: FakeSmtp, phase: str, what: str) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, table(server), alert("all", "*", f"email:{ADA}"))
    server.fail_next(phase, what)
    assert here.round().well()
    assert len(server.taken) == 1


def test_an_address_that_is_refused_on_two_days_is_closed_and_others_go_on(here: World, server: FakeSmtp) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, table(server), alert("all", "*", f"email:{ADA}", f"email:{ALAN}"))
    server.refuses[ADA] = "550 5.1.1 no such user"
    assert not here.round(wait=1.0).well()
    assert not here.round(ahead=timedelta(hours=6), wait=1.0).well()
    assert server.commands.count(f"RCPT TO:<{ADA}>") == 1
    again = here.round(ahead=timedelta(days=1), wait=1.0)
    assert server.commands.count(f"RCPT TO:<{ADA}>") == 2
    assert any(f"email:{ADA}" in line and "5.1.1" in line for line in again.tally.parked)
    here.round(ahead=timedelta(days=9), wait=1.0)
    assert server.commands.count(f"RCPT TO:<{ADA}>") == 2
    assert len(server.to(ALAN)) == 1


def test_an_outage_before_a_refusal_is_no_refusal(here: World, server: FakeSmtp) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.configure(DAILY, table(server), alert("all", "*", f"email:{ADA}"))
    server.refuses[ADA] = "550 5.1.1 no such user"
    server.fail_next("connect", "cut")
    first = here.round(wait=3.0)
    assert (server.met, first.tally.parked) == ([("connect", "cut")], [])
    assert server.commands.count(f"RCPT TO:<{ADA}>") == 1
    assert here.round(ahead=timedelta(days=1), wait=1.0).tally.parked != []


def test_a_refused_mail_parks_and_a_refused_sender_stops_all(here: World, server: FakeSmtp) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.configure(DAILY, table(server), alert("all", "*", f"email:{ADA}"))
    server.always["MAIL"] = "553 5.7.1 not yours"
    assert "553 5.7.1 not yours" in here.round(wait=1.0).tally.stopped["email"]
    server.always.clear()
    server.fail_next("dot", "554 5.7.1 spam")
    assert any("554 5.7.1 spam" in line for line in here.round(wait=1.0).tally.parked)
    assert server.taken == []


def checked(here: World, *, send: bool = False) -> tuple[int, str]:
    said = io.StringIO()
    return asyncio.run(check(here.config, said, send=send)), said.getvalue()


def test_check_says_who_takes_our_mail_and_what_its_sender_lacks_and_sends_nothing(
    here: World, server: FakeSmtp
) -> None:
    gmail = table(server).replace("papers@localhost", "papers@gmail.com")
    here.configure(gmail, alert("all", "*", f"email:{ADA}"), site=SITE)
    code, told = checked(here)
    assert code == 0
    assert f"127.0.0.1:{server.port} unencrypted; mails are from Paper Round <papers@gmail.com>" in told
    assert "note: mails from gmail.com cannot pass DMARC by 127.0.0.1" in told
    assert [one[:4] for one in server.commands] == ["EHLO", "MAIL", "QUIT"]


@pytest.mark.parametrize(("web", "told"), [("", True), ('[web]\nlisten = "127.0.0.1:0"', False)])
def test_check_says_that_without_pages_nobody_can_subscribe(
    here: World, server: FakeSmtp, web: str, *, told: bool
) -> None:
    here.configure(table(server) + "subscribe = true\n", web, site=SITE)
    assert ("note: nobody can subscribe by mail" in checked(here)[1]) is told


def test_check_sends_a_line_to_each_address_and_tells_a_refusal(here: World, server: FakeSmtp) -> None:
    here.configure(table(server), alert("all", "*", f"email:{ADA}", f"email:{ALAN}"), site=SITE)
    server.refuses[ALAN] = "550 5.1.1 no such user"
    code, told = checked(here, send=True)
    assert code == 2
    assert f"email:{ADA} test line sent" in told or f"email:{ADA}: test line sent" in told
    assert "550 5.1.1 no such user" in told
    assert server.taken[0].message["Subject"] == "Paper Round: this is a test, all is well"


def test_a_spoilt_key_holds_mail_back_and_is_told(here: World, server: FakeSmtp) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.configure(DAILY, table(server), alert("all", "*", f"email:{ADA}"))
    here.config.key_file.parent.mkdir(exist_ok=True)
    here.config.key_file.write_text("spoilt")
    assert "cannot be opened: the key in" in here.round(wait=1.0).tally.stopped["email"]
    here.config.key_file.unlink()
    assert here.round().well()
    assert len(server.taken) == 1


def test_an_imported_subscription_of_each_is_kept_as_batch(here: World, server: FakeSmtp) -> None:
    here.configure(table(server))
    line = json.dumps({"to": "email:ADA@example.org", "query": "diffusion", "deliver": "each"})
    store = Store(here.config.database)
    taken, bad = take_lines(store, here.config.settings, [line], lambda: datetime.now(UTC))
    (row,) = store.call(lambda at: list(imported.every(at)))
    store.close()
    assert (taken.new, bad, row.destination, row.deliver) == (1, 0, f"email:{ADA}", "batch")


def test_a_worker_without_the_key_of_the_others_does_not_begin(here: World, server: FakeSmtp) -> None:
    here.server = Server("postgresql://nobody@127.0.0.1:1/none")
    here.configure(table(server))
    done = here.run("work")
    assert done.returncode == 2
    assert "paperround.key is not here: copy it from the machine with run" in done.stderr
