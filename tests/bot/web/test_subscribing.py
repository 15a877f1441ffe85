"""`/subscribe` and what links in mails open: the whole way, and those who try to go another."""

import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from email.utils import parsedate_to_datetime

import pytest

from bot.config.libraries import near_of
from bot.process.installation import tokens_of
from bot.rules.backtest import backtest, brought
from bot.rules.tokens import Tokens
from bot.store import inbox
from bot.store.archive.look import look
from bot.store.engine import driver
from bot.web import letterbox
from bot.web.limits import Limits
from feeds.query import parse_query
from feeds.site import POLICY
from tests.bot.web.mailing import ADA, FORM, Mailing, email, link_in, mailing, text_of
from tests.bot.web.site import PAPERS, SITE, served
from tests.desk import outside
from tests.fakes.smtp import FakeSmtp
from tests.world import INBOX, World, alert, feed


@pytest.fixture
def server() -> Iterator[FakeSmtp]:
    with FakeSmtp() as running:
        yield running


@pytest.fixture
async def site(here: World, server: FakeSmtp) -> AsyncIterator[Mailing]:
    here.configure(INBOX, feed("all", "*"), SITE, email(server))
    here.drop("first.json", json.dumps(PAPERS).encode())
    async with mailing(here, server) as made:
        yield made


@pytest.mark.usefixtures("database")
async def test_the_whole_way_from_asking_to_the_end(site: Mailing) -> None:
    letter = await site.asked()
    assert letter.recipients == (ADA,)
    assert site.standing() == []
    link = link_in(letter)
    asks = await site.web.get(link)
    assert "weekly fri 07:30 Europe/Berlin" in text_of(asks)
    assert site.standing() == []  # a scanner of mail that follows links says no yes

    page = await site.while_granting(site.post(link))
    assert "Confirmed." in page.text
    (row,) = site.standing()
    assert (row.query, row.deliver, row.timezone, row.origin) == (
        "streaming", "weekly fri 07:30", "Europe/Berlin", "mail",
    )  # fmt: skip
    (manage,) = re.findall(r'href="\.\.(/manage/[^"]+)"', page.text)
    listed = await site.web.get(manage)
    assert 'value="streaming"' in listed.text
    changed = {**FORM, "act": "change", "number": str(row.id), "query": "agents", "deliver": "daily"}
    answer = await site.while_granting(site.post(manage, changed))
    assert answer.status_code == 303
    after = await site.web.client.get(site.web.leads(manage, answer.headers["location"]))
    assert "Changed." in after.text
    (row,) = site.standing()
    assert (row.query, row.deliver) == ("agents", "daily 07:30")
    for act, paused in (("pause", True), ("resume", False)):
        await site.while_granting(site.post(manage, {"act": act, "number": str(row.id)}))
        assert bool(site.standing()[0].paused) is paused

    end = site.path("unsubscribe")
    assert "Unsubscribe</button>" in (await site.web.get(end)).text
    assert len(site.standing()) == 1
    one_click = await site.while_granting(site.post(end, {"List-Unsubscribe": "One-Click"}))
    assert one_click.status_code == 200
    assert site.standing() == []
    assert "Nothing is subscribed to here." in (await site.web.get(manage)).text


