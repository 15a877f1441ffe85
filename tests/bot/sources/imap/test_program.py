"""A mailbox through the whole program: rounds, status, check, an upgrade, a stop, a kill."""

import json
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial

import pytest

from feeds.digests import parse_digest
from tests.bot.sources.imap.rounds import Reader, found
from tests.fakes.imap import PASSWORD, FakeImap
from tests.fakes.mails import listing, scholar, welcome
from tests.older import make_0004
from tests.world import DATA, SITE, World, alert, until

TODAY = datetime.now(UTC).date()
SECRET = {"IMAP_PASSWORD": PASSWORD}
TOKEN = "ya29.made-up-token-that-nobody-may-see"
EVERYTHING = alert("all", "*", "telegram:@papers")
ODD = scholar("Diffusion - new articles", "<p>Titles come as pictures now.</p>", TODAY)


@pytest.fixture
def box() -> Iterator[FakeImap]:
    with FakeImap() as running:
        yield running


def table(url: str, more: str = 'password_env = "IMAP_PASSWORD"') -> str:
    return f'[[sources]]\nname = "mail"\nkind = "imap"\nurl = "{url}"\n{more}\n'


def status(here: World) -> tuple[int, str, list[str]]:
    told = here.run("status")
    (source,) = json.loads(here.run("status", "--json").stdout)["sources"]
    return told.returncode, told.stdout, source["unread"]


def sent(here: World) -> list[str]:
    return [message.text.split("\n")[0] for message in here.telegram.messages]


def test_status_names_a_mail_that_could_not_be_read_until_it_is_gone(here: World, box: FakeImap) -> None:
    box.deliver(ODD, listing(TODAY, "2701.00001"), welcome(), arrived=TODAY)
    here.configure(table(box.url), EVERYTHING)
    assert here.run("once", **SECRET).returncode == 0
    assert sent(here) == ["Paper 2701.00001 of the list"]
    code, text, unread = status(here)
    assert code == 0
    assert f'could not be read: "Diffusion - new articles" of {TODAY}: ' in text
    assert len(unread) == 1
    del box.mails[0]
    assert here.run("once", **SECRET).returncode == 0
    assert status(here)[2] == []
    assert len(sent(here)) == 1


def test_status_names_five_and_counts_the_rest(here: World, box: FakeImap) -> None:
    box.deliver(*(ODD.replace(b"Diffusion", str(n).encode()) for n in range(12)), arrived=TODAY)
    here.configure(table(box.url))
    assert here.run("once", **SECRET).returncode == 0
    _, text, unread = status(here)
    assert text.count("could not be read:") == 5
    assert "and 7 more" in text
    assert [one.split()[0] for one in unread] == [f'"{n}' for n in reversed(range(12))]


@pytest.mark.on_sqlite_alone("a file of before servers")
def test_a_database_of_before_goes_on_where_it_was(here: World, box: FakeImap) -> None:
    box.deliver(listing(TODAY, "2701.00001"), arrived=TODAY)
    here.configure(table(box.url), EVERYTHING)
    assert here.run("once", **SECRET).returncode == 0
    with sqlite3.connect(here.folder / "var" / "paperround.db") as database:
        make_0004(database)
        assert database.execute("select part, stamp from source_part").fetchall() == [("INBOX", "7:41")]
    database.close()
    box.deliver(ODD, listing(TODAY, "2701.00002"), arrived=TODAY)
    assert here.run("once", **SECRET).returncode == 0
    assert sent(here) == ["Paper 2701.00001 of the list", "Paper 2701.00002 of the list"]
    assert box.fetched() == [41, 42, 43]
    assert len(status(here)[2]) == 1


def test_a_stop_waits_for_no_silent_server(here: World, box: FakeImap) -> None:
    for command in ("CAPABILITY", "SEARCH"):
        box.fault = command, "silence"
        box.commands.clear()
        here.configure(table(box.url))
        process = here.start("run", **SECRET)
        until(partial(_was_asked, box, command))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0  # a command may take 45 seconds; the grace is 3


def _was_asked(box: FakeImap, command: str) -> bool:
    return command in box.names()


