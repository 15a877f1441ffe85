import json
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.channel import Hit, Item, Kind, Name, SendError
from bot.channels.telegram.channel import TelegramChannel
from feeds.paper import Paper
from feeds.text import clean_text, clean_title
from tests.bot.channels.samples import item
from tests.fakes.telegram import TOKEN

HOSTILE = Path(__file__).resolve().parents[4] / ".." / "shared" / "data" / "hostile.json"
CHAT = "-1001000000009"


@asynccontextmanager
async def opened(url, token=TOKEN, seconds=5.0):
    channel = TelegramChannel(token=SecretStr(token), api_url=url, timeout=seconds, per_second=30, chat_per_minute=20)
    try:
        yield channel
    finally:
        await channel.aclose()


async def refused(server, *, token=TOKEN, seconds=5.0, chat=CHAT, payload=None, thread=""):
    """The SendError of one send."""
    async with opened(server.url, token, seconds) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(chat, thread, payload or channel.pack(item("diffusion")), "d1")
    return caught.value


async def test_a_message_arrives_as_packed_and_its_number_comes_back(telegram):
    async with opened(telegram.url) as channel:
        payload = channel.pack(item("diffusion"))
        assert [(await channel.send(CHAT, "", payload, f"d{n}")).ref for n in range(2)] == ["1", "2"]
    first, second = telegram.messages
    assert first.text.startswith("Four Steps Are Enough\nWe study")
    assert first.params == second.params
    assert json.loads(first.params["link_preview_options"]) == {
        "is_disabled": False,
        "url": "https://cdn-thumbnails.huggingface.co/2601.00001.png",
        "prefer_large_media": True,
    }
    buttons = json.loads(first.params["reply_markup"])["inline_keyboard"][0]
    assert buttons[0]["url"] == "https://arxiv.org/abs/2601.00001"


async def test_a_silent_message_makes_no_sound_and_one_of_an_earlier_version_does(telegram):
    async with opened(telegram.url) as channel:
        loud, silent = channel.pack(item()), channel.pack(item(), silent=True)
        earlier = {name: value for name, value in loud.items() if name != "silent"}
        for number, payload in enumerate((loud, silent, earlier)):
            await channel.send(CHAT, "", payload, f"d{number}")
    sounds = [message.params.get("disable_notification") for message in telegram.messages]
    assert [str(sound).lower() for sound in sounds] == ["none", "true", "none"]


async def test_a_paper_without_image_has_no_preview_at_all(telegram):
    async with opened(telegram.url) as channel:
        await channel.send(CHAT, "", channel.pack(item(links={})), "d1")
    assert json.loads(telegram.messages[0].params["link_preview_options"]) == {"is_disabled": True}
    assert "reply_markup" not in telegram.messages[0].params


async def test_a_topic_gets_its_message_and_an_unknown_topic_closes(telegram):
    telegram.topics[CHAT] = {"42"}
    async with opened(telegram.url) as channel:
        await channel.send(CHAT, "42", channel.pack(item()), "d1")
    assert telegram.messages[0].thread == "42"
    assert (await refused(telegram, thread="43")).kind is Kind.CLOSE


@pytest.mark.threat(7)
@pytest.mark.skipif(not HOSTILE.exists(), reason="hostile.json is not here")
async def test_hostile_titles_arrive_as_plain_text(telegram):
    records = [record for record in json.loads(HOSTILE.read_text()) if len(record["title"]) < 1000]
    papers = [Paper(r["id"], clean_title(r["title"]), clean_text(r["abstract"])) for r in records]
    async with opened(telegram.url) as channel:
        for paper in papers:
            await channel.send(CHAT, "", channel.pack(Item(paper, (Hit("a"),))), paper.id)
    assert [text.split("\n")[0] for text in telegram.plain(CHAT)] == [paper.title or paper.id for paper in papers]
    assert len(papers) > 25
    assert [message.links for message in telegram.messages] == [[]] * len(papers)


