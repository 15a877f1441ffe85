import json
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels import look_up
from bot.channels.channel import Hit, Item, Kind, Lost, Name, SendError
from bot.channels.slack.channel import SlackChannel
from bot.channels.slack.message import without_blocks
from feeds.paper import Paper
from feeds.text import clean_text, clean_title
from tests.bot.channels.samples import item
from tests.fakes.slack import TOKEN

HOSTILE = Path(__file__).resolve().parents[4] / ".." / "shared" / "data" / "hostile.json"
CHANNEL = "C0000000001"


@asynccontextmanager
async def opened(url, token=TOKEN, seconds=5.0):
    channel = SlackChannel(token=SecretStr(token), api_url=url, timeout=seconds, channel_per_second=1)
    try:
        yield channel
    finally:
        await channel.aclose()


def lost(address, delivery, since=0.0):
    return Lost(address, delivery, {}, since, "")


async def refused(server, address=CHANNEL, seconds=5.0):
    """The SendError of one send."""
    async with opened(server.api_url, seconds=seconds) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(address, "", channel.pack(item("diffusion")), "d1")
    return caught.value


async def test_a_message_arrives_with_its_delivery_as_metadata(slack):
    async with opened(slack.api_url) as channel:
        reference = (await channel.send(CHANNEL, "", channel.pack(item("diffusion")), "d1")).ref
    (message,) = slack.messages
    assert reference == f"{CHANNEL}:{message.id}"
    assert message.text.startswith("Four Steps Are Enough\nWe study")
    assert message.params["metadata"] == {"event_type": "paper_delivery", "event_payload": {"delivery": "d1"}}
    assert (message.params["link_names"], message.params["unfurl_links"]) == (False, False)


@pytest.mark.threat(8)
@pytest.mark.skipif(not HOSTILE.exists(), reason="hostile.json is not here")
async def test_hostile_titles_arrive_as_plain_text_and_mention_nobody(slack):
    records = [record for record in json.loads(HOSTILE.read_text()) if len(record["title"]) < 1000]
    papers = [Paper(r["id"], clean_title(r["title"]), clean_text(r["abstract"])) for r in records]
    async with opened(slack.api_url) as channel:
        for paper in papers:
            await channel.send(CHANNEL, "", channel.pack(Item(paper, (Hit("a"),))), paper.id)
    assert [text.split("\n")[0] for text in slack.plain(CHANNEL)] == [paper.title or paper.id for paper in papers]
    assert len(papers) > 25
    assert {(tuple(message.mentions), tuple(message.links)) for message in slack.messages} == {((), ())}


@pytest.mark.parametrize(
    ("fault", "kind", "arrived"),
    [
        ("429", Kind.WAIT, 0),
        ("500", Kind.UNSURE, 0),
        ("502", Kind.UNSURE, 0),
        ("503", Kind.UNSURE, 0),
        ("garbage", Kind.UNSURE, 0),
        ("text", Kind.UNSURE, 0),
        ("list", Kind.UNSURE, 0),
        ("reset", Kind.UNSURE, 0),
        ("close", Kind.UNSURE, 0),
        ("truncated", Kind.UNSURE, 0),
        ("hang", Kind.UNSURE, 0),
        ("accept_then_reset", Kind.UNSURE, 1),
        ("accept_then_close", Kind.UNSURE, 1),
        ("accept_then_500", Kind.UNSURE, 1),
        ("accept_then_garbage", Kind.UNSURE, 1),
        ("accept_then_truncated", Kind.UNSURE, 1),
        ("accept_then_502", Kind.UNSURE, 1),
        ("accept_then_hang", Kind.UNSURE, 1),
    ],
)
async def test_a_fault_is_told_apart_and_nothing_is_sent_twice(slack, fault, kind, arrived):
    slack.fail_next(1, fault)
    error = await refused(slack, seconds=0.3 if fault.endswith("hang") else 5)
    assert error.kind is kind
    assert error.retry_after == (3 if fault == "429" else None)
    assert len(slack.messages) == arrived
    assert len(slack.requests) == 1


@pytest.mark.parametrize("fixture", ["nobody", "unreachable"])
async def test_a_server_that_is_not_there_is_known_as_not_sent(request, fixture):
    address = request.getfixturevalue(fixture)
    async with opened(f"{address}/api/", seconds=1) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(CHANNEL, "", channel.pack(item()), "d1")
    assert caught.value.kind is Kind.WAIT


async def test_a_public_channel_is_joined_once_and_the_message_arrives(slack):
    slack.members.clear()
    async with opened(slack.api_url) as channel:
        await channel.send("#papers", "", channel.pack(item()), "d1")
    assert [request.method for request in slack.requests] == [
        "chat.postMessage",
        "conversations.list",
        "conversations.join",
        "chat.postMessage",
    ]
    assert len(slack.messages) == 1


