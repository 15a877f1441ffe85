"""A message with a lost answer, looked for in channels and supergroups: off unless a chat to look in is configured."""

from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from bot.app import open_channels
from bot.channels.channel import Kind, Lost, SendError
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.message import unformatted
from bot.config.load import load
from bot.config.mistakes import ConfigError
from tests.bot.channels.samples import item
from tests.fakes.telegram import TOKEN

CHAT, OPS = "-1001000000009", "-1009000000000"


@asynccontextmanager
async def opened(server, look_up_chat=OPS, seconds=5.0):
    channel = TelegramChannel(
        token=SecretStr(TOKEN),
        api_url=server.url,
        timeout=seconds,
        per_second=30,
        chat_per_minute=20,
        look_up_chat=look_up_chat,
    )
    try:
        yield channel
    finally:
        await channel.aclose()


def lost(payload, address=CHAT, after="1"):
    return Lost(address, "d", payload, 0.0, after)


@pytest.mark.parametrize("between", [0, 2])
async def test_a_message_that_arrived_is_found_and_leaves_no_trace_where_it_was_looked_at(telegram, between):
    async with opened(telegram) as channel:
        await channel.send(CHAT, "", channel.pack(item(title="Before")), "d0")
        for number in range(between):
            await channel.send(CHAT, "", channel.pack_text(f"someone else's {number}"), f"x{number}")
        payload = channel.pack(item(title="1 < 2 && <b> &amp;", abstract="Two\n\nparagraphs."))
        ref = (await channel.send(CHAT, "", payload, "d1")).ref
        assert await channel.find(lost(payload)) == ref == str(2 + between)
        assert await channel.find(lost(unformatted(payload))) == ref
    assert telegram.plain(OPS) == []
    assert all(r.params["disable_notification"] for r in telegram.requests if r.method == "forwardMessage")


async def test_a_message_that_did_not_arrive_is_not_found_among_others(telegram):
    async with opened(telegram) as channel:
        for title in ("Before", "Another"):
            await channel.send(CHAT, "", channel.pack(item(title=title)), title)
        assert await channel.find(lost(channel.pack(item()))) is None


@pytest.mark.parametrize(("address", "after"), [("777000", "1"), ("-500", "1"), (CHAT, "")])
async def test_where_ids_do_not_count_up_by_one_nothing_is_asked(telegram, address, after):
    async with opened(telegram) as channel:
        assert await channel.find(lost(channel.pack(item()), address, after)) is None
    assert telegram.requests == []


async def test_it_is_off_unless_a_chat_is_configured(telegram):
    async with opened(telegram, look_up_chat="") as channel:
        assert not channel.can_find
    async with opened(telegram) as channel:
        assert channel.can_find


async def test_a_look_up_chat_that_refuses_us_lets_the_lane_send_again(telegram):
    telegram.refuse(OPS, "Forbidden: bot was kicked from the supergroup chat")
    async with opened(telegram) as channel:
        payload = channel.pack(item())
        for number in range(2):
            await channel.send(CHAT, "", payload, f"d{number}")
        with pytest.raises(SendError) as caught:
            await channel.find(lost(payload))
    assert caught.value.kind is Kind.UNSURE


@pytest.mark.parametrize("fault", ["429", "502", "hang", "reset"])
async def test_a_look_up_that_fails_may_be_asked_again(telegram, fault):
    telegram.fail_next(1, fault, method="forwardMessage")
    async with opened(telegram, seconds=0.3) as channel:
        with pytest.raises(SendError) as caught:
            await channel.find(lost(channel.pack(item())))
    assert caught.value.kind is Kind.WAIT


@pytest.mark.parametrize(("key", "on"), [('look_up = "-1009000000000"', True), ("", False)])
async def test_the_configuration_turns_it_on(tmp_path, key, on):
    path = tmp_path / "config.toml"
    path.write_text(f'[telegram]\ntoken_env = "TOKEN"\n{key}\n')
    async with open_channels(load(path, {"TOKEN": TOKEN})) as channels:
        assert channels["telegram"].can_find is on


def test_a_look_up_chat_that_is_none_is_a_mistake_that_is_told(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('[telegram]\ntoken_env = "TOKEN"\nlook_up = "my chat"\n')
    with pytest.raises(ConfigError, match="look_up"):
        load(path, {"TOKEN": TOKEN})