@pytest.mark.threat(21)
async def test_a_letter_is_plain_and_holds_nothing_that_its_asker_wrote(site: Mailing) -> None:
    letter = await site.asked(query='"buy pills at http://pills.example"')
    assert b"pills" not in letter.content
    message = letter.message
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert site.path("unsubscribe") in message["List-Unsubscribe"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"])
    assert "diffusion" not in letter.part("plain")


async def test_a_letter_is_kept_before_it_goes_without_its_token_and_is_tried_again(site: Mailing) -> None:
    site.server.fail_next("RCPT", "451 4.7.1 greylisted")
    await site.post("/subscribe", FORM)
    await site.settle()
    assert site.server.taken == []
    ((name, waits),) = outside(site.store, "select name, waits from question")
    assert waits
    at_once(site)
    await site.settle()
    (letter,) = site.server.taken
    token = tokens_of(site.web.here.config.key_file).token("confirm", name)
    assert link_in(letter) == f"/confirm/{token}"
    assert token not in site.web.here.everything()
    await site.settle()
    assert len(site.server.taken) == 1


def at_once(site: Mailing) -> None:
    """Letters that wait need not."""
    site.store.call(lambda connection: driver(connection).execute("update question set not_before = 0"))


async def test_whoever_asks_for_whatever_address_gets_the_same_page(site: Mailing) -> None:
    await site.confirmed()
    known = await site.post("/subscribe", FORM)
    unknown = await site.post("/subscribe", {**FORM, "address": "nobody@example.org"})
    await site.post(site.path("unsubscribe"))
    await site.settle()
    left = await site.post("/subscribe", FORM)
    answers = [(one.status_code, one.content, sorted(set(one.headers) - {"date"})) for one in (known, unknown, left)]
    assert answers[0] == answers[1] == answers[2]


async def test_an_address_gets_three_letters_a_day_whatever_its_case(site: Mailing) -> None:
    for number in range(5):
        await site.post("/subscribe", {**FORM, "query": f"query{number}", "address": "Ada@EXAMPLE.org"})
    await site.settle()
    assert len(site.server.taken) == 3


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("address", "ada", "This is no address of mail"),
        ("address", "ada@example.org\r\nBcc: eve@example.org", "This is no address of mail"),
        ("address", "ada@example.org, eve@example.org", "This is no address of mail"),
        ("address", "", "This is no address of mail"),
        ("query", "(diffusion", "("),
        ("query", "-survey", "survey"),
        ("query", "", "query"),
        ("hour", "25:00", "Write an hour like 09:00"),
        ("deliver", "each", ""),
        ("deliver", "daily 09:00\nweekly", "Write an hour like 09:00"),
        ("timezone", "Europe/Berln", "did you mean Europe/Berlin?"),
        ("timezone", "../../etc/passwd", "is no time zone"),
    ],
)
@pytest.mark.threat(21)
async def test_what_is_filled_in_wrong_is_told_and_asks_nobody(
    site: Mailing, field: str, value: str, told: str
) -> None:
    answer = await site.post("/subscribe", {**FORM, field: value})
    assert answer.status_code == 400
    assert told in text_of(answer)
    await site.settle()
    assert site.server.taken == []


@pytest.mark.threat(6)
async def test_what_was_filled_in_stands_there_again_as_text(site: Mailing) -> None:
    hostile = '"><script>alert(1)</script>'
    answer = await site.post("/subscribe", {**FORM, "query": hostile, "address": hostile, "timezone": hostile})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


@pytest.mark.parametrize("query", ["streaming", "agents OR attention", "nothing", "similar:2510.00001"])
async def test_a_preview_says_what_a_chat_says(site: Mailing, query: str) -> None:
    with look(site.web.here.config.database) as archive:
        now, near = site.web.context.clock.now(), near_of(site.web.here.config)
        said = brought(backtest(archive, parse_query(query), now, 30, near))
    by_button = await site.post("/subscribe", {"act": "preview", "query": query, "address": "", "hour": "09:00"})
    by_script = await site.web.get(f"/subscribe/preview?query={query}")
    assert said in text_of(by_button)
    assert said in text_of(by_script)
    assert "<html" not in by_script.text
    assert "(" in text_of(await site.web.get("/subscribe/preview?query=(x"))


async def test_the_page_may_ask_its_own_server_alone(site: Mailing) -> None:
    answer = await site.web.get("/subscribe?query=streaming")
    policy = answer.headers["content-security-policy"]
    assert policy == f"{POLICY}; connect-src 'self'; frame-ancestors 'none'"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert 'value="streaming"' in answer.text
    assert "it would have brought" in answer.text


CROSS = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://papers.example.org"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
]


