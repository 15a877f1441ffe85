"""An address that unsubscribed gets nothing more, whatever file or import says, until it asks again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.wishes import Wish
from bot.store import inbox
from bot.store.engine import Store
from bot.store.subscriptions import by_mail
from tests.desk import outside
from tests.fakes.smtp import FakeSmtp
from tests.fakes.source import items
from tests.world import DAILY, World, alert

TODAY = datetime.now(UTC).date()
ADA, ALAN = "ada@example.org", "alan@example.org"
WEB = '[web]\nlisten = "127.0.0.1:0"\n'


@pytest.fixture
def server() -> Iterator[FakeSmtp]:
    with FakeSmtp() as running:
        yield running


def configure(here: World, server: FakeSmtp, *tables: str) -> None:
    mail = f'[email]\nsmtp = "{server.url}"\nfrom = "papers@localhost"\nsubscribe = true\n'
    here.configure(DAILY, mail, WEB, *tables)


def wish(here: World, one: Wish, name: str) -> None:
    store = Store(here.config.database)
    store.call(inbox.append, inbox.SITE, name, one.written(), datetime.now(UTC))
    store.close()


def test_what_waits_stops_and_the_file_and_an_import_count_no_more(here: World, server: FakeSmtp) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    later = (datetime.now(UTC) + timedelta(hours=2)).strftime("daily %H:%M")
    configure(here, server, alert("all", "*", f"email:{ADA}", f"email:{ALAN}", deliver=later))
    assert here.round().well()
    assert server.taken == []
    wish(here, Wish("leave", ADA), "end")
    assert here.round(timedelta(hours=3)).well()
    assert [one.recipients for one in server.taken] == [(ALAN,)]

    (here.folder / "lines.jsonl").write_text(json.dumps({"to": f"email:{ADA}", "query": "paper"}) + "\n")
    done = here.run("subscriptions", "import", "lines.jsonl")
    assert (done.returncode, done.stdout.strip()) == (0, "1 new subscription, 0 changed")
    assert f"line 1: email:{ADA} unsubscribed; taken, but nothing is sent to it" in done.stderr
    day = TODAY + timedelta(days=1)
    here.source.days[day.isoformat()] = items(6, day)
    assert here.round(timedelta(days=2)).well()
    assert server.to(ADA) == []
    assert len(server.to(ALAN)) == 2
    before = len(server.to(ALAN))
    assert f"email:{ADA} unsubscribed at" in here.run("check", "--send").stdout
    assert (server.to(ADA), len(server.to(ALAN))) == ([], before + 1)
    told = here.run("explain", items(6, day)[-1]["paper"]["id"]).stdout
    assert "this address unsubscribed: nothing is sent to it until it asks again" in told


def test_who_asks_again_has_its_own_and_the_file_s_from_then_on(here: World, server: FakeSmtp) -> None:
    configure(here, server, alert("all", "*", f"email:{ADA}"))
    assert here.round().well()
    wish(here, Wish("leave", ADA), "end")
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    assert here.round().well()
    assert server.taken == []
    wish(here, Wish("ask", ADA, 0, "nothing", "daily 09:00", "UTC"), "again")
    wish(here, Wish("confirm", "again"), "yes")
    here.source.days[TODAY.isoformat()] = items(5, TODAY)
    assert here.round().well()
    (digest,) = server.taken  # and no letter: what was answered asks no more
    assert str(digest.message["Subject"]).startswith("2 papers of ")


def test_later_parts_of_a_digest_that_was_begun_stop_too(here: World, server: FakeSmtp) -> None:
    """The first part was refused for now; neither it nor the rest is sent when its reader unsubscribes meanwhile."""
    here.source.days[TODAY.isoformat()] = items(120, TODAY)
    server.always["dot"] = "451 4.3.0 later"
    configure(here, server, alert("all", "*", f"email:{ADA}", top=0))
    assert not here.round(wait=0.0).well()
    store = Store(here.config.database)
    assert outside(store, "select count(*) > 1, max(attempts) from message") == [(True, 1)]
    store.close()
    server.always.clear()
    wish(here, Wish("leave", ADA), "end")
    assert here.round(timedelta(hours=2)).well()
    assert server.taken == []


def test_a_subscription_by_mail_is_listed_as_one(here: World, server: FakeSmtp) -> None:
    configure(here, server)
    wish(here, Wish("ask", ADA, 0, "diffusion", "weekly mon 09:00", "Europe/Berlin"), "one")
    wish(here, Wish("confirm", "one"), "yes")
    here.round()
    (found,) = json.loads(here.run("subscriptions", "--json").stdout)
    assert (found["destination"], found["origin"], found["owner"]) == (f"email:{ADA}", "mail", ADA)
    assert (found["when"], found["timezone"]) == ("weekly mon 09:00", "Europe/Berlin")
    store = Store(here.config.database)
    (row,) = store.call(by_mail.standing, ADA)
    store.close()
    assert row.query == "diffusion"
