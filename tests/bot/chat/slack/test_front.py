"""What people see in Slack: in channels alone, in direct messages, in the app's home; who may, and by which button."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.app import open_channels
from bot.channels.channel import Kind, SendError
from bot.chat.slack.taking import Taker
from bot.process.clock import Clock
from bot.store.subscriptions import imported
from tests.bot.chat.slack.listening import Configured, Listening, listening
from tests.fakes.slack import APP, FakeSlack

ME, OTHER = "U0000000001", "U0000000002"
CHANNEL, NOT_IN, DIRECT, FOREIGN = "C0000000001", "C0000000002", "D0000000001", "D0000000077"
ADMINISTRATORS = "Only an administrator of this chat changes what comes here."
_KINDS = {"event_callback": "events_api", "block_actions": "interactive"}


class Talk:
    """Says things to a bot in this process, and sees what comes of it."""

    def __init__(self, here: Listening, slack: FakeSlack) -> None:
        self.here, self.slack = here, slack
        self._taker = Taker(here.store, Clock(), lambda: None)

    async def tell(self, payload: dict[str, Any]) -> None:
        kind = _KINDS.get(payload.get("type", ""), "slash_commands")
        await self._taker.envelope(kind, payload, "")
        while await self.here.desk.one():
            pass
        await self.here.say_all()

    async def command(self, text: str, person: str = ME, channel: str = CHANNEL) -> str:
        """What one alone is shown."""
        before = len(self.slack.asides)
        await self.tell(self.slack.command(text, person, channel))
        return "\n".join(text for _, _, text in self.slack.asides[before:])

    async def typed(self, text: str, **more: Any) -> str:
        before = len(self.slack.messages)
        await self.tell(self.slack.typed(text, ME, **more))
        return "\n".join(one.text for one in self.slack.messages[before:])


@pytest.fixture
async def talk(configured: Configured, slack: FakeSlack) -> AsyncIterator[Talk]:
    slack.members.discard(NOT_IN)
    slack.admins = {ME}
    async with talking(configured, slack) as made:
        yield made


@asynccontextmanager
async def talking(configured: Configured, slack: FakeSlack) -> AsyncIterator[Talk]:
    async with listening(configured(), listen=False) as here:
        yield Talk(here, slack)


async def test_in_a_channel_the_asker_alone_is_answered(talk: Talk) -> None:
    told = await talk.command("subscribe diffusion")
    assert told.startswith("Subscribed, as 1: diffusion\n")
    assert "/papers list shows all, /papers unsubscribe 1 ends this one." in told
    assert "[Undo] [Daily] [Weekly]" in told
    assert talk.slack.asided[0]["response_type"] == "ephemeral"
    assert (await talk.command("", OTHER)).startswith("I bring new papers here")
    assert await talk.command("list", OTHER) == "1. diffusion (each at once)\n[Pause 1] [Remove 1]"
    assert talk.slack.messages == []


async def test_who_may_change_what_comes_to_a_channel(talk: Talk) -> None:
    assert await talk.command("subscribe one", OTHER) == ADMINISTRATORS
    talk.slack.creators["G0000000003"] = OTHER
    assert (await talk.command("subscribe two", OTHER, "G0000000003")).startswith("Subscribed, as 1: two")
    assert talk.here.standing() == ["two"]


async def test_where_it_is_not_in_it_asks_to_be_invited(talk: Talk) -> None:
    invitation = "I am not in this channel. Invite me first: /invite @paper_round"
    assert await talk.command("subscribe one", ME, NOT_IN) == invitation
    assert await talk.command("subscribe one", ME, "G0000000009") == invitation
    assert (await talk.command("help", ME, NOT_IN)).startswith("I bring new papers here")
    told = await talk.command("subscribe one", ME, FOREIGN)
    assert told == "I am not in this conversation. Send it to me in direct messages."
    assert talk.here.standing() == []


async def test_direct_messages_are_answered_there_and_their_buttons_edit(talk: Talk) -> None:
    assert (await talk.typed("subscribe “latent diffusion”")).startswith('Subscribed, as 1: "latent diffusion"')
    (message,) = talk.slack.messages
    await talk.tell(talk.slack.pressed("undo #1", ME, f"{DIRECT}:{message.id}"))
    assert talk.slack.plain(DIRECT) == ['Undone: "latent diffusion"']
    await talk.tell(talk.slack.command("help", ME, DIRECT))  # a command is answered as plainly, where it is ours
    assert (len(talk.slack.messages), talk.slack.asides) == (2, [])
    assert await talk.typed("hello", bot_id="B1") == ""
    assert await talk.typed("hello", subtype="message_changed") == ""


async def test_an_answer_in_a_thread_stands_there(talk: Talk) -> None:
    told = await talk.typed("why", thread_ts="1700000000.000001")
    assert told == "Answer a message of mine that has a paper with why"
    assert talk.slack.messages[0].thread == "1700000000.000001"


async def test_a_button_that_one_alone_sees_changes_what_it_is_below(talk: Talk) -> None:
    await talk.command("subscribe one")
    await talk.command("list")
    await talk.tell(talk.slack.pressed("pause #1", ME, f"{CHANNEL}:1.5", aside=True))
    assert talk.slack.asided[-1]["replace_original"] is True
    assert talk.slack.asides[-1][2].endswith("\n\n1. one (each at once, paused)\n[Resume 1] [Remove 1]")
    await talk.tell(talk.slack.pressed("unsubscribe #1", OTHER, f"{CHANNEL}:1.5"))
    assert talk.slack.asides[-1][2] == ADMINISTRATORS
    await talk.tell(talk.slack.pressed("unsubscribe #1", ME, f"{DIRECT}:1.5"))  # foreign to these direct messages
    assert talk.here.standing() == ["one"]
    await talk.tell(talk.slack.pressed("unsubscribe #1", ME, f"{CHANNEL}:1.5"))
    await talk.tell(talk.slack.pressed("unsubscribe #1", ME, f"{CHANNEL}:1.5"))
    assert talk.here.standing() == []


async def test_an_address_for_answers_that_is_over_is_done_without(talk: Talk) -> None:
    command = talk.slack.command("list", ME)
    talk.slack.addresses.clear()
    await talk.tell(command)
    assert talk.slack.asides == [(CHANNEL, ME, "Nothing is subscribed to here. Send /papers subscribe diffusion")]
    await talk.tell({**talk.slack.command("list", ME), "response_url": "https://slack.com.example.org/x"})
    assert len(talk.slack.asides) == 2
    assert talk.slack.asides[1][1] == ME


async def test_an_answer_that_one_alone_would_see_is_given_up_where_slack_refuses_it(talk: Talk) -> None:
    talk.slack.refuse(ME, "user_not_in_channel")
    command = talk.slack.command("list", ME)
    talk.slack.addresses.clear()
    with pytest.raises(SendError) as caught:
        await talk.tell(command)
    assert (caught.value.kind, caught.value.reason) == (Kind.DROP, "Slack: user_not_in_channel")


async def test_check_names_the_scopes_without_which_nobody_is_heard(talk: Talk) -> None:
    async with open_channels(talk.here.config) as channels:
        assert await channels["slack"].check() == "Lab / paper_round"
    talk.slack.scopes -= {"users:read", "im:history"}
    async with open_channels(talk.here.config) as channels:
        assert "people are not heard without im:history, users:read" in await channels["slack"].check()


async def test_the_home_lists_and_edits(talk: Talk) -> None:
    await talk.tell(talk.slack.event({"type": "app_home_opened", "user": ME, "channel": DIRECT, "tab": "home"}))
    assert "Nothing is subscribed to here." in talk.slack.homes[ME]["shown"]
    await talk.tell(talk.slack.home("diffusion", ME, "subscribe"))
    assert "Subscribed, as 1: diffusion" in talk.slack.homes[ME]["shown"]
    await talk.tell(talk.slack.home("list", ME))
    assert "1. diffusion (each at once)\n[Pause 1] [Remove 1]" in talk.slack.homes[ME]["shown"]
    await talk.tell(talk.slack.home("unsubscribe #1", ME))
    assert "Ended: diffusion" in talk.slack.homes[ME]["shown"]
    assert (talk.here.standing(), talk.slack.messages, talk.slack.asides) == ([], [], [])
    await talk.tell(talk.slack.event({"type": "app_home_opened", "user": OTHER, "channel": "D1", "tab": "messages"}))
    assert OTHER not in talk.slack.homes


async def test_a_caret_keeps_its_place(talk: Talk) -> None:
    await talk.typed("subscribe votes>=many")
    blocks = talk.slack.messages[0].params["blocks"]
    kinds = [one["type"] for one in blocks[0]["elements"]]
    assert "rich_text_preformatted" in kinds


async def test_a_channel_that_removes_it_sleeps_until_it_lets_it_in_again(talk: Talk) -> None:
    def paused() -> list[bool]:
        return [bool(one.paused) for one in talk.here.store.call(lambda at: list(imported.every(at)))]

    await talk.command("subscribe one")
    await talk.tell(talk.slack.event({"type": "channel_left", "channel": CHANNEL}))
    assert paused() == [True]
    await talk.tell(talk.slack.event({"type": "member_joined_channel", "user": OTHER, "channel": CHANNEL}))
    assert paused() == [True]
    await talk.tell(talk.slack.event({"type": "member_joined_channel", "user": APP, "channel": CHANNEL}))
    assert paused() == [False]


@pytest.mark.threat(8)
async def test_a_query_mentions_nobody_in_its_answer(talk: Talk) -> None:
    await talk.typed("subscribe <!channel> OR @here OR *bold*")
    (message,) = talk.slack.messages
    assert message.mentions == []


@pytest.mark.parametrize("kind", ["app_home_opened", "channel_left", "message"])
async def test_what_has_a_shape_that_is_not_slacks_says_nothing_and_ends_nothing(talk: Talk, kind: str) -> None:
    event = {"type": kind, "channel_type": "im", "channel": {"id": DIRECT}, "user": ME, "text": "list", "ts": "1.1"}
    await talk.tell({**talk.slack.event(event), "type": "event_callback"})
    assert await talk.typed("list") == "Nothing is subscribed to here. Send /papers subscribe diffusion"
