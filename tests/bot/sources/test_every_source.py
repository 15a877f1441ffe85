"""Every kind of source through whole rounds: what it announces is sent once, in order, however long nobody looked."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.commands.once import Result
from bot.config.load import load
from bot.store.archive import codec, paper_rows, sources
from bot.store.engine import Store, driver
from bot.watch.status import status
from feeds.paper import Paper
from tests.fakes.arxiv import FakeArxiv, Listed, batch
from tests.fakes.feed import FakeFeed, entry, rss
from tests.fakes.imap import PASSWORD, FakeImap
from tests.fakes.mails import listing, welcome
from tests.fakes.source import item, items
from tests.world import DAILY, ENVIRONMENT, INBOX, SITE, World, alert, feed

MONDAY = date(2027, 1, 11)
SATURDAY = MONDAY + timedelta(days=5)
EVERYTHING = alert("all", "*", "telegram:@papers")


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeArxiv]:
    monkeypatch.setattr("bot.sources.arxiv.SECONDS", 0.0)
    with FakeArxiv(MONDAY) as running:
        days = [MONDAY + timedelta(days=n) for n in range(-3, 12)]
        running.papers = [one for day in days if day.weekday() < 5 for one in batch(day, 2)]
        yield running


def arxiv_table(arxiv: FakeArxiv) -> str:
    address = f'url = "{arxiv.url}"\napi_url = "{arxiv.api_url}"\n'
    return f'[[sources]]\nname = "arxiv"\nkind = "arxiv"\n{address}categories = ["cs.CL"]\n'


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def round_at(here: World, moment: datetime) -> Result:
    return here.round(moment - datetime.now(UTC))


def states(here: World, moment: datetime) -> dict[str, str]:
    config = load(here.folder / "config.toml", {**ENVIRONMENT, "IMAP_PASSWORD": PASSWORD})
    store = Store(config.database)
    found = store.call(status, config, moment)
    store.close()
    return {one.name: one.state for one in found.sources}


def sent(here: World) -> list[str]:
    """Titles as they were sent to Telegram."""
    return [message.text.split("\n")[0] for message in here.telegram.messages]


def titles(arxiv: FakeArxiv, first: date, last: date) -> list[str]:
    return [paper.name for paper in arxiv.papers if first <= paper.day <= last]


def test_arxiv_stopped_for_three_days_is_caught_up_in_order_each_alert_once(here: World, arxiv: FakeArxiv) -> None:
    here.configure(arxiv_table(arxiv), feed("all", "*"), EVERYTHING)
    for n in (0, 4, 4, 5, 7):
        day = MONDAY + timedelta(days=n)
        arxiv.today = day
        assert round_at(here, noon(day)).well()
    assert sent(here) == titles(arxiv, MONDAY, MONDAY + timedelta(days=7))
    found = {one.key: one.announced for one in archive(here)}
    assert found == {paper.id: paper.day for paper in arxiv.papers if MONDAY <= paper.day <= arxiv.today}


def test_daily_papers_stopped_for_three_days_is_caught_up_in_order_each_alert_once(here: World) -> None:
    here.source.today = MONDAY + timedelta(days=30)
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    for n, day in enumerate(days):
        here.source.days[day.isoformat()] = items(3, day, first=10 * n + 1)
    here.configure(DAILY, EVERYTHING)
    for moment in (noon(days[0]), noon(days[-1]), noon(days[-1]) + timedelta(hours=1)):
        here.source.today = moment.date()
        assert round_at(here, moment).well()
    wanted = [f"Paper number {10 * n + m}" for n in range(5) for m in (1, 2, 3)]
    assert sent(here) == wanted


def test_status_exits_1_for_a_list_that_stopped_changing_and_not_for_a_slow_blog(here: World) -> None:
    past = datetime.now(UTC) - timedelta(days=10)
    here.source.days[str(past.date())] = items(2, past.date())
    with FakeFeed() as site:
        site.body = rss(*(entry(n, written(past - timedelta(days=age))) for n, age in enumerate((0, 30, 60))))
        lab = f'[[sources]]\nname = "lab"\nkind = "feed"\nurl = "{site.url}/feed/"\n'
        here.configure(DAILY, lab)
        for moment in (past, datetime.now(UTC)):
            assert round_at(here, moment).well()
        done = here.run("status", "--json")
        assert done.returncode == 1, done.stdout + done.stderr
        assert {one["name"]: one["state"] for one in json.loads(done.stdout)["sources"]} == {
            "daily": "stalled",
            "lab": "ok",
        }
        here.configure(lab)
        assert here.run("status").returncode == 0


def archive(here: World) -> list[Paper]:
    store = Store(here.config.database)
    found = store.call(lambda connection: [codec.from_row(row) for row in paper_rows.every(driver(connection))])
    store.close()
    return found


def test_a_cross_listing_alerts_and_a_replacement_does_not(here: World, arxiv: FakeArxiv) -> None:
    kinds = ("new", "cross", "replace", "replace-cross")
    arxiv.papers = [Listed(f"2701.0000{n}", MONDAY, noon(MONDAY), announced_as=one) for n, one in enumerate(kinds)]
    here.configure(arxiv_table(arxiv), EVERYTHING)
    assert round_at(here, noon(MONDAY)).well()
    assert sent(here) == ["Paper 2701.00000", "Paper 2701.00001"]
    assert {one.key: one.replaced for one in archive(here)} == {f"2701.0000{n}": n > 1 for n in range(4)}


def test_a_paper_of_a_missed_day_that_was_replaced_meanwhile_alerts(here: World, arxiv: FakeArxiv) -> None:
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    (missed, *_) = [paper for paper in arxiv.papers if paper.day == tuesday]
    arxiv.papers.append(replace(missed, day=wednesday, announced_as="replace", version=2))
    here.configure(arxiv_table(arxiv), EVERYTHING)
    assert round_at(here, noon(MONDAY)).well()
    arxiv.today = wednesday
    arxiv.fail_next(3, "500", "api")
    assert not round_at(here, noon(wednesday)).well()
    assert round_at(here, noon(wednesday) + timedelta(hours=1)).well()
    assert sorted(sent(here)) == sorted(titles(arxiv, MONDAY, wednesday)[:-1])


def test_what_the_feed_gave_keeps_its_day_when_a_holiday_is_looked_for_in_the_api(
    here: World, arxiv: FakeArxiv
) -> None:
    wednesday = MONDAY + timedelta(days=2)
    deferred = batch(wednesday, 2, submitted=noon(MONDAY))
    arxiv.papers = [*batch(MONDAY, 2), *deferred]
    here.configure(arxiv_table(arxiv))
    for day, hours in ((MONDAY, 0), (wednesday, 0), (wednesday, 7)):
        arxiv.today = day
        assert round_at(here, noon(day) + timedelta(hours=hours)).well()
    assert arxiv.asked.count("api") == 2
    days = {one.key: one.announced for one in archive(here)}
    assert {days[paper.id] for paper in deferred} == {wednesday}


def test_a_source_is_ok_by_papers_that_another_gave_before(here: World, arxiv: FakeArxiv) -> None:
    here.source.today = MONDAY + timedelta(days=30)
    here.source.days[str(MONDAY)] = [item(paper.id, paper.name, "Known.", MONDAY) for paper in arxiv.papers]
    here.configure(DAILY)
    assert round_at(here, noon(MONDAY)).well()
    here.configure(DAILY, arxiv_table(arxiv))
    assert round_at(here, noon(MONDAY)).well()
    assert states(here, noon(MONDAY)) == {"daily": "ok", "arxiv": "ok"}


def test_a_broken_arxiv_is_told_and_the_other_sources_go_on(here: World, arxiv: FakeArxiv) -> None:
    today = datetime.now(UTC).date()
    here.source.days[today.isoformat()] = items(2, today)
    here.configure(arxiv_table(arxiv), DAILY, EVERYTHING)
    arxiv.fail_next(1, "500", "rss")
    done = here.run("once")
    assert done.returncode == 1
    assert "FAILED source arxiv" in done.stdout
    assert len(here.telegram.messages) == 2


def test_daily_lists_are_quiet_at_weekends_and_stalled_after_two_working_days(here: World, arxiv: FakeArxiv) -> None:
    friday = SATURDAY - timedelta(days=1)
    arxiv.today = friday
    here.source.today = friday + timedelta(days=30)
    here.source.days[friday.isoformat()] = items(2, friday)
    here.configure(arxiv_table(arxiv), DAILY)
    assert round_at(here, noon(friday)).well()
    assert set(states(here, noon(friday)).values()) == {"ok"}
    arxiv.today = SATURDAY
    assert round_at(here, noon(SATURDAY)).well()
    assert set(states(here, noon(SATURDAY)).values()) == {"quiet"}
    arxiv.papers = []
    for n, state in ((2, "quiet"), (3, "quiet"), (4, "stalled")):
        moment = noon(SATURDAY) + timedelta(days=n)
        assert round_at(here, moment).well()
        assert set(states(here, moment).values()) == {state}
    arxiv.fail_next(1, "500", "rss")
    assert not round_at(here, moment).well()
    assert states(here, moment) == {"arxiv": "failed", "daily": "stalled"}


def written(moment: datetime) -> str:
    return format_datetime(moment)


def test_a_slow_blog_is_stalled_only_after_three_of_its_gaps(here: World) -> None:
    start = noon(MONDAY)
    with FakeFeed() as site:
        ages = (0, 20, 40, 60, 300)  # what was long before the last 90 days is no rhythm
        site.body = rss(*(entry(n, written(start - timedelta(days=age))) for n, age in enumerate(ages)))
        here.configure(f'[[sources]]\nname = "lab"\nkind = "feed"\nurl = "{site.url}/feed/"\n')
        assert round_at(here, start).well()
        for days, state in ((0, "ok"), (19, "ok"), (21, "quiet"), (59, "quiet"), (61, "stalled")):
            moment = start + timedelta(days=days)
            assert round_at(here, moment).well()
            assert states(here, moment)["lab"] == state


def test_a_feeds_new_entries_are_sent_once_and_its_old_ones_not_at_all(here: World) -> None:
    start = noon(MONDAY)
    old = [entry(n, written(start - timedelta(days=30 + n))) for n in range(3)]
    with FakeFeed() as site:
        site.body = rss(*old)
        here.configure(f'[[sources]]\nname = "lab"\nkind = "feed"\nurl = "{site.url}/feed/"\n', EVERYTHING)
        assert round_at(here, start).well()
        assert sent(here) == []
        site.body = rss(entry(9, written(start + timedelta(days=2))), entry(10), *old)
        for hours in (49, 50):
            assert round_at(here, start + timedelta(hours=hours)).well()
        assert sent(here) == ["Note 9 of the lab", "Note 10 of the lab"]
        assert len(archive(here)) == 5


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<!doctype html><title>Just a moment...</title>", "not JSON: the answer is a web page"),
        (b"", "not JSON: the answer is empty"),
        (b'{"error": "down"}', "not a list of papers: the Daily Papers API answers with one"),
    ],
)
def test_check_takes_a_page_for_no_list_of_papers(here: World, body: bytes, told: str) -> None:
    here.configure(DAILY, EVERYTHING, site=SITE)
    here.source.fault("body", body=body)
    done = here.run("check")
    assert f"FAILED source daily: {told}\n" in done.stdout
    assert done.returncode == 1


def test_mail_is_sent_once_and_the_password_stands_nowhere(here: World) -> None:
    today = datetime.now(UTC).date()
    with FakeImap() as server:
        server.deliver(listing(today, "2701.00001", "2701.00002"), welcome(), arrived=today)
        table = f'[[sources]]\nname = "mail"\nkind = "imap"\nurl = "{server.url}"\npassword_env = "IMAP_PASSWORD"\n'
        here.configure(table, EVERYTHING, site=SITE)
        secret = {"IMAP_PASSWORD": PASSWORD}
        shown = here.run("once", "--dry-run", **secret)
        assert shown.returncode == 0, shown.stdout + shown.stderr
        assert shown.stdout.count("--> telegram:@papers") == 2
        runs = [here.run("-v", "once", **secret) for _ in range(2)]
        assert [done.returncode for done in runs] == [0, 0], runs[0].stdout + runs[0].stderr
        assert sent(here) == ["Paper 2701.00001 of the list", "Paper 2701.00002 of the list"]
        assert here.run("check", **secret).returncode == 0
        wrong = here.run("-v", "check", IMAP_PASSWORD="not-the-password")
        assert wrong.returncode == 2
        assert "FAILED source mail: 127.0.0.1 refuses the login" in wrong.stdout
    assert here.run("check", **secret).returncode == 1
    told = "".join(done.stdout + done.stderr for done in (*runs, shown, wrong))
    assert PASSWORD not in told
    assert "not-the-password" not in told
    assert PASSWORD not in here.everything()


def test_mail_is_marked_as_read_where_that_is_told_but_not_by_a_dry_run(here: World) -> None:
    today = datetime.now(UTC).date()
    with FakeImap() as server:
        server.deliver(listing(today, "2701.00001"), welcome(), arrived=today)
        table = f'[[sources]]\nname = "mail"\nkind = "imap"\nurl = "{server.url}"\npassword_env = "IMAP_PASSWORD"\n'
        here.configure(table + "mark_read = true\n", EVERYTHING)
        for arguments, seen in ((("once", "--dry-run"), False), (("once",), True)):
            done = here.run(*arguments, IMAP_PASSWORD=PASSWORD)
            assert done.returncode == 0, done.stdout + done.stderr
            assert [mail.seen for mail in server.mails] == [seen, False]


def test_mail_and_a_copy_of_it_in_the_inbox_are_one(here: World) -> None:
    today = datetime.now(UTC).date()
    mail = listing(today, "2701.00001")
    here.drop("list.mbox", b"From me Tue Jan  6 02:00:00 2026\n" + mail + b"\n")
    here.drop("list.eml", mail)
    here.configure(INBOX, EVERYTHING)
    assert here.run("once").returncode == 0
    assert sent(here) == ["Paper 2701.00001 of the list"]


def test_what_is_remembered_of_a_source_names_no_address_and_no_token(here: World) -> None:
    with FakeFeed() as site:
        here.configure(f'[[sources]]\nname = "lab"\nkind = "feed"\nurl = "{site.url}/feed/?key=SESAME"\n')
        assert here.round().well()
        store = Store(here.config.database)
        kept = store.call(sources.parts, "lab")
        store.close()
        assert kept
        assert "SESAME" not in str(kept)