@pytest.mark.parametrize("address", ["G0000000003", CHANNEL])
async def test_a_channel_that_cannot_be_joined_closes_and_says_what_to_do(slack, address):
    slack.members.clear()
    slack.scopes.discard("channels:join")
    error = await refused(slack, address)
    assert error.kind is Kind.CLOSE
    assert "invite the app" in error.reason
    assert slack.messages == []


async def test_a_refusal_of_the_channel_is_classified(slack):
    slack.refuse(CHANNEL, "is_archived")
    assert (await refused(slack)).kind is Kind.CLOSE
    assert (await refused(slack, "C9999999999")).reason == "Slack: channel_not_found"


async def test_a_refused_message_arrives_without_blocks(slack):
    async with opened(slack.api_url) as channel:
        payload = channel.pack(item())
        payload["blocks"] *= 30
        with pytest.raises(SendError) as caught:
            await channel.send(CHANNEL, "", payload, "d1")
        assert caught.value.kind is Kind.FIX
        assert "50 items" in caught.value.reason
        assert caught.value.fix
        await channel.send(CHANNEL, "", caught.value.fix, "d1")
    assert slack.messages[0].text.startswith("Four Steps Are Enough")


async def test_a_message_as_the_outbox_keeps_it_is_posted_as_the_sdk_would_and_mended_alike(slack):
    async with opened(slack.api_url) as channel:
        payload = channel.pack(item("diffusion", title='A \\ and a " <x> ” 🔎'))
        where = {"channel": CHANNEL, "link_names": False, "parse": "none", "thread_ts": "1.2"}
        metadata = {"event_type": "paper_delivery", "event_payload": {"delivery": "d1"}}
        await channel._client().api_call("chat.postMessage", json={**where, "metadata": metadata, **payload})
        await channel.send_stored(CHANNEL, "1.2", json.dumps(payload), "d1")
        payload["blocks"] *= 30
        with pytest.raises(SendError) as caught:
            await channel.send_stored(CHANNEL, "", json.dumps(payload), "d2")
    theirs, ours = slack.messages
    assert ours.params == theirs.params
    assert caught.value.fix == without_blocks(payload)


async def test_plain_text_links_to_the_paper_and_not_to_what_its_title_says(slack):
    async with opened(slack.api_url) as channel:
        payload = without_blocks(channel.pack(item(title="See https://evil.example/ <https://evil.example|x>")))
        await channel.send(CHANNEL, "", payload, "d1")
    assert slack.messages[0].links == ["https://arxiv.org/abs/2601.00001"]


async def test_a_lost_message_is_found_by_its_delivery_over_all_pages(slack):
    slack._page = 2
    async with opened(slack.api_url) as channel:
        payload = channel.pack(item())
        references = [(await channel.send(CHANNEL, "", payload, f"d{n}")).ref for n in range(5)]
        since = slack.messages[0].time
        found = [await channel.find(lost(CHANNEL, f"d{n}", since)) for n in range(5)]
        assert found == references
        assert await channel.find(lost("#papers", "d0", since)) == references[0]
        assert await channel.find(lost(CHANNEL, "another", since)) is None
        assert await channel.find(lost(CHANNEL, "d0", since + 660)) is None


async def test_a_name_is_looked_up_once_and_learnt_from_answers(slack):
    async with opened(slack.api_url) as channel:
        await channel.send("#papers", "", channel.pack(item()), "d1")
        assert await channel.resolve(Name("#Papers")) == CHANNEL
        assert [request.method for request in slack.requests] == ["chat.postMessage"]
        assert await channel.resolve(Name("#private")) == "G0000000003"
        assert await channel.resolve(Name("#diffusion")) == "C0000000002"
        assert await channel.resolve(Name("C123")) == "C123"
    assert [request.method for request in slack.requests[1:]] == ["conversations.list"]


async def test_a_name_that_is_known_is_looked_at_where_it_leads_and_no_list_is_read(slack):
    async with opened(slack.api_url) as channel:
        assert [await channel.resolve(Name("#papers", CHANNEL)) for _ in range(2)] == [CHANNEL] * 2
    assert [request.method for request in slack.requests] == ["conversations.info"] * 2


async def test_a_channel_that_is_gone_has_moved_where_its_name_leads_now(slack):
    async with opened(slack.api_url) as channel:
        assert await channel.resolve(Name("#papers", CHANNEL)) == CHANNEL
        slack.channels["papers"] = "C0000000077"
        with pytest.raises(SendError) as caught:
            await channel.resolve(Name("#papers", CHANNEL))
    assert (caught.value.kind, caught.value.moved_to) == (Kind.MOVED, "C0000000077")