@pytest.mark.parametrize(
    ("fault", "kind", "arrived"),
    [
        ("429", Kind.WAIT, 0),
        ("500", Kind.UNSURE, 0),
        ("502", Kind.UNSURE, 0),
        ("503", Kind.UNSURE, 0),
        ("garbage", Kind.UNSURE, 0),
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
async def test_a_fault_is_told_apart_and_nothing_is_sent_twice(telegram, fault, kind, arrived):
    telegram.fail_next(1, fault)
    error = await refused(telegram, seconds=1 if fault.endswith("hang") else 5)
    assert error.kind is kind
    assert error.retry_after == (3 if fault == "429" else None)
    assert len(telegram.messages) == arrived
    assert len(telegram.requests) == 1


@pytest.mark.parametrize("seconds", [10**20, 10**400], ids=["no timedelta", "no float"])
async def test_a_pause_that_is_no_time_is_not_understood(telegram, seconds):
    telegram.retry_after = seconds
    telegram.fail_next(1, "429")
    error = await refused(telegram)
    assert (error.kind, error.retry_after) == (Kind.UNSURE, None)


@pytest.mark.parametrize("fixture", ["nobody", "unreachable"])
async def test_a_server_that_is_not_there_is_known_as_not_sent(request, fixture):
    address = request.getfixturevalue(fixture)
    async with opened(address, seconds=1) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(CHAT, "", channel.pack(item()), "d1")
    assert caught.value.kind is Kind.WAIT


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("Forbidden: bot was blocked by the user", Kind.CLOSE),
        ("Forbidden: bot was kicked from the supergroup chat", Kind.CLOSE),
        ("Bad Request: not enough rights to send text messages to the chat", Kind.WAIT),
        ("Bad Request: BUTTON_URL_INVALID", Kind.FIX),
    ],
)
async def test_a_refusal_of_the_chat_is_classified(telegram, description, kind):
    telegram.refuse(CHAT, description)
    error = await refused(telegram)
    assert error.kind is kind
    assert error.reason.lower() in description.lower()


async def test_a_message_that_is_too_long_is_fixed_and_then_taken(telegram):
    async with opened(telegram.url) as channel:
        error = await refused(telegram, payload=channel.pack(item()) | {"text": "<b>x</b>" * 5000})
        assert error.kind is Kind.FIX
        assert (await channel.send(CHAT, "", error.fix, "d1")).ref == "1"


async def test_a_group_that_moved_tells_its_new_address(telegram):
    telegram.migrate("-42", "-1001234567890")
    error = await refused(telegram, chat="-42")
    assert (error.kind, error.moved_to) == (Kind.MOVED, "-1001234567890")


async def test_an_unknown_chat_closes(telegram):
    telegram.chats = {"-1"}
    assert (await refused(telegram)).kind is Kind.CLOSE


async def test_a_name_resolves_to_its_number_and_a_number_needs_no_request(telegram):
    async with opened(telegram.url) as channel:
        assert await channel.resolve(Name("@papers")) == "-1001000000001"
        assert await channel.resolve(Name("-1001000000001")) == "-1001000000001"
        with pytest.raises(SendError) as caught:
            await channel.resolve(Name("@nobody"))
    assert caught.value.kind is Kind.CLOSE
    assert [request.method for request in telegram.requests] == ["getChat", "getChat"]


async def test_check_names_the_bot_and_a_wrong_token_stops(telegram):
    async with opened(telegram.url) as channel:
        assert await channel.check() == "@paper_round_bot"
    async with opened(telegram.url, token="1:wrong") as channel:
        with pytest.raises(SendError) as caught:
            await channel.check()
    assert caught.value.kind is Kind.STOP


async def test_the_platforms_own_limits_are_never_met_at_the_interval(nobody):
    async with opened(nobody) as channel:
        assert channel.interval("-100123") == channel.interval("@papers") == 3
        assert channel.interval("777000") == 1


def strings_of(error):
    """Everything that a traceback of this error, or of what led to it, could print."""
    while error:
        yield from (str(error), repr(error), *map(repr, error.args), *map(repr, vars(error).values()))
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("fault", ["429", "500", "502", "garbage", "reset", "hang", "accept_then_close"])
async def test_the_token_is_in_no_error_and_no_log(telegram, everything_logged, fault):
    telegram.fail_next(1, fault)
    error = await refused(telegram, seconds=0.3)
    assert [text for text in strings_of(error) if TOKEN in text] == []
    logged = [r.getMessage() + (r.exc_text or "") for r in everything_logged.records if r.name != "telegram.Bot"]
    assert [line for line in logged if TOKEN in line] == []
