"""What people hit with chats: each row of the table is an input of theirs, and what is right."""

import asyncio
import io
from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.channels.channel import Kind, SendError
from bot.channels.registry import parse_destination
from bot.channels.slack.errors import classify as slack
from bot.channels.slack.refusals import ROWS
from bot.channels.telegram.errors import classify as telegram
from bot.channels.telegram.message import pack
from bot.commands.check import check
from bot.store.engine import Store, driver
from bot.store.outbox.standing import standing
from bot.watch.status import status
from tests.bot.channels.samples import item
from tests.desk import Desk
from tests.fakes.source import items
from tests.world import DAILY, INBOX, World, alert

both = pytest.mark.usefixtures("database")

TODAY = datetime.now(UTC).date()
NUMBER, OTHER = "-1001000000001", "-1001000000002"
PAYLOAD = pack(item("diffusion"))
BUTTON = "inline keyboard button URL 'https://a.example/x' is invalid: Wrong HTTP URL"


@pytest.mark.parametrize(
    ("row", "error", "kind", "words"),
    [
        (30, BadRequest("Logged out"), Kind.STOP, "api.telegram.org"),
        (30, InvalidToken("Unauthorized: bot is logged out"), Kind.STOP, "logged out"),
        (43, InvalidToken("Not Found"), Kind.STOP, "api_url"),
        (43, InvalidToken("Unauthorized"), Kind.STOP, "@BotFather"),
        (44, BadRequest("Chat not found"), Kind.CLOSE, "press Start"),
        (44, BadRequest("PEER_ID_INVALID"), Kind.CLOSE, "add @your_bot"),
        (44, BadRequest("Need administrator rights in the channel chat"), Kind.WAIT, "allow Post messages"),
        (44, BadRequest("Not enough rights to send text messages to the chat"), Kind.WAIT, "Administrators"),
        (44, BadRequest("CHAT_ADMIN_REQUIRED"), Kind.WAIT, "Administrators"),
        (44, BadRequest("TOPIC_CLOSED"), Kind.WAIT, "reopen it"),
        (44, BadRequest("TOPIC_DELETED"), Kind.CLOSE, "no such topic"),
        (44, Forbidden("Forbidden: bot was blocked by the user"), Kind.CLOSE, "press Start"),
        (44, Forbidden("Forbidden: bot is not a member of the channel chat"), Kind.CLOSE, "add @your_bot"),
        (44, Forbidden("Forbidden: bot can't send messages to bots"), Kind.WAIT, "settings"),
        (
            31,
            BadRequest("Inline keyboard button URL 'https://x.example/chat not found' is invalid"),
            Kind.FIX,
            "buttons",
        ),
    ],
)
def test_telegrams_refusals_have_a_kind_and_a_cure(row, error, kind, words):
    refusal = telegram(error, PAYLOAD)
    assert (refusal.kind, words in refusal.told) == (kind, True), f"row {row}: {refusal.told}"


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (BUTTON, {"buttons"}),
        ("BUTTON_TYPE_INVALID", {"buttons"}),
        ('can\'t parse inline keyboard button: Field "text" must be of type String', {"buttons"}),
        ("wrong HTTP URL specified", {"preview"}),
        ("WEBPAGE_MEDIA_EMPTY", {"preview"}),
        ('can\'t parse entities: Unsupported start tag "wrong http url" at byte offset 3', {"text", "parse_mode"}),
        ("can't parse entities: can't find end of the entity starting at byte offset 7", {"text", "parse_mode"}),
    ],
)
def test_row_31_a_fix_is_chosen_by_what_the_error_is_about(text, changed):
    refusal = telegram(BadRequest(f"Bad Request: {text}"), PAYLOAD)
    assert refusal.kind is Kind.FIX
    assert {name for name in PAYLOAD if refusal.fix[name] != PAYLOAD[name]} == changed


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("channel_not_found", "/invite @your_app"),
        ("not_in_channel", "/invite @your_app"),
        ("missing_scope", "chat:write"),
        ("is_archived", "unarchive"),
        ("token_revoked", "xoxb-"),
        ("account_inactive", "install it again"),
        ("not_allowed_token_type", "xapp-"),
        ("restricted_action_read_only_channel", "Posting Permissions"),
        ("team_access_not_granted", "administrator"),
        ("cannot_dm_bot", "member's id"),
        ("a_code_quite_new", "settings"),
        *((code.replace("*", "x"), "") for one in ROWS for code in one.codes),
    ],
)
def test_row_44_every_code_of_slack_has_words_and_a_cure(code, words):
    refusal = slack(200, code)
    assert len(refusal.cure) > 20
    assert words in refusal.told


