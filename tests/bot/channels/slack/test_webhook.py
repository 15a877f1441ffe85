from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from bot.channels.channel import Kind, Name, SendError
from bot.channels.slack.webhook import SlackWebhookChannel
from tests.bot.channels.samples import item

SECRET = "T000/B000/made-up-secret-path"


@asynccontextmanager
async def opened(server, seconds=5.0):
    server.webhooks[SECRET] = "C0000000001"
    urls = {"lab": SecretStr(server.webhook_url(SECRET)), "gone": SecretStr(server.webhook_url("nothing"))}
    channel = SlackWebhookChannel(urls=urls, timeout=seconds, channel_per_second=1)
    try:
        yield channel
    finally:
        await channel.aclose()


async def refused(server, name="lab", seconds=5.0):
    async with opened(server, seconds) as channel:
        with pytest.raises(SendError) as caught:
            await channel.send(name, "", channel.pack(item("diffusion")), "d1")
    return caught.value


async def test_a_message_arrives(slack):
    async with opened(slack) as channel:
        assert (await channel.send("lab", "", channel.pack(item("diffusion")), "d1")).ref == "ok"
        assert await channel.resolve(Name("lab")) == "lab"
        assert await channel.check() == "2 webhooks"
    assert slack.messages[0].text.startswith("Four Steps Are Enough\nWe study")
    assert "metadata" not in slack.messages[0].params


@pytest.mark.parametrize("name", ["gone", "never configured"])
async def test_a_webhook_that_is_gone_or_unknown_closes(slack, name):
    assert (await refused(slack, name)).kind is Kind.CLOSE


@pytest.mark.parametrize(
    ("fault", "kind", "arrived"),
    [
        ("429", Kind.WAIT, 0),
        ("500", Kind.UNSURE, 0),
        ("502", Kind.UNSURE, 0),
        ("garbage", Kind.UNSURE, 0),
        ("reset", Kind.UNSURE, 0),
        ("hang", Kind.UNSURE, 0),
        ("accept_then_reset", Kind.UNSURE, 1),
        ("accept_then_500", Kind.UNSURE, 1),
    ],
)
async def test_a_fault_is_told_apart_and_the_status_is_never_overlooked(slack, fault, kind, arrived):
    slack.fail_next(1, fault)
    error = await refused(slack, seconds=0.3 if fault.endswith("hang") else 5)
    assert error.kind is kind
    assert error.retry_after == (3 if fault == "429" else None)
    assert (len(slack.messages), len(slack.requests)) == (arrived, 1)


async def test_a_refused_message_arrives_without_blocks(slack):
    async with opened(slack) as channel:
        payload = channel.pack(item())
        payload["blocks"] *= 30
        with pytest.raises(SendError) as caught:
            await channel.send("lab", "", payload, "d1")
        assert caught.value.fix
        assert (await channel.send("lab", "", caught.value.fix, "d1")).ref == "ok"


@pytest.mark.parametrize("fault", ["429", "500", "502", "garbage", "reset", "hang", "accept_then_close"])
async def test_the_webhooks_address_is_in_no_error_and_no_log(slack, everything_logged, fault):
    slack.fail_next(1, fault)
    error = await refused(slack, seconds=0.3)
    assert SECRET not in f"{error!r} {error.reason} {error.__cause__!r} {error.__context__!r}"
    assert SECRET not in everything_logged.text


async def test_an_address_that_is_no_url_waits_and_is_not_told():
    channel = SlackWebhookChannel(urls={"lab": SecretStr(f"http://[{SECRET}")}, timeout=5, channel_per_second=1)
    with pytest.raises(SendError) as caught:
        await channel.send("lab", "", channel.pack(item()), "d1")
    await channel.aclose()
    assert caught.value.kind is Kind.WAIT
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