def test_a_stop_waits_for_no_token(here: World, box: FakeImap) -> None:
    here.configure(table(box.url, 'token_command = ["sh", "-c", "touch asked; sleep 60"]'))
    process = here.start("run")
    until((here.folder / "asked").exists)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_a_kill_at_any_moment_loses_no_mail_and_alerts_none_twice(here: World, box: FakeImap) -> None:
    ids = [f"2701.{n:05}" for n in range(12)]
    for n, one in enumerate(ids):
        box.deliver(listing(TODAY, one), *([ODD] if n % 3 == 0 else []), arrived=TODAY)
    here.configure(table(box.url), EVERYTHING)
    for seen in (1, 4, 9):
        process = here.start("once", **SECRET)
        until(partial(_has_read, box, seen))
        process.kill()
        process.wait()
    assert here.run("once", **SECRET).returncode == 0
    assert len(status(here)[2]) == 4
    assert [key for (key,) in here.rows("select key from paper order by key")] == ids
    assert here.rows("select count(*), count(distinct paper_id) from due") == [(12, 12)]


def _has_read(box: FakeImap, mails: int) -> bool:
    return len(set(box.fetched())) >= mails


def test_check_says_what_is_there_and_changes_nothing(here: World, box: FakeImap) -> None:
    box.deliver(listing(date(2026, 1, 6), "2701.00001"), listing(date(2026, 1, 7), "2701.00002"))
    here.configure(table(box.url), site=SITE)
    done = here.run("check", **SECRET)
    assert done.returncode == 0, done.stdout
    assert "source mail: answers: 2 mails in INBOX, the newest of 2026-01-07" in done.stdout
    assert not any(mail.seen for mail in box.mails)
    assert "SELECT" not in box.names()
    box.mails.clear()
    assert "answers: 0 mails in INBOX\n" in here.run("check", **SECRET).stdout


def test_check_tells_a_folder_a_token_and_a_silent_server(here: World, box: FakeImap) -> None:
    box.others = ("Lists",)
    here.configure(table(box.address_of("Listz")), site=SITE)
    done = here.run("check", **SECRET)
    assert done.returncode == 1
    assert "FAILED source mail: the folder Listz cannot be opened" in done.stdout
    assert "there are Lists" in done.stdout
    here.configure(table(box.url, 'token_file = "token"'))
    done = here.run("check")
    assert done.returncode == 2
    assert "FAILED source mail: token_file token cannot be read" in done.stdout


def test_a_token_stands_nowhere(here: World, box: FakeImap) -> None:
    box.deliver(listing(TODAY, "2701.00001"), arrived=TODAY)
    box.capabilities, box.token, box.says_again = ("AUTH=XOAUTH2",), TOKEN, True
    here.configure(table(box.url, 'token_command = ["cat", "token"]'), EVERYTHING, site=SITE)
    (here.folder / "token").write_text(TOKEN)
    runs = [here.run("-v", "check"), here.run("-v", "once")]
    assert [done.returncode for done in runs] == [0, 0], runs[0].stdout + runs[1].stderr
    box.token = "another"
    runs += [here.run("-v", "check"), here.run("-v", "once"), here.run("status")]
    assert [done.returncode for done in runs[2:]] == [2, 1, 1]
    assert "refuses the token" in runs[4].stdout
    assert TOKEN not in "".join(done.stdout + done.stderr for done in runs)
    assert TOKEN not in here.everything()


async def test_recorded_mails_give_the_papers_that_they_give_by_themselves(box: FakeImap) -> None:
    recorded = sorted((DATA / "mail").glob("*.eml"))
    if not recorded:
        pytest.skip("no recorded mail beside the project")
    mails = [path.read_bytes() for path in recorded]
    for mail in mails:
        box.deliver(mail.replace(b"\r\n", b"\n"))
    papers = [paper.id for mail in mails for paper in parse_digest(mail).papers]
    outcomes = await Reader(box).round(now=datetime(2026, 1, 9, tzinfo=UTC))
    assert [paper for paper, _ in found(outcomes)] == papers
    assert len(papers) >= 220