async def test_a_channel_that_was_renamed_has_not_moved_to_the_one_that_took_its_name(slack):
    slack.channels = {"papers-old": CHANNEL, "papers": "C0000000077"}
    async with opened(slack.api_url) as channel:
        assert await channel.resolve(Name("#papers", CHANNEL)) == "C0000000077"


async def test_a_channel_that_cannot_be_seen_and_whose_name_leads_nowhere_has_not_moved(slack):
    slack.members.clear()
    async with opened(slack.api_url) as channel:
        with pytest.raises(SendError) as caught:
            await channel.resolve(Name("#private", "G0000000003"))
        assert caught.value.kind is Kind.CLOSE
    slack.scopes.discard("groups:read")
    async with opened(slack.api_url) as channel:
        assert await channel.resolve(Name("#private", "G0000000003")) == "#private"


async def test_of_several_names_that_are_not_there_one_has_the_list_read(slack):
    async with opened(slack.api_url) as channel:
        for number in range(5):
            with pytest.raises(SendError):
                await channel.resolve(Name(f"#gone-{number}", f"C00000009{number:02}"))
    assert [request.method for request in slack.requests].count("conversations.list") == 1


async def test_an_unknown_name_closes(slack):
    async with opened(slack.api_url) as channel:
        with pytest.raises(SendError) as caught:
            await channel.resolve(Name("#nowhere"))
    assert caught.value.kind is Kind.CLOSE


async def test_scopes_that_lack_narrow_the_look_up_and_never_stop_sending(slack):
    async with opened(slack.api_url) as channel:
        slack.scopes.discard("groups:read")
        assert await channel.resolve(Name("#papers")) == CHANNEL
        slack.scopes.discard("channels:read")
        assert await channel.resolve(Name("#private")) == "#private"
        await channel.send("#diffusion", "", channel.pack(item()), "d1")


@pytest.mark.parametrize(("lacking", "member"), [("channels:history", True), ("", False)])
async def test_history_that_cannot_be_read_leaves_it_unsure(slack, lacking, member):
    slack.scopes.discard(lacking)
    slack.members &= {CHANNEL} if member else set()
    async with opened(slack.api_url) as channel:
        with pytest.raises(SendError) as caught:
            await channel.find(lost(CHANNEL, "d1"))
    assert caught.value.kind is Kind.UNSURE


@pytest.mark.parametrize(
    ("error", "impossible", "kind"),
    [
        (SendError(Kind.WAIT, "x", retry_after=3.0), False, Kind.WAIT),
        (SendError(Kind.UNSURE, "x"), False, Kind.WAIT),
        (SendError(Kind.STOP, "x"), False, Kind.STOP),
        (SendError(Kind.STOP, "x"), True, Kind.UNSURE),
        (SendError(Kind.WAIT, "x", patient=True), False, Kind.UNSURE),
        *((SendError(kind, "x"), False, Kind.UNSURE) for kind in (Kind.CLOSE, Kind.DROP, Kind.FIX, Kind.MOVED)),
    ],
)
def test_a_failed_look_up_is_asked_again_only_where_that_can_help(error, impossible, kind):
    assert look_up.failed(error, impossible=impossible).kind is kind


async def test_a_look_up_that_fails_may_be_asked_again(slack, nobody):
    async with opened(f"{nobody}/api/", seconds=0.5) as channel:
        with pytest.raises(SendError) as caught:
            await channel.find(lost(CHANNEL, "d1"))
    assert caught.value.kind is Kind.WAIT
    slack.fail_next(1, "hang", method="conversations.history")
    async with opened(slack.api_url, seconds=0.2) as channel:
        with pytest.raises(SendError) as caught:
            await channel.find(lost(CHANNEL, "d1"))
    assert caught.value.kind is Kind.WAIT


async def test_check_names_workspace_and_bot_and_a_wrong_token_stops(slack):
    async with opened(slack.api_url) as channel:
        assert await channel.check() == "Lab / paper_round"
        assert channel.interval(CHANNEL) == 1
    async with opened(slack.api_url, token="xoxb-wrong") as channel:
        with pytest.raises(SendError) as caught:
            await channel.check()
    assert caught.value.kind is Kind.STOP


@pytest.mark.parametrize("fault", ["429", "500", "502", "garbage", "text", "reset", "hang", "accept_then_close"])
async def test_the_token_is_in_no_error_and_no_log(slack, everything_logged, fault):
    slack.fail_next(1, fault)
    error = await refused(slack, seconds=0.3)
    assert TOKEN not in f"{error!r} {error.reason} {error.__cause__!r} {error.__context__!r}"
    assert TOKEN not in everything_logged.text