@both
def test_row_44_a_platform_that_refuses_us_is_why_none_of_its_chats_gets_its_papers(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", "slack:#papers", "slack:#diffusion"))
    for channel in here.slack.channels.values():
        here.slack.refuse(channel, "token_revoked")
    unsent = here.round().unsent
    assert unsent.keys() == {"slack:#papers", "slack:#diffusion"}
    assert all(why.startswith("3 unsent: slack is stopped: Slack: token_revoked: ") for why in unsent.values()), unsent


@pytest.mark.parametrize(
    ("text", "thread"),
    [
        ("telegram:-1001234500001/1", ""),
        ("telegram:@laboratory/1", ""),
        ("telegram:-1001234500001/2", "2"),
        ("telegram:-1001234500001/11", "11"),
        ("telegram:777000/1", "1"),
    ],
)
def test_row_32_topic_1_is_the_general_topic(text, thread):
    assert parse_destination(text).thread == thread


def test_row_32_the_general_topic_gets_its_papers(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", f"telegram:{NUMBER}/1"), alert("id", "paper", f"telegram:{NUMBER}"))
    assert here.round().well()
    assert [message.thread for message in here.telegram.messages] == ["", ""]


@pytest.mark.parametrize(("first", "then"), [("@papers", NUMBER), (NUMBER, "@papers")])
@both
def test_row_28_a_chat_is_its_number_whichever_spelling_came_first(here: World, first: str, then: str) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", f"telegram:{first}"))
    assert here.round().well()
    here.configure(DAILY, alert("all", "*", f"telegram:{then}"))
    assert here.round().well()
    here.source.days[TODAY.isoformat()] = items(4, TODAY)
    assert here.round().well()
    assert len(here.telegram.messages) == 4


@both
def test_row_28_a_name_of_a_database_of_before_is_asked_for(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    assert here.round().well()
    old = Store(here.config.database)  # as versions before left it
    old.call(lambda connection: driver(connection).execute("update destination set address = '@papers'"))
    old.call(lambda connection: driver(connection).execute("delete from chat_name"))
    old.close()
    here.configure(DAILY, alert("all", "*", f"telegram:{NUMBER}"))
    assert here.round().well()
    assert len(here.telegram.messages) == 3


def test_a_channel_that_lost_its_name_goes_on_by_its_number(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    assert here.round().well()
    here.telegram.names.clear()
    here.source.days[TODAY.isoformat()] = items(4, TODAY)
    assert here.round(ahead=timedelta(hours=30)).well()
    assert [message.chat for message in here.telegram.messages] == [NUMBER] * 4


@both
def test_a_renamed_channel_under_its_new_name_gets_nothing_twice(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    assert here.round().well()
    here.telegram.names = {"@newer": NUMBER}
    here.configure(DAILY, alert("all", "*", "telegram:@newer"))
    assert here.round().well()
    assert len(here.telegram.messages) == 2


def test_a_name_that_another_chat_took_is_a_new_destination_and_told(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"), '[operator]\nto = "telegram:777000"\n')
    assert here.round().well()
    here.telegram.names = {"@papers": OTHER}
    assert here.round().well()
    assert len(here.telegram.plain(OTHER)) == 0, "a name is looked at again once a day"
    assert here.round(ahead=timedelta(days=1)).well()
    assert len(here.telegram.plain(NUMBER)) == 2
    assert len(here.telegram.plain(OTHER)) == 2
    assert any("name of another chat" in text for text in here.telegram.plain("777000"))


ANEW = "C0000000077"


def made_anew(here: World, *, to: tuple[str, ...] = ("slack:#papers",)) -> None:
    """Three papers went to #papers, then it was deleted and made anew, and three more fell due."""
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", *to))
    assert here.round().well()
    here.slack.channels["papers"] = ANEW
    here.slack.members.add(ANEW)
    here.source.days[TODAY.isoformat()] = items(6, TODAY)
    assert "channel_not_found" in here.round().tally.parked[0]


def titles(here: World, channel: str) -> list[str]:
    return sorted(text.split("\n")[0] for text in here.slack.plain(channel))


@both
def test_a_channel_that_was_made_anew_gets_after_retry_what_waits_and_nothing_twice(here: World) -> None:
    made_anew(here)
    assert here.run("retry", "slack:#papers").returncode == 0
    here.slack.requests.clear()
    assert here.round().well()
    asked = [request.method for request in here.slack.requests]
    assert (asked.count("conversations.info"), asked.count("conversations.list")) == (1, 1)
    assert {request.params["channel"] for request in here.slack.requests if request.method == "chat.postMessage"} == {
        ANEW
    }
    assert len(here.slack.messages) == len({*titles(here, "C0000000001"), *titles(here, ANEW)}) == 6
    here.slack.requests.clear()
    assert here.round().well()
    assert here.slack.requests == []


@both
def test_a_channel_that_was_made_anew_is_found_a_day_later_by_itself(here: World) -> None:
    made_anew(here)
    assert here.round(ahead=timedelta(days=1)).well()
    assert len(titles(here, ANEW)) == 3
    assert len(here.slack.messages) == len({*titles(here, "C0000000001"), *titles(here, ANEW)}) == 6
    here.source.days[TODAY.isoformat()] = items(7, TODAY)
    assert here.round(ahead=timedelta(days=1)).well()
    assert len(titles(here, ANEW)) == 4
    assert "is the name of another chat now" in here.run("status").stdout


@both
def test_a_channel_that_was_made_anew_and_is_spelled_by_its_number_is_two(here: World) -> None:
    made_anew(here, to=("slack:#papers", "slack:C0000000001"))
    here.round(ahead=timedelta(days=1))
    spelled = here.rows("select name, address from spelling join destination on id = destination_id order by name")
    assert [tuple(row) for row in spelled] == [("slack:#papers", ANEW), ("slack:C0000000001", "C0000000001")]
    assert len(titles(here, ANEW)) == len(set(titles(here, ANEW))) >= 2


@both
def test_a_channel_that_took_the_name_of_one_that_is_gone_gets_nothing_twice_by_it(here: World) -> None:
    here.slack.channels["other"] = ANEW
    here.slack.members.add(ANEW)
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", "slack:#papers", f"slack:{ANEW}"))
    assert here.round().well()
    del here.slack.channels["other"]
    here.slack.channels["papers"] = ANEW
    here.source.days[TODAY.isoformat()] = items(6, TODAY)
    assert not here.round().well()
    assert here.round(ahead=timedelta(days=1)).well()
    here.source.days[TODAY.isoformat()] = items(7, TODAY)
    assert here.round(ahead=timedelta(days=1)).well()
    assert len(titles(here, ANEW)) == len(set(titles(here, ANEW))) == 7


@both
def test_what_waits_for_a_channel_is_not_what_one_that_is_gone_had_under_its_new_name(here: World) -> None:
    here.slack.channels["other"] = ANEW
    here.slack.members.add(ANEW)
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    weekly = alert("week", "*", f"slack:{ANEW}", deliver="weekly mon 09:00")
    here.configure(DAILY, alert("all", "*", "slack:#papers"), weekly)
    assert here.round().well()
    del here.slack.channels["other"]
    here.slack.channels["papers"] = ANEW
    here.round(ahead=timedelta(days=1, hours=1))
    here.round(ahead=timedelta(days=9))
    assert any("Paper number 3" in text for text in here.slack.plain(ANEW))


def test_a_channel_that_was_renamed_is_not_the_one_that_took_its_name(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", "slack:#papers"))
    assert here.round().well()
    here.slack.channels = {"papers-old": "C0000000001", "papers": ANEW}
    here.slack.members.add(ANEW)
    assert here.run("retry", "slack:#papers").returncode == 0
    assert here.round().well()
    assert titles(here, ANEW) == titles(here, "C0000000001")
    here.configure(DAILY, alert("all", "*", "slack:#papers", "slack:C0000000001"))
    assert here.round().well()
    assert len(here.slack.messages) == 4


def test_a_private_channel_that_let_the_app_go_and_back_is_the_same(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", "slack:#private"))
    assert here.round().well()
    here.slack.members.discard("G0000000003")
    here.source.days[TODAY.isoformat()] = items(4, TODAY)
    assert here.round(ahead=timedelta(days=1)).tally.parked
    here.slack.members.add("G0000000003")
    assert here.run("retry", "slack:#private").returncode == 0
    assert here.round(ahead=timedelta(days=1)).well()
    assert len(titles(here, "G0000000003")) == len(set(titles(here, "G0000000003"))) == 4


def test_names_are_asked_for_once_a_day_however_many_rounds_there_are(here: World) -> None:
    here.configure(INBOX, alert("all", "*", "telegram:@papers", "telegram:@nobody", f"telegram:{OTHER}"))
    for _ in range(4):
        here.round()
    assert [request.method for request in here.telegram.requests].count("getChat") <= 3, (
        "again for the one that nobody has when a number is new"
    )


def workspace(here: World, count: int = 25_000) -> None:
    """A name far back in a workspace of many channels, whose list comes at 20 pages a minute."""
    here.slack._page = 1000
    here.slack.channels = {f"c{number}": f"C9{number:08}" for number in range(count)} | here.slack.channels
    here.slack.per_minute = {"conversations.list": 20}
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("a", "*", "slack:C0000000001"), alert("b", "paper", "slack:#papers"))
    config = here.folder / "config.toml"  # a look-up ends by what Slack allows, not by how busy this machine is
    config.write_text(config.read_text().replace('timeout = "3s"', 'timeout = "60s"'))


@both
def test_row_29_a_name_is_looked_for_among_the_known_channels_first(here: World) -> None:
    workspace(here)
    assert here.round().well()
    assert len(here.slack.messages) == 3
    assert "conversations.list" not in {request.method for request in here.slack.requests}


def test_row_29_a_long_list_is_read_on_where_it_was_refused(here: World) -> None:
    workspace(here)
    here.slack.per_minute["conversations.info"] = 0
    first = here.round(wait=1)
    assert "could not be looked up" in " ".join(first.unsent.values())
    here.slack._calls.clear()  # a minute later
    assert here.round().well()
    pages = [r.params.get("cursor") for r in here.slack.requests if r.method == "conversations.list"]
    assert len(pages) == 27, "25 pages and the two that were refused"
    assert pages.count("20000") == 2
    assert len(here.slack.messages) == 3


def test_row_29_a_long_list_that_was_read_on_to_its_end_is_not_read_again(here: World) -> None:
    workspace(here)
    here.slack.per_minute["conversations.info"] = 0
    del here.slack.channels["papers"]
    here.slack.channels["renamed"] = "C0000000001"
    assert not here.round(wait=1).well()
    here.slack._calls.clear()  # a minute later
    second = here.round(wait=1)
    assert "channel_not_found" in " ".join(second.tally.parked)
    pages = [r.params.get("cursor") for r in here.slack.requests if r.method == "conversations.list"]
    assert pages[-6:] == ["20000", "21000", "22000", "23000", "24000", "25000"]
    assert len(here.slack.messages) == 3, "the other channel got its own"


def test_row_29_after_some_tries_a_chat_goes_by_its_name(here: World) -> None:
    workspace(here)
    here.slack.per_minute = {"conversations.list": 0, "conversations.info": 0}
    assert not here.round(wait=1).well()
    for _ in range(2):
        here.round(wait=1)
    assert here.round(ahead=timedelta(hours=1)).well()
    assert 3 <= len(here.slack.messages) <= 4, "the one that both lanes had in hand"


@both
def test_row_35_a_persons_messages_are_looked_up_where_they_stand(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("all", "*", "slack:U0000000001"))
    here.slack.fail_next(1, "accept_then_reset")
    assert here.round().well()
    here.source.days[TODAY.isoformat()] = items(5, TODAY)
    here.slack.scopes.discard("im:write")
    here.slack.fail_next(1, "accept_then_reset")
    assert here.round().well()
    assert [message.chat for message in here.slack.messages] == ["D0000000001"] * 5


@both
@pytest.mark.parametrize("person", ["U0000000001", "W0000000001"])
def test_a_person_and_their_direct_messages_are_one(here: World, person: str) -> None:
    here.source.days[TODAY.isoformat()] = items(3, TODAY)
    here.configure(DAILY, alert("a", "*", "slack:D0000000001"), alert("b", "paper", f"slack:{person}"))
    here.slack.people = {person: "D0000000001", "D0000000001": "D0000000001"}
    assert here.round().well()
    assert len(here.slack.messages) == 3


ODD = SendError(Kind.DROP, "quite new")


@pytest.mark.usefixtures("database")
async def test_row_30_a_refusal_that_the_next_message_gets_too_is_the_chats(desk: Desk) -> None:
    desk.enqueue(4)
    desk.channel.always = ODD
    tally = await desk.drain(seconds=60)
    assert (tally.parked, desk.state()) == ([], ["pending", "pending"])
    (lane,) = desk.store.call(standing, ["telegram:-1001"]).lanes
    assert (lane.state, lane.waiting, lane.parked, lane.reason) == ("refused", 4, 0, "quite new")
    desk.channel.always = None
    await desk.drain()
    assert desk.channel.taken == ["Paper 1", "Paper 2", "Paper 3", "Paper 4"]
    (lane,) = desk.store.call(standing, ["telegram:-1001"]).lanes
    assert (lane.state, lane.reason) == ("open", "")


@pytest.mark.usefixtures("database")
async def test_a_message_refused_between_others_that_are_taken_parks_alone(desk: Desk) -> None:
    desk.enqueue(4)

    def every_other() -> None:
        desk.channel.always = ODD if len(desk.channel.posts) % 2 == 0 else None

    desk.channel.before_send = every_other
    tally = await desk.drain()
    assert len(tally.parked) == 2
    assert desk.channel.taken == ["Paper 2", "Paper 4"]


@pytest.mark.usefixtures("database")
async def test_other_words_for_the_next_message_park_it_too(desk: Desk) -> None:
    desk.enqueue(3)
    desk.channel.failures.extend([ODD, SendError(Kind.DROP, "another")])
    tally = await desk.drain()
    assert len(tally.parked) == 2
    assert desk.channel.taken == ["Paper 3"]


async def test_a_chat_that_refuses_for_a_week_closes_and_is_asked_seldom(desk: Desk) -> None:
    desk.enqueue(3)
    desk.channel.always = ODD
    tally = await desk.drain()
    assert 7 * 86400 <= desk.since_noon() <= 7.3 * 86400
    assert len(tally.parked) == 1
    assert len(desk.channel.posts) < 80


def test_row_7_a_refusal_is_told_at_once_and_status_is_no_success(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.telegram.refuse(NUMBER, "Bad Request: not enough rights to send text messages to the chat")
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    assert not here.round(wait=1).well()
    done = here.run("status")
    assert done.returncode == 1
    assert "refused" in done.stdout
    assert "allow Post messages" in done.stdout
    assert "next try" in done.stdout


@pytest.mark.usefixtures("database")
async def test_row_7_what_is_waited_for_is_told_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.enqueue(1)
    desk.channel.failures.extend([SendError(Kind.WAIT, "no rights", patient=True, cure="ask for them")] * 2)
    await desk.drain()
    told = [record.getMessage() for record in caplog.records if "waits until" in record.getMessage()]
    assert len(told) == 1
    assert "no rights: ask for them; Ctrl-C is safe" in told[0]


def test_a_destination_that_the_file_no_longer_names_never_counts(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.telegram.refuse("-500", "Forbidden: bot was kicked from the group chat")
    here.configure(DAILY, alert("all", "*", "telegram:-500", "telegram:@papers"))
    here.round()
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    here.round()
    done = here.run("status", "--json")
    assert done.returncode == 0
    assert '"telegram:-500"' in done.stdout
    assert '"configured": false' in done.stdout


@pytest.mark.usefixtures("database")
def test_of_the_others_twenty_are_shown_and_all_when_asked(desk: Desk) -> None:
    desk.enqueue(1, *(f"-{number}" for number in range(100, 130)))
    desk.store.call(lambda connection: connection.exec_driver_sql("update destination set closed = 'gone'"))
    found = desk.store.call(standing, ["telegram:-100", "telegram:-7"])
    assert [lane.name for lane in found.lanes][:2] == ["telegram:-100", "telegram:-7"]
    assert (len(found.lanes), found.more) == (22, 9)
    assert len(desk.store.call(standing, ["telegram:-100"], everything=True).lanes) == 30


LOOKS = [
    ("a chat that is not there", "telegram:-1009", lambda here: setattr(here.telegram, "chats", {"-1"}), "press Start"),
    (
        "where we are no administrator",
        f"telegram:{NUMBER}",
        lambda here: here.telegram.rights.update({NUMBER: {"status": "left"}}),
        "Administrators, add @paper_round_bot, allow Post messages",
    ),
    (
        "where we may not post",
        f"telegram:{NUMBER}",
        lambda here: here.telegram.rights.update({NUMBER: {"status": "administrator", "can_post_messages": False}}),
        "allow Post messages",
    ),
    (
        "a group that we left",
        "telegram:-500",
        lambda here: here.telegram.rights.update({"-500": {"status": "kicked"}}),
        "not a member of",
    ),
    ("a topic where there are none", f"telegram:{NUMBER}/42", lambda here: None, "has no topics"),
    ("an archived channel", "slack:C0000000001", lambda here: here.slack.archived.add("C0000000001"), "archived"),
    ("an archived channel by name", "slack:#papers", lambda here: here.slack.archived.add("C0000000001"), "archived"),
    ("a channel that is not there", "slack:C0000000099", lambda here: None, "/invite"),
    ("a private channel", "slack:G0000000003", lambda here: here.slack.members.clear(), "/invite"),
    ("a scope that lacks", "slack:C0000000001", lambda here: here.slack.scopes.discard("chat:write"), "chat:write"),
    ("the example's channel", "telegram:@your_channel", lambda here: None, "still the example's"),
    ("the example's id", "slack:C0123456789", lambda here: None, "still the example's"),
]


@pytest.mark.parametrize(("what", "to", "arrange", "words"), LOOKS, ids=[one[0] for one in LOOKS])
async def test_row_6_check_looks_into_each_chat_silently(here: World, what, to, arrange, words) -> None:
    here.configure(alert("all", "*", to, "telegram:@papers") if "@" not in to else alert("all", "*", to))
    arrange(here)
    code, told = await checked(here)
    assert (code, words in told, "all well" in told) == (2, True, False), told
    assert here.telegram.messages == here.slack.messages == []


async def checked(here: World, *, base_url: str = "https://lab.example.net/") -> tuple[int, str]:
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace("https://papers.example.org/", base_url))
    page = io.StringIO()
    return await check(here.config, page, send=False), page.getvalue()


async def test_row_6_all_is_well_where_all_is(here: World) -> None:
    here.configure(alert("all", "*", "telegram:@papers", "telegram:777000", "slack:#papers", "slack:U0000000001"))
    code, told = await checked(here)
    assert (code, "all well" in told) == (0, True), told
    assert sorted(path.name for path in here.folder.iterdir()) == ["config.toml"], "nothing is left behind"


@pytest.mark.on_sqlite_alone("the folder of its file")
async def test_row_6_the_examples_address_and_folders_that_cannot_be_written_are_named_together(here: World) -> None:
    here.configure(alert("all", "*", "telegram:@papers"))
    (here.folder / "public").write_text("a file stands where the folder should")
    (here.folder / "var").write_text("and here")
    code, told = await checked(here, base_url="https://papers.example.org/")
    assert code == 2
    assert "base_url" in told
    assert told.count("is a file") == 2


async def test_row_6_a_platform_that_cannot_be_reached_is_1(here: World) -> None:
    here.configure(alert("all", "*", "telegram:@papers"))
    here.telegram.fail_next(9, "502", "getChat")
    code, told = await checked(here)
    assert (code, "could not be looked at" in told) == (1, True)


def test_check_tells_a_name_that_was_lost_and_where_messages_go(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(1, TODAY)
    here.configure(DAILY, alert("all", "*", "telegram:@papers"))
    here.round()
    here.telegram.names.clear()
    code, told = asyncio.run(checked(here))
    assert (code, f"sent to by its number {NUMBER}" in told) == (0, True), told


def test_status_knows_the_files_destinations_before_anything_was_due(here: World) -> None:
    here.configure(INBOX, alert("all", "*", "telegram:@papers"))
    here.round()
    store = Store(here.config.database)
    found = store.call(status, here.config, datetime.now(UTC))
    store.close()
    assert [(lane.name, lane.state) for lane in found.destinations] == [("telegram:@papers", "open")]