@pytest.mark.parametrize("headers", [*CROSS, {"Origin": "null"}])
async def test_another_sites_form_asks_for_nobody(site: Mailing, headers: dict[str, str]) -> None:
    answer = await site.post("/subscribe", FORM, **headers)
    assert answer.status_code == 403
    await site.settle()
    assert site.server.taken == []


async def test_ones_own_form_is_taken(site: Mailing) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://papers.example.org"}, {}):
        assert (await site.post("/subscribe", FORM, **headers)).status_code == 200


@pytest.mark.parametrize("headers", CROSS)
async def test_another_sites_form_changes_and_confirms_nothing(site: Mailing, headers: dict[str, str]) -> None:
    link = link_in(await site.asked())
    assert (await site.post(link, **headers)).status_code == 403
    manage = site.path("manage")
    assert (await site.post(manage, {"act": "leave"}, **headers)).status_code == 403


def foreign_tokens(site: Mailing, used: str) -> list[str]:
    """For each door: made up, another installation's, another door's, cut, changed in one letter; and one used."""
    ours, others = tokens_of(site.web.here.config.key_file), Tokens(b"x" * 32)
    found = [used]
    for door, other in (("confirm", "manage"), ("manage", "unsubscribe"), ("unsubscribe", "manage")):
        right = ours.token(door, ADA)
        flipped = ("A" if right[0] != "A" else "B") + right[1:]
        some = ["x", "A" * 43, others.token(door, ADA), ours.token(other, ADA), right[:-2], flipped, "%00", "a" * 900]
        some += [f"{right}!", f"{right[:5]}%0d%0a{right[5:]}"]
        found += [f"/{door}/{one}" for one in some]
    return [*found, f"/confirm/{ours.token('confirm', 'f' * 32)}"]


@pytest.mark.threat(19)
async def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(site: Mailing) -> None:
    used = await site.confirmed()
    before = site.standing()
    answers = []
    for path in foreign_tokens(site, used):
        both = await site.web.get(path), await site.post(path, {"act": "leave"})
        answers += [(one.status_code, one.content, dict(one.headers)) for one in both]
    assert all(one == answers[0] for one in answers)
    assert answers[0][0] == 404
    await site.settle()
    assert site.standing() == before


@pytest.mark.threat(19)
async def test_a_page_behind_a_token_is_kept_by_nobody_and_tells_no_other_site(site: Mailing) -> None:
    for path in (site.path("manage"), site.path("unsubscribe"), link_in(await site.asked())):
        headers = (await site.web.get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.threat(19)
async def test_an_address_changes_its_own_alone(site: Mailing) -> None:
    await site.confirmed()
    await site.confirmed(address="alan@example.org")
    (his,) = site.standing("alan@example.org")
    answer = await site.post(site.path("manage"), {"act": "remove", "number": str(his.id)})
    assert answer.status_code == 404
    assert site.standing("alan@example.org") == [his]


async def test_an_address_of_the_file_is_shown_what_comes_to_it_and_ends_it(here: World, server: FakeSmtp) -> None:
    some = alert("mine", "flow", f"email:{ADA}", deliver="daily 09:00", timezone="Europe/Berlin")
    here.configure(INBOX, SITE, email(server), some, alert("others", "secret", "email:alan@example.org"))
    async with mailing(here, server) as site:
        told = text_of(await site.web.get(site.path("manage")))
        assert "flow , daily 09:00 Europe/Berlin, as who runs this site has set it up" in told
        assert "Nothing is subscribed" not in told
        assert "secret" not in told
        await site.while_granting(site.post(site.path("manage"), {"act": "leave"}))
        assert "Nothing is subscribed to here." in (await site.web.get(site.path("manage"))).text


async def test_a_change_that_is_wrong_is_told_and_changes_nothing(site: Mailing) -> None:
    await site.confirmed()
    (row,) = site.standing()
    fields = {**FORM, "act": "change", "number": str(row.id), "query": "(x"}
    answer = await site.post(site.path("manage"), fields)
    assert answer.status_code == 400
    assert "Nothing was changed." in answer.text
    assert 'value="(x"' in answer.text
    assert site.standing() == [row]


async def test_where_nobody_grants_just_now_it_is_noted_and_done_later(
    site: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.confirmed()
    monkeypatch.setattr(letterbox, "PATIENCE", 0.0)
    answer = await site.post(site.path("unsubscribe"))
    assert (answer.status_code, "Noted" in answer.text) == (200, True)
    (row,) = site.standing()
    paused = await site.post(site.path("manage"), {"act": "pause", "number": str(row.id)})
    assert paused.headers["location"].endswith("?noted=1")
    await site.settle()
    assert site.standing() == []


async def test_a_client_asks_for_some_letters_and_then_waits(site: Mailing) -> None:
    site.web.context.limits = Limits(per_second=10, burst=1200)
    site.web.context.steady = lambda: 100.0
    codes = [(await site.post("/subscribe", {**FORM, "query": f"q{number}"})).status_code for number in range(12)]
    assert codes == [200] * 10 + [429] * 2


async def test_wishes_that_nobody_grants_do_not_pile_up(site: Mailing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letterbox, "MOST", 3)
    codes = [(await site.post("/subscribe", FORM)).status_code for _ in range(5)]
    assert codes == [200] * 3 + [503] * 2
    assert site.store.call(inbox.wishes) == 3


async def test_a_body_that_is_too_large_is_not_read(site: Mailing) -> None:
    answer = await site.web.client.post("/subscribe", content=b"query=" + b"a" * 600_000)
    assert answer.status_code == 413
    assert (await site.web.client.post("/subscribe", content=b"\xff\xfe&&=&")).status_code == 400


@pytest.mark.threat(14)
async def test_no_address_and_no_token_is_logged_or_shown_in_an_error(
    site: Mailing, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    site.server.refuses[ADA] = f"550 no such user {ADA}"
    await site.post("/subscribe", FORM)
    await site.settle()
    manage = site.path("manage")

    def broken(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("bot.store.subscriptions.by_mail.standing", broken)
    answer = await site.web.get(manage)
    assert answer.status_code == 500
    monkeypatch.setattr("bot.store.subscriptions.by_mail.grant", broken)
    await site.post("/subscribe", FORM)
    await site.settle()
    told = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore")))
    assert "cannot be granted: RuntimeError" in told
    assert "/manage/…" in told
    assert ADA not in told + answer.text
    assert manage.rpartition("/")[2] not in told + answer.text


async def test_a_mailbox_that_refuses_gets_no_second_letter(site: Mailing) -> None:
    site.server.refuses[ADA] = "550 5.1.1 no such user"
    await site.post("/subscribe", FORM)
    await site.settle()
    at_once(site)
    await site.settle()
    assert sum(command.startswith("RCPT") for command in site.server.commands) == 1


async def test_without_subscribe_the_page_is_not_there_but_links_in_mails_open(here: World, server: FakeSmtp) -> None:
    here.configure(INBOX, SITE, email(server, subscribe=False))
    async with mailing(here, server) as made:
        assert (await made.web.get("/subscribe")).status_code == 404
        assert (await made.post("/subscribe", FORM)).status_code in {404, 405}
        assert (await made.web.get(made.path("unsubscribe"))).status_code == 200
        assert 'href="subscribe' not in (await made.web.get("/search?q=streaming")).text


async def test_without_mail_there_is_no_door(here: World) -> None:
    here.configure(INBOX, SITE)
    async with served(here) as web:
        for path in ("/subscribe", "/manage/x", "/unsubscribe/x", "/confirm/x"):
            assert (await web.get(path)).status_code == 404
    assert not here.config.key_file.exists()


async def test_a_search_offers_its_query_by_mail(site: Mailing) -> None:
    found = await site.web.get("/search?q=streaming+agents")
    (href,) = re.findall(r'href="(subscribe\?query=[^"]+)"', found.text)
    page = await site.web.get(f"/{href}")
    assert 'value="streaming agents"' in page.text
